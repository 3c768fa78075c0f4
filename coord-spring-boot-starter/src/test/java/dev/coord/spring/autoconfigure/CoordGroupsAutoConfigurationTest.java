package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.autoconfigure.MeshRunner.greet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.mesh.Mesh;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.LeadershipLostEvent;
import dev.coord.spring.Patience;
import dev.coord.spring.RoleEvent;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import dev.coord.world.World;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.aot.generate.InMemoryGeneratedFiles;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.event.EventListener;
import org.springframework.grpc.client.GrpcChannelFactory;
import org.springframework.javapoet.ClassName;

/** Several groups in one application. */
class CoordGroupsAutoConfigurationTest {
    private static final String REPORTS = "coord.groups.reports.enabled=true";

    @TempDir
    private Path temp;

    private Path dir;
    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        dir = temp.resolve("shared");
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordGroupsAutoConfiguration.class))
                .withPropertyValues(settings());
    }

    private String[] settings() {
        return Patience.properties(dir);
    }

    private static Coordinator coordinator(ApplicationContext context, String group) {
        return bean(context, Coordinator.class, group);
    }

    private static <T> T bean(ApplicationContext context, Class<T> type, String group) {
        return BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getAutowireCapableBeanFactory(), type, group);
    }

    private static void awaitLeads(Coordinator coordinator) {
        await().atMost(LIMIT).until(() -> coordinator.role() == Role.LEADER);
    }

    @Test
    void aGroupHasACoordinatorOfItsOwnThatIsInjectedByItsName() {
        runner.withPropertyValues(REPORTS, "coord.groups.mail.capabilities=smtp", "coord.capabilities=gpu")
                .withConfiguration(AutoConfigurations.of(Conditional.class))
                .withUserConfiguration(Injected.class)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Injected injected = context.getBean(Injected.class);
                    assertThat(injected.main.group()).isEqualTo("default");
                    assertThat(injected.reports.group()).isEqualTo("reports");
                    assertThat(context.getBean(Coordinator.class)).isSameAs(injected.main);
                    assertThat(context.getBeansOfType(Coordinator.class)).hasSize(3);
                    assertThat(context).hasBean("conditional");

                    for (String group : List.of("default", "reports", "mail")) {
                        Coordinator coordinator = group.equals("default") ? injected.main : coordinator(context, group);
                        awaitLeads(coordinator);
                        assertThat(coordinator.mesh().address())
                                .as("one socket for all groups")
                                .isEqualTo(injected.main.mesh().address());
                        assertThat(coordinator.watcher().participants())
                                .singleElement()
                                .satisfies(self -> assertThat(self.capabilities())
                                        .containsExactly(group.equals("mail") ? "smtp" : "gpu"));
                    }
                    try (var files = Files.list(dir)) {
                        assertThat(files.filter(file -> file.toString().endsWith(".sock")))
                                .hasSize(1);
                    }
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"coord.group=default", "coord.groups.reports.enabled=false"})
    void thereIsNoOtherGroupUnlessAPropertySaysSo(String property) {
        runner.withPropertyValues(property)
                .run(context ->
                        assertThat(context).hasSingleBean(Coordinator.class).hasSingleBean(CoordinatorLifecycle.class));
    }

    @Test
    void nothingTakesPartWhenSwitchedOff() {
        runner.withPropertyValues(REPORTS, "coord.enabled=false").run(context -> {
            assertThat(context).hasNotFailed().doesNotHaveBean(Coordinator.class);
            assertThat(dir).doesNotExist();
        });
    }

    @Test
    void aGroupThatIsOnlyNamedIsAsTheMainOne() {
        runner.withPropertyValues("coord.groups.reports=").run(context -> awaitLeads(coordinator(context, "reports")));
    }

    @Test
    void aCoordinatorOfTheApplicationsOwnReplacesThatOfAGroup() {
        runner.withPropertyValues(REPORTS)
                .withUserConfiguration(OwnReports.class)
                .run(context -> {
                    assertThat(context.getBeansOfType(Coordinator.class))
                            .containsOnlyKeys("coordCoordinator", "ownReports");
                    assertThat(coordinator(context, "reports").group()).isEqualTo("own-reports");
                    awaitLeads(coordinator(context, "reports"));
                });
    }

    @Test
    void eachGroupHasItsOwnLeader() {
        ApplicationContextRunner both = runner.withPropertyValues(REPORTS);
        both.run(first -> {
            awaitLeads(first.getBean(Coordinator.class));
            awaitLeads(coordinator(first, "reports"));
            both.run(second -> {
                assertThat(second.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                assertThat(coordinator(second, "reports").awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);

                coordinator(first, "reports").stepDown(Duration.ofSeconds(30));

                awaitLeads(coordinator(second, "reports"));
                assertThat(first.getBean(Coordinator.class).role()).isEqualTo(Role.LEADER);
            });
        });
    }

    @Test
    void theHandlerOfAGroupIsTheOneWithItsName() {
        runner.withPropertyValues(REPORTS).withUserConfiguration(Handlers.class).run(context -> {
            var main = context.getBean("handler", RecordingHandler.class);
            var reports = context.getBean("reportsHandler", RecordingHandler.class);
            await().atMost(LIMIT).until(() -> main.groups.size() == 1 && reports.groups.size() == 1);
            assertThat(main.groups).containsExactly("default");
            assertThat(reports.groups).containsExactly("reports");
        });
    }

    @Test
    void twoHandlersOfAGroupAreRefused() {
        runner.withPropertyValues(REPORTS)
                .withUserConfiguration(Handlers.class)
                .withBean("reports", RecordingHandler.class)
                .run(context ->
                        assertThat(context).getFailure().hasRootCauseInstanceOf(NoUniqueBeanDefinitionException.class));
    }

    @Test
    void eventsSayWhichGroupTheyAreOfAndTheMainOneIsTheFirstToComeAndTheLastToGo() {
        var events = new CopyOnWriteArrayList<RoleEvent>();
        var started = new CopyOnWriteArrayList<String>();
        runner.withPropertyValues(REPORTS).withBean(Recorder.class).run(context -> {
            var recorder = context.getBean(Recorder.class);
            await().atMost(LIMIT).until(() -> recorder.events.size() == 2);
            started.addAll(List.of(context.getBeanFactory().getDependenciesForBean("coordLifecycle-reports")));
            context.getSourceApplicationContext().close();
            events.addAll(recorder.events);
        });
        assertThat(events.subList(0, 2))
                .hasOnlyElementsOfType(BecameLeaderEvent.class)
                .extracting(RoleEvent::getGroup)
                .containsExactlyInAnyOrder("default", "reports");
        assertThat(started).as("what is started before it").contains("coordLifecycle");
        assertThat(events.subList(2, 4))
                .hasOnlyElementsOfType(LeadershipLostEvent.class)
                .extracting(RoleEvent::getGroup)
                .as("all hand over at once, before the main one is the last to leave")
                .containsExactlyInAnyOrder("reports", "default");
    }

    @Test
    void aChildContextTakesNoPartOfItsOwn() {
        ApplicationContextRunner both = runner.withPropertyValues(REPORTS);
        both.run(parent -> both.withParent(parent)
                .withUserConfiguration(Injected.class)
                .run(child -> {
                    assertThat(child).hasNotFailed();
                    assertThat(child.getBean(Injected.class).reports).isSameAs(coordinator(parent, "reports"));
                    assertThat(child.getBeanFactory().getBeanDefinitionNames())
                            .noneMatch(name -> name.endsWith("-reports"));
                }));
    }

    @Test
    void theMainGroupIsNotToBeNamedAgain() {
        runner.withPropertyValues("coord.group=reports", REPORTS)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(InvalidSettingsException.class)
                        .hasMessageContaining("The group 'reports' is in coord.groups, and is the main group"));
    }

    @Test
    void anotherCoordinatorOfTheSameGroupIsRefused() {
        runner.withPropertyValues(REPORTS)
                .withUserConfiguration(Rival.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOf(InvalidSettingsException.class)
                        .hasMessageContaining("The bean 'rival' is a coordinator of the group 'reports' too"));
    }

    @Test
    void theMeshOfEachGroupHasTheServicesAndIsATarget() {
        ApplicationContextRunner application = MeshRunner.application(dir)
                .withPropertyValues(REPORTS, "coord.mesh.health.enabled=true", "coord.mesh.reflection.enabled=true")
                .withUserConfiguration(AsyncGreeter.class);
        application.run(first -> {
            awaitLeads(first.getBean(Coordinator.class));
            awaitLeads(coordinator(first, "reports"));
            application.run(second -> {
                coordinator(first, "reports").stepDown(Duration.ofSeconds(30));
                awaitLeads(coordinator(second, "reports"));
                var channels = first.getBean(GrpcChannelFactory.class);
                String one = first.getBean(Coordinator.class).id().value();
                String other = second.getBean(Coordinator.class).id().value();

                assertThat(greet(channels.createChannel("coord:///leader"))).isEqualTo("hello, says " + one);
                assertThat(greet(channels.createChannel("coord://default/leader")))
                        .isEqualTo("hello, says " + one);
                await().atMost(LIMIT)
                        .until(
                                () -> greet(channels.createChannel("coord://reports/leader")),
                                ("hello, says " + other)::equals);
                assertThat(greet(channels.createChannel("coord://reports/participant/"
                                + coordinator(second, "reports").id())))
                        .isEqualTo("hello, says " + other);

                assertThatIllegalArgumentException()
                        .isThrownBy(() -> channels.createChannel("coord://invoices/leader"))
                        .withMessageContaining("'coord://invoices/leader' is in the group 'invoices'")
                        .withMessageContaining("[default, reports]");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> channels.createChannel("coord://reports/boss"))
                        .withMessageContaining("coord:///leader");
                assertThat(first.getBean(Mesh.class))
                        .isSameAs(first.getBean(Coordinator.class).mesh());
                assertThat(bean(first, Mesh.class, "reports"))
                        .isSameAs(coordinator(first, "reports").mesh());
                assertThat(first).hasSingleBean(World.class);
                assertThat(first.getBeansOfType(Coordinator.class).values())
                        .as("the mesh itself")
                        .allSatisfy(coordinator -> assertThat(ParticipantServiceGrpc.newBlockingStub(
                                                coordinator.mesh().channel("coord:///participant/" + coordinator.id()))
                                        .withWaitForReady()
                                        .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance())
                                        .getGroup())
                                .isEqualTo(coordinator.group()));
            });
        });
    }

    @Test
    void theBeansOfAGroupCanBeMadeAheadOfTime() {
        var context = new AnnotationConfigApplicationContext();
        TestPropertyValues.of(settings()).and(REPORTS).applyTo(context);
        context.register(CoordAutoConfiguration.class, CoordGroupsAutoConfiguration.class);
        var files = new InMemoryGeneratedFiles();
        var generation = new DefaultGenerationContext(
                new ClassNameGenerator(ClassName.get(CoordGroupsAutoConfigurationTest.class)), files);

        new ApplicationContextAotGenerator().processAheadOfTime(context, generation);
        generation.writeGeneratedContent();

        assertThat(files.getGeneratedFiles(Kind.SOURCE).keySet())
                .anySatisfy(name -> assertThat(files.getGeneratedFileContent(Kind.SOURCE, name))
                        .contains("NamedGroupBeans.coordinator(")
                        .contains(
                                "new AutowireCandidateQualifier(\"org.springframework.beans.factory.annotation.Qualifier\", \"reports\")")
                        .contains("setDefaultCandidate(false)"));
        context.close();
    }

    static final class Injected {
        final Coordinator main;
        final Coordinator reports;

        Injected(Coordinator main, @Qualifier("reports") Coordinator reports) {
            this.main = main;
            this.reports = reports;
        }
    }

    /** As an auto-configuration that wants the one coordinator. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnSingleCandidate(Coordinator.class)
    static class Conditional {
        @Bean
        String conditional() {
            return "";
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnReports {
        @Bean(defaultCandidate = false)
        @Qualifier("reports")
        Coordinator ownReports(CoordProperties properties) {
            return coordinator(properties, "own-reports");
        }

        static Coordinator coordinator(CoordProperties properties, String group) {
            return Coordinator.builder()
                    .directory(Path.of(String.valueOf(properties.dir())))
                    .storeSettings(properties.toStoreSettings())
                    .group(group)
                    .shutdownHook(false)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Rival {
        @Bean(defaultCandidate = false)
        Coordinator rival(CoordProperties properties) {
            return OwnReports.coordinator(properties, "reports");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Handlers {
        @Bean
        RecordingHandler handler() {
            return new RecordingHandler();
        }

        @Bean
        @Qualifier("reports")
        RecordingHandler reportsHandler() {
            return new RecordingHandler();
        }
    }

    static final class RecordingHandler implements RoleChangeHandler {
        final List<String> groups = new CopyOnWriteArrayList<>();

        @Override
        public void onBecomeLeader(Leadership leadership) {
            groups.add(leadership.group());
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    static class Recorder {
        final List<RoleEvent> events = new CopyOnWriteArrayList<>();

        @EventListener
        void on(RoleEvent event) {
            events.add(event);
        }
    }
}
