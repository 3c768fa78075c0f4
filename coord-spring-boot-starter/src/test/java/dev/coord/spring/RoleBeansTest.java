package dev.coord.spring;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.autoconfigure.CoordAutoConfiguration;
import dev.coord.spring.autoconfigure.CoordGroupsAutoConfiguration;
import dev.coord.spring.autoconfigure.CoordLeaderOnlyAutoConfiguration;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.FactoryBean;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.Lifecycle;
import org.springframework.context.Phased;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.annotation.Order;

/** What beans with {@link OnLeader} and {@link OnFollower} are told by a real coordinator. */
class RoleBeansTest {

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordLeaderOnlyAutoConfiguration.class))
                .withBean(Log.class)
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    @Test
    void methodsAreToldOfTheirRoleAndInterruptedAtItsEnd() {
        runner.withBean(Both.class).run(first -> {
            var leads = first.getBean(Both.class);
            Coordinator firstCoordinator = first.getBean(Coordinator.class);
            await().atMost(LIMIT).until(() -> leads.leader.size() == 4);
            Leadership leadership = firstCoordinator.leadership().orElseThrow();
            assertThat(leads.leader)
                    .containsOnly("leads " + leadership.term() + " as " + firstCoordinator.id() + " of " + pid());

            runner.withBean(Both.class).run(second -> {
                var follows = second.getBean(Both.class);
                await().atMost(LIMIT).until(() -> follows.follower.size() == 3);
                assertThat(follows.follower).containsOnly("follows " + firstCoordinator.id());
                assertThat(follows.leader).isEmpty();

                firstCoordinator.stepDown(Duration.ofMinutes(1));

                await().atMost(LIMIT).until(() -> follows.leader.size() == 4 && leads.follower.size() == 3);
                assertThat(follows.ended).containsOnly("followed");
                assertThat(leads.ended).containsOnly("led");
                assertThat(leads.follower)
                        .containsOnly(
                                "follows " + second.getBean(Coordinator.class).id());
            });
        });
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    @Test
    void theLeaseIsNotReleasedBeforeAllHaveEnded() {
        runner.withBean(SlowToEnd.class).withBean(SlowHandler.class).run(first -> {
            var log = first.getBean(Log.class);
            await().atMost(LIMIT).until(() -> log.lines.size() == 3);
            runner.withBean(Both.class).run(second -> {
                var follower = second.getBean(Coordinator.class);
                assertThat(follower.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                first.getBean(Coordinator.class).stepDown(Duration.ofMinutes(1));
                await().atMost(LIMIT).until(() -> log.lines.size() == 6);
                assertThat(log.lines.subList(3, 6)).containsOnly("interrupted");
                assertThat(log.lines).hasSize(6);
                assertThat(follower.role()).isEqualTo(Role.FOLLOWER);
                for (String slow : List.of("a", "b", "handler")) {
                    assertThat(follower.leadership()).isEmpty();
                    first.getBean(Log.class).release(slow);
                }
                await().atMost(LIMIT).until(() -> follower.role() == Role.LEADER);
                assertThat(log.lines.subList(6, 9)).containsOnly("ended");
            });
        });
    }

    @Test
    void methodsOfOneOrderRunSideBySideAndThoseOfTheNextAfterThem() {
        runner.withBean(Ordered.class).run(context -> {
            var log = context.getBean(Log.class);
            await().atMost(LIMIT).until(() -> log.lines.size() == 2);
            assertThat(log.lines).containsExactlyInAnyOrder("1a", "1b");
            log.release("1a");
            log.release("1b");
            await().atMost(LIMIT).until(() -> log.lines.size() == 5);
            assertThat(log.lines.subList(2, 3)).containsExactly("2");
            assertThat(log.lines.subList(3, 5)).containsExactlyInAnyOrder("last a", "last b");
        });
    }

    @Test
    void aFailureKeepsNoOtherFromBeingCalledAndCostsTheLeadership() {
        runner.withBean("failing", Failing.class).run(context -> {
            var log = context.getBean(Log.class);
            var coordinator = context.getBean(Coordinator.class);
            await().atMost(LIMIT).until(() -> log.lines.size() >= 4);
            assertThat(log.lines.subList(0, 4))
                    .containsExactlyInAnyOrder("failing", "beside", "next in turn", "started");
            assertThat(coordinator.status().handlerFailure())
                    .hasValueSatisfying(failure -> assertThat(failure)
                            .hasMessageContaining("@OnLeader Failing.fail() of bean 'failing'")
                            .hasMessageContaining("no licence")
                            .hasRootCauseInstanceOf(IllegalStateException.class));
            // It stands again after a while, and fails again: no zombie leads.
            await().atMost(LIMIT)
                    .until(() -> log.lines.stream().filter("failing"::equals).count() >= 2);
            assertThat(coordinator.leader().map(leader -> leader.term().value()).orElse(2L))
                    .isGreaterThan(1L);
            assertThat(log.lines).contains("interrupted", "stopped");
        });
    }

    @Test
    void aFailureCostsTheLeadershipAlsoBesideWorkThatGoesOn() {
        runner.withBean(FailingBesideWork.class).run(context -> {
            var log = context.getBean(Log.class);
            await().atMost(LIMIT).until(() -> log.lines.contains("interrupted"));
            assertThat(log.lines).doesNotContain("next in turn");
        });
    }

    @Test
    void aFailureThatIsNotToCostTheLeadershipIsShown() {
        runner.withBean(FailingButContinuing.class).run(context -> {
            var coordinator = context.getBean(Coordinator.class);
            await().atMost(LIMIT)
                    .until(() -> coordinator.status().handlerFailure().isPresent());
            assertThat(coordinator.status().handlerFailure().orElseThrow()).hasMessageContaining("no matter");
            var term = coordinator.leadership().orElseThrow().term();
            await().atMost(LIMIT).until(() -> context.getBean(Log.class).lines.contains("next in turn"));
            assertThat(coordinator.leadership()).hasValueSatisfying(now -> {
                assertThat(now.term()).isEqualTo(term);
                assertThat(now.isHeld()).isTrue();
            });
        });
    }

    @Test
    void lifecycleBeansAreStartedAndStoppedByTheirPhase() {
        runner.withUserConfiguration(Lifecycles.class).run(first -> {
            var log = first.getBean(Log.class);
            await().atMost(LIMIT).until(() -> log.lines.size() == 3);
            assertThat(log.lines).containsExactly("start early", "start smart", "start late");
            runner.withUserConfiguration(Lifecycles.class).run(second -> {
                var follower = second.getBean(Log.class);
                await().atMost(LIMIT).until(() -> follower.lines.size() == 1);
                assertThat(follower.lines).containsExactly("start follower");

                first.getBean(Coordinator.class).stepDown(Duration.ofSeconds(5));

                await().atMost(LIMIT).until(() -> log.lines.size() == 7 && follower.lines.size() == 5);
                assertThat(log.lines.subList(3, 7))
                        .containsExactly("stop late", "stop smart", "stop early", "start follower");
                assertThat(follower.lines.subList(1, 5))
                        .containsExactly("stop follower", "start early", "start smart", "start late");
            });
            // The follower's bean goes on while there is no leader, until this participant leads.
            await().atMost(LIMIT).until(() -> log.lines.size() == 11);
            assertThat(log.lines.subList(7, 11))
                    .containsExactly("stop follower", "start early", "start smart", "start late");
            first.getSourceApplicationContext().close();
            assertThat(log.lines.subList(11, 14)).containsExactly("stop late", "stop smart", "stop early");
        });
    }

    @Test
    void methodsAreFoundHoweverTheyAreDeclared() {
        runner.withUserConfiguration(Variety.class)
                .withInitializer(context -> context.getBeanFactory().registerSingleton("manual", new Manual()))
                .run(context -> {
                    var log = context.getBean(Log.class);
                    await().atMost(LIMIT).until(() -> log.lines.size() == 8 && Manual.called);
                    assertThat(log.lines)
                            .containsExactlyInAnyOrder(
                                    "cglib",
                                    "jdk",
                                    "inherited",
                                    "of an interface",
                                    "composed",
                                    "product",
                                    "lazy",
                                    "made on coord-leader-default-lazily.lead");
                    assertThat(AopUtils.isCglibProxy(context.getBean(Guarded.class)))
                            .isTrue();
                    assertThat(AopUtils.isJdkDynamicProxy(context.getBean("jdk")))
                            .isTrue();
                });
    }

    @Test
    void lazyBeansAreNotMadeForARoleThatDoesNotBegin() {
        runner.run(leader -> {
            assertThat(leader.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            runner.withUserConfiguration(LazyOfBothRoles.class).run(context -> {
                await().atMost(LIMIT)
                        .until(() -> context.getBean(Log.class).lines.contains("follows"));
                assertThat(context.getBeanFactory().containsSingleton("lazyLeader"))
                        .isFalse();
                assertThat(context.getBeanFactory().containsSingleton("lazyFollower"))
                        .isTrue();
            });
        });
    }

    @Test
    void theyAreFoundInAnApplicationWhoseBeansAreAllLazy() {
        runner.withBean("failing", FailingButContinuing.class)
                .withInitializer(context ->
                        context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
                .run(context -> await().atMost(LIMIT)
                        .until(() -> context.getBean(Log.class).lines.contains("next in turn")));
    }

    @Test
    @EnabledForJreRange(min = JRE.JAVA_21)
    void theyRunOnVirtualThreadsWhereTheApplicationWantsThem() {
        runner.withPropertyValues("spring.threads.virtual.enabled=true")
                .withBean("threads", Threads.class)
                .run(context -> {
                    await().atMost(LIMIT)
                            .until(() -> !context.getBean(Log.class).lines.isEmpty());
                    assertThat(context.getBean(Log.class).lines.get(0))
                            .startsWith("VirtualThread[")
                            .contains("coord-leader-default-threads.lead");
                });
    }

    @Test
    void eachGroupHasItsOwn() {
        runner.withConfiguration(AutoConfigurations.of(CoordGroupsAutoConfiguration.class))
                .withPropertyValues("coord.groups.reports.enabled=true")
                .withBean("groups", OfTwoGroups.class)
                .run(context -> {
                    var log = context.getBean(Log.class);
                    await().atMost(LIMIT).until(() -> log.lines.size() == 3);
                    assertThat(log.lines)
                            .containsExactlyInAnyOrder("leads default", "leads default by name", "leads reports");
                    var groups = context.getBean(OfTwoGroups.class);
                    groups.guarded();
                    assertThat(log.lines).endsWith("guarded in reports");

                    BeanFactoryAnnotationUtils.qualifiedBeanOfType(
                                    context.getBeanFactory(), Coordinator.class, "reports")
                            .stepDown(Duration.ofMinutes(1));

                    await().atMost(LIMIT).until(() -> log.lines.contains("led reports"));
                    groups.guarded();
                    assertThat(log.lines).endsWith("led reports");
                });
    }

    @Test
    void theApplicationsOwnHandlerRunsBesideThem() {
        runner.withBean(SlowHandler.class).withBean(Both.class).run(context -> {
            await().atMost(LIMIT).until(() -> context.getBean(Log.class).lines.contains("handler"));
            await().atMost(LIMIT).until(() -> context.getBean(Both.class).leader.size() == 4);
            context.getBean(Log.class).release("handler");
        });
    }

    @Test
    void aCoordinatorOfTheApplicationsOwnCanTellThem() {
        runner.withUserConfiguration(OwnCoordinator.class)
                .withBean(OfGroup.class)
                .run(context -> {
                    await().atMost(LIMIT)
                            .until(() -> context.getBean(Log.class).lines.contains("leads own"));
                });
    }

    /** What beans noted, and what they wait for. */
    static class Log {
        final List<String> lines = new CopyOnWriteArrayList<>();
        private final List<String> released = new CopyOnWriteArrayList<>();

        void add(String line) {
            lines.add(line);
        }

        synchronized void release(String name) {
            released.add(name);
            notifyAll();
        }

        synchronized void await(String name) throws InterruptedException {
            while (!released.contains(name)) {
                TimeUnit.SECONDS.timedWait(this, 1);
            }
        }

        /** Notes that it was interrupted, and ends when it is told to. */
        void endSlowly(String name) {
            boolean noted = false;
            while (true) {
                try {
                    await(name);
                    add("ended");
                    return;
                } catch (InterruptedException e) {
                    if (!noted) {
                        add("interrupted");
                    }
                    noted = true;
                }
            }
        }
    }

    static class Both {
        final List<String> leader = new CopyOnWriteArrayList<>();
        final List<String> follower = new CopyOnWriteArrayList<>();
        final List<String> ended = new CopyOnWriteArrayList<>();

        @OnLeader
        void lead() throws InterruptedException {
            note(CurrentLeadership.get());
            untilInterrupted("led");
        }

        // As users may have it; nothing that javac sees calls it.
        @SuppressWarnings("UnusedMethod")
        @OnLeader
        private void lead(Leadership leadership) throws InterruptedException {
            note(leadership);
            untilInterrupted("led");
        }

        @OnLeader
        public void lead(LeaderInfo self) throws InterruptedException {
            leader.add("leads " + self.term() + " as " + self.participant() + " of " + self.pid());
            untilInterrupted("led");
        }

        @OnLeader
        void lead(BecameLeaderEvent event, Leadership leadership) throws InterruptedException {
            assertThat(event.getLeadership()).isSameAs(leadership).isSameAs(CurrentLeadership.get());
            note(event.getCoordinator().leadership().orElseThrow());
            untilInterrupted("led");
        }

        @OnFollower
        void follow() throws InterruptedException {
            assertThat(CurrentLeadership.find()).isEmpty();
            follower.add("follows " + lastLeader());
            untilInterrupted("followed");
        }

        private volatile String last = "";
        private final CountDownLatch known = new CountDownLatch(1);

        private String lastLeader() throws InterruptedException {
            known.await();
            return last;
        }

        @OnFollower
        void follow(LeaderInfo info) throws InterruptedException {
            last = info.participant().value();
            known.countDown();
            follower.add("follows " + last);
            untilInterrupted("followed");
        }

        @OnFollower
        void follow(BecameFollowerEvent event) throws InterruptedException {
            follower.add("follows " + event.getLeader().participant());
            untilInterrupted("followed");
        }

        private void note(Leadership leadership) {
            leader.add("leads " + leadership.term() + " as " + leadership.participant() + " of " + pid());
        }

        private void untilInterrupted(String end) throws InterruptedException {
            try {
                TimeUnit.MINUTES.sleep(1);
            } finally {
                ended.add(end);
            }
        }
    }

    record SlowToEnd(Log log) {
        @OnLeader
        void a() {
            log.add("a");
            log.endSlowly("a");
        }

        @OnLeader
        void b() {
            log.add("b");
            log.endSlowly("b");
        }
    }

    record SlowHandler(Log log) implements RoleChangeHandler {
        @Override
        public void onBecomeLeader(Leadership leadership) {
            log.add("handler");
            log.endSlowly("handler");
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    record Ordered(Log log) {
        @OnLeader
        void lastA() throws InterruptedException {
            log.add("last a");
            TimeUnit.MINUTES.sleep(1);
        }

        @OnLeader
        void lastB() throws InterruptedException {
            log.add("last b");
            TimeUnit.MINUTES.sleep(1);
        }

        @OnLeader
        @Order(2)
        void second() {
            log.add("2");
        }

        @OnLeader
        @Order(1)
        void firstA() throws InterruptedException {
            log.add("1a");
            log.await("1a");
        }

        @OnLeader
        @Order(1)
        void firstB() throws InterruptedException {
            log.add("1b");
            log.await("1b");
        }
    }

    record Threads(Log log) {
        @OnLeader
        void lead() {
            log.add(Thread.currentThread().toString());
        }
    }

    @OnLeader
    static class Failing implements Lifecycle {
        private final Log log;
        private volatile boolean running;

        Failing(Log log) {
            this.log = log;
        }

        @OnLeader
        @Order(1)
        void fail() {
            log.add("failing");
            throw new IllegalStateException("no licence, on purpose");
        }

        @OnLeader
        @Order(1)
        void beside() {
            log.add("beside");
        }

        @OnLeader
        @Order(2)
        void next() throws InterruptedException {
            log.add("next in turn");
            try {
                TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
                log.add("interrupted");
                throw e;
            }
        }

        @Override
        public void start() {
            running = true;
            log.add("started");
        }

        @Override
        public void stop() {
            running = false;
            log.add("stopped");
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    record FailingBesideWork(Log log) {
        @OnLeader
        @Order(1)
        void fail() {
            throw new IllegalStateException("no licence, on purpose");
        }

        @OnLeader
        @Order(1)
        void work() throws InterruptedException {
            try {
                TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
                log.add("interrupted");
                throw e;
            }
        }

        @OnLeader
        @Order(2)
        void next() {
            log.add("next in turn");
        }
    }

    record FailingButContinuing(Log log) {
        @OnLeader(onFailure = OnFailure.CONTINUE)
        @Order(1)
        void fail() {
            throw new IllegalStateException("no matter, on purpose");
        }

        @OnLeader
        @Order(2)
        void next() throws InterruptedException {
            log.add("next in turn");
            TimeUnit.MINUTES.sleep(1);
        }
    }

    static class Part implements Lifecycle, Phased {
        private final Log log;
        private final String name;
        private final int phase;
        private volatile boolean running;

        Part(Log log, String name, int phase) {
            this.log = log;
            this.name = name;
            this.phase = phase;
        }

        @Override
        public void start() {
            log.add("start " + name);
            running = true;
        }

        @Override
        public void stop() {
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            log.add("stop " + name);
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }

        @Override
        public int getPhase() {
            return phase;
        }
    }

    static class SmartPart extends Part implements SmartLifecycle {
        SmartPart(Log log, String name, int phase) {
            super(log, name, phase);
        }

        @Override
        public boolean isAutoStartup() {
            return false;
        }

        @Override
        public int getPhase() {
            return super.getPhase();
        }
    }

    @OnFollower
    static class FollowerPart extends Part {
        FollowerPart(Log log) {
            super(log, "follower", 0);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Lifecycles {
        @Bean
        @OnLeader
        Part late(Log log) {
            return new Part(log, "late", 10);
        }

        @Bean
        @OnLeader
        Lifecycle early(Log log) {
            return new Part(log, "early", -10);
        }

        @Bean
        @OnLeader
        SmartPart smart(Log log) {
            return new SmartPart(log, "smart", 5);
        }

        @Bean
        FollowerPart follower(Log log) {
            return new FollowerPart(log);
        }
    }

    @Target(ElementType.METHOD)
    @Retention(RetentionPolicy.RUNTIME)
    @OnLeader
    @interface Foremost {
        @AliasFor(annotation = OnLeader.class)
        String group() default "";
    }

    interface Leads {
        @OnLeader
        void leadAsDeclared();
    }

    static class Guarded {
        private final Log log;

        Guarded(Log log) {
            this.log = log;
        }

        @OnLeader
        void lead() {
            log.add("cglib");
        }

        @LeaderOnly
        void guarded() {}
    }

    static class Base {
        final Log log;

        Base(Log log) {
            this.log = log;
        }

        @OnLeader
        void leadInBase() {
            log.add("inherited");
        }
    }

    static class Derived extends Base implements Leads {
        Derived(Log log) {
            super(log);
        }

        @Override
        public void leadAsDeclared() {
            log.add("of an interface");
        }

        @Foremost(group = "default")
        void composed() {
            log.add("composed");
        }
    }

    record Behind(String what, Log log) implements Leads {
        @Override
        public void leadAsDeclared() {
            log.add(what);
        }
    }

    record ProductFactory(Log log) implements FactoryBean<Leads> {
        @Override
        public Leads getObject() {
            return new Behind("product", log);
        }

        @Override
        public Class<?> getObjectType() {
            return Leads.class;
        }
    }

    static class Lazily {
        private final Log log;

        Lazily(Log log) {
            this.log = log;
            log.add("made on " + Thread.currentThread().getName());
        }

        @OnLeader
        void lead() {
            log.add("lazy");
        }
    }

    static class Manual {
        static volatile boolean called;

        @OnLeader
        void lead() {
            called = true;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Variety {
        @Bean
        Guarded guarded(Log log) {
            return new Guarded(log);
        }

        @Bean
        Leads jdk(Log log) {
            return (Leads) new ProxyFactory(new Behind("jdk", log)).getProxy();
        }

        @Bean
        Derived derived(Log log) {
            return new Derived(log);
        }

        @Bean
        ProductFactory product(Log log) {
            return new ProductFactory(log);
        }

        @Bean
        @Lazy
        Lazily lazily(Log log) {
            return new Lazily(log);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class LazyOfBothRoles {
        @Bean
        @Lazy
        Lazily lazyLeader(Log log) {
            return new Lazily(log);
        }

        @Bean
        @Lazy
        LazyFollower lazyFollower(Log log) {
            return new LazyFollower(log);
        }
    }

    record LazyFollower(Log log) {
        @OnFollower
        void follow() {
            log.add("follows");
        }
    }

    record OfGroup(Log log) {
        @OnLeader(group = "own")
        void lead(Leadership leadership) {
            log.add("leads " + leadership.group());
        }
    }

    static class OfTwoGroups {
        private final Log log;

        OfTwoGroups(Log log) {
            this.log = log;
        }

        @OnLeader
        void lead(Leadership leadership) {
            log.add("leads " + leadership.group());
        }

        @OnLeader(group = "default")
        void leadByName(Leadership leadership) {
            log.add("leads " + leadership.group() + " by name");
        }

        @OnLeader(group = "reports")
        void report(Leadership leadership) throws InterruptedException {
            log.add("leads " + leadership.group());
            try {
                TimeUnit.MINUTES.sleep(1);
            } finally {
                log.add("led " + leadership.group());
            }
        }

        @LeaderOnly(group = "reports")
        void guarded() {
            log.add("guarded in " + CurrentLeadership.get().group());
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCoordinator {
        @Bean
        Coordinator ownCoordinator(AnnotatedRoles roles, @Value("${coord.dir}") Path dir) {
            return Coordinator.builder()
                    .directory(dir)
                    .group("own")
                    .handler(roles.handler("own"))
                    .shutdownHook(false)
                    .build();
        }
    }
}
