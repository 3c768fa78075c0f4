package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import dev.coord.spring.WorldListener;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldChange;
import dev.coord.world.WorldListener.Event;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

/** Methods that hear of a world, and worlds of other groups. */
class WorldListenerTest {
    private static final byte[] ON = {1};

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class,
                        CoordGroupsAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    static class Listeners {
        private final List<Event> events = new CopyOnWriteArrayList<>();
        private final List<WorldChange> changes = new CopyOnWriteArrayList<>();
        private final List<Thread> threads = new CopyOnWriteArrayList<>();
        private final CountDownLatch held = new CountDownLatch(1);
        private final CountDownLatch interrupted = new CountDownLatch(1);

        @WorldListener("flags/")
        void event(Event event) {
            events.add(event);
            threads.add(Thread.currentThread());
            throw new IllegalStateException("on purpose");
        }

        @WorldListener("flags/")
        void changes(List<WorldChange> heard) {
            changes.addAll(heard);
            threads.add(Thread.currentThread());
        }

        @WorldListener
        void stuck() throws InterruptedException {
            held.countDown();
            try {
                new CountDownLatch(1).await();
            } finally {
                interrupted.countDown();
            }
        }
    }

    private static WorldChange.ObjectSet set(ApplicationContext context, String key) {
        return context.getBean(World.class)
                .read(view -> view.object(key)
                        .map(object -> new WorldChange.ObjectSet(
                                key, object.rootRef(), object.rev(), object.modSeqno(), object.lifetime()))
                        .orElseThrow());
    }

    @Test
    void aMethodHearsOfEachCommitInOrderWhateverItThrowsAndWhoeverIsStuck() throws Exception {
        var listeners = new Listeners();
        runner.run(leader -> {
            WorldTemplate template = leader.getBean(WorldTemplate.class);
            template.submitBatch(new WorldBatch().put("flags/a", ON).put("other", ON));
            WorldChange there = set(leader, "flags/a");

            runner.withBean(Listeners.class, () -> listeners).run(context -> {
                assertThat(context).hasNotFailed();
                await().atMost(LIMIT).until(() -> !listeners.changes.isEmpty());
                template.submitBatch(new WorldBatch().put("flags/b", ON));
                WorldChange second = set(leader, "flags/b");
                template.submitBatch(new WorldBatch().put("else", ON));
                template.submitBatch(new WorldBatch().put("flags/b", new byte[0]));
                WorldChange third = set(leader, "flags/b");

                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(listeners.changes).containsExactly(there, second, third));
                await().atMost(LIMIT).until(() -> listeners.events.size() == 3);
                assertThat(listeners.events).extracting(Event::seqno).isSorted().doesNotHaveDuplicates();
                assertThat(listeners.threads.stream().distinct())
                        .as("a thread for each method")
                        .hasSize(2);
                assertThat(listeners.held.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
            });
        });
        assertThat(listeners.interrupted.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .isTrue();
        assertThat(listeners.threads).noneMatch(Thread::isAlive);
    }

    static class Wrong {
        @WorldListener("flags/")
        void changed(String text) {}
    }

    @Test
    void aMethodThatTakesSomethingElseFailsTheStart() {
        runner.withBean(Wrong.class)
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(InvalidWorldMethodException.class)
                        .hasMessageContainingAll("@WorldListener(\"flags/\") Wrong.changed", "List<WorldChange>"));
    }

    static class Elsewhere {
        private final List<Event> events = new CopyOnWriteArrayList<>();

        @WorldListener(group = "reports")
        void changed(Event event) {
            events.add(event);
        }
    }

    @Test
    void aGroupWithoutAWorldCannotBeListenedTo() {
        runner.withBean(Elsewhere.class)
                .withPropertyValues("coord.groups.reports.enabled=true")
                .run(context -> assertThat(context.getStartupFailure())
                        .isInstanceOf(InvalidWorldMethodException.class)
                        .hasMessageContaining("coord.groups.reports.world.enabled=true"));
    }

    static class Operations {
        @WorldOp("mark")
        void mark(WorldState world, byte[] key) {
            world.createObject(new String(key, StandardCharsets.UTF_8), ObjectRef.EMPTY);
        }
    }

    private static <T> T bean(ApplicationContext context, Class<T> type, String group) {
        return BeanFactoryAnnotationUtils.qualifiedBeanOfType(context.getAutowireCapableBeanFactory(), type, group);
    }

    @Test
    void aGroupHasAWorldOfItsOwn() {
        runner.withBean(Elsewhere.class)
                .withBean(Operations.class)
                .withPropertyValues(
                        "coord.groups.reports.world.enabled=true", "coord.groups.reports.world.operation-timeout=20s")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    WorldTemplate reports = bean(context, WorldTemplate.class, "reports");
                    WorldTemplate main = context.getBean(WorldTemplate.class);
                    assertThat(reports.world())
                            .isSameAs(bean(context, World.class, "reports"))
                            .isNotSameAs(main.world());
                    main.submit("mark", "of-main".getBytes(StandardCharsets.UTF_8));
                    reports.submit("mark", "of-reports".getBytes(StandardCharsets.UTF_8));

                    assertThat(keys(main.world())).containsExactly("of-main");
                    assertThat(keys(reports.world())).containsExactly("of-reports");
                    assertThat(bean(context, WorldRoleHandler.class, "reports").group())
                            .contains("reports");
                    await().atMost(LIMIT)
                            .until(() -> context.getBean(Elsewhere.class).events.size() == 1);
                    assertThat(context.getBean(Coordinator.class).group()).isEqualTo("default");
                });
    }

    private static List<String> keys(World world) {
        return world.read(view -> {
            var objects = view.objects("");
            var keys = new CopyOnWriteArrayList<String>();
            objects.forEachRemaining(object -> keys.add(object.key()));
            return keys;
        });
    }

    @Test
    void onlyAnotherGroupMayHaveAWorld() {
        runner.withBean(Operations.class)
                .withPropertyValues("coord.groups.reports.world.enabled=true", "coord.world.enabled=false")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(context.getBeansOfType(World.class)).hasSize(1);
                    bean(context, WorldTemplate.class, "reports").submit("mark", "a".getBytes(StandardCharsets.UTF_8));
                });
        runner.withPropertyValues("coord.groups.reports.enabled=true", "coord.world.enabled=false")
                .run(context -> assertThat(context.getBeansOfType(World.class)).isEmpty());
    }
}
