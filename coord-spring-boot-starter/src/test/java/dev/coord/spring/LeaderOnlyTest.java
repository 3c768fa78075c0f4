package dev.coord.spring;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.coord.Leadership;
import dev.coord.NotLeaderException;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.autoconfigure.CoordAutoConfiguration;
import dev.coord.spring.autoconfigure.CoordGroupsAutoConfiguration;
import dev.coord.spring.autoconfigure.CoordLeaderOnlyAutoConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** Calls of {@link LeaderOnly} methods with a real coordinator, and without. */
class LeaderOnlyTest {

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordLeaderOnlyAutoConfiguration.class))
                .withBean(Jobs.class)
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    @Test
    void theLeaderRunsThemAndAFollowerDoesNot() {
        runner.run(first -> {
            var leader = first.getBean(Jobs.class);
            Leadership leadership = awaitLeading(first.getBean(Coordinator.class), leader);
            leader.note(null);
            assertThat(leader.seen()).containsExactly(leadership, leadership);
            assertThat(leader.count(41, null)).isEqualTo(42);
            assertThat(CurrentLeadership.find()).isEmpty();

            runner.run(second -> {
                var follower = second.getBean(Jobs.class);
                var coordinator = second.getBean(Coordinator.class);
                assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                follower.note(null);
                assertThat(follower.seen()).isEmpty();
                assertThatExceptionOfType(NotLeaderException.class)
                        .isThrownBy(() -> follower.count(41, null))
                        .withMessageContaining("Jobs.count()")
                        .withMessageContaining("group 'default'")
                        .withMessageContaining(leadership.participant() + " (pid "
                                + ProcessHandle.current().pid() + ") leads in term " + leadership.term())
                        .satisfies(refused -> assertThat(refused.leader()).isEqualTo(coordinator.leader()));
            });
        });
    }

    @Test
    void aClassWithTheAnnotationGuardsItsMethodsAndAMethodsOwnCounts() {
        Guarded.RUNS.set(0);
        runner.withBean(Guarded.class).run(first -> {
            var leader = first.getBean(Guarded.class);
            awaitLeading(first.getBean(Coordinator.class), first.getBean(Jobs.class));
            leader.run();
            leader.packagePrivate();
            assertThat(leader.otherwise()).isEqualTo("run");
            assertThat(Guarded.RUNS).hasValue(3);
            runner.withBean(Guarded.class).run(second -> {
                var follower = second.getBean(Guarded.class);
                assertThat(second.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                follower.run();
                follower.packagePrivate();
                assertThatExceptionOfType(NotLeaderException.class).isThrownBy(follower::otherwise);
                assertThat(follower.toString()).isEqualTo("not guarded");
                assertThat(Guarded.RUNS).hasValue(3);
            });
        });
    }

    @Test
    void aCallIsInterruptedAndWaitedForWhenTheLeadershipIsLostAndTheInterruptEndsWithIt() {
        runner.run(first -> {
            var jobs = first.getBean(Jobs.class);
            var coordinator = first.getBean(Coordinator.class);
            awaitLeading(coordinator, jobs);
            runner.run(second -> {
                var follower = second.getBean(Coordinator.class);
                assertThat(follower.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                var pool = Executors.newFixedThreadPool(4);
                try {
                    Future<Boolean> stubborn = pool.submit(() -> {
                        jobs.ignoreInterrupts();
                        return Thread.currentThread().isInterrupted();
                    });
                    Future<Boolean> sleeping = pool.submit(() -> {
                        jobs.sleep();
                        return Thread.currentThread().isInterrupted();
                    });
                    Future<?> nested = pool.submit(() -> {
                        jobs.nest(jobs);
                        return null;
                    });
                    Future<?> wraps = pool.submit(jobs::wrapInterrupts);
                    jobs.running().await();

                    coordinator.stepDown(Duration.ofMinutes(1));

                    // Skipped in the middle, quietly.
                    assertThat(sleeping.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                            .isFalse();
                    assertThat(nested.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNull();
                    assertThat(wraps.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isNull();
                    jobs.interrupted().await();
                    assertThat(coordinator.leadership()).isEmpty();
                    assertThat(follower.role()).isEqualTo(Role.FOLLOWER);
                    jobs.goOn().countDown();
                    assertThat(stubborn.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                            .isFalse();
                    await().atMost(LIMIT).until(() -> follower.role() == Role.LEADER);
                } finally {
                    pool.shutdownNow();
                }
            });
        });
    }

    @Test
    void aCallInsideOfOneOfAnotherGroupLeavesThatItsInterrupt() {
        runner.withConfiguration(AutoConfigurations.of(CoordGroupsAutoConfiguration.class))
                .withBean(OfTwoGroups.class)
                .withPropertyValues("coord.groups.other.enabled=true")
                .run(context -> {
                    awaitLeading(context.getBean(Coordinator.class), context.getBean(Jobs.class));
                    var calls = context.getBean(OfTwoGroups.class);
                    await().atMost(LIMIT).until(() -> {
                        calls.note();
                        return calls.isNoted();
                    });
                    var pool = Executors.newSingleThreadExecutor();
                    try {
                        Future<Boolean> outer = pool.submit(() -> {
                            calls.outer(calls);
                            return Thread.currentThread().isInterrupted();
                        });
                        assertThat(calls.awaitReached()).isTrue();
                        context.getBean(Coordinator.class).stepDown(Duration.ofMinutes(1));
                        assertThat(calls.awaitReached()).isTrue();
                        context.getBean("coordCoordinator-other", Coordinator.class)
                                .stepDown(Duration.ofMinutes(1));
                        assertThat(outer.get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                                .isFalse();
                    } finally {
                        pool.shutdownNow();
                    }
                });
    }

    @Test
    void aScheduledJobRunsOnTheLeaderOnly() {
        runner.withUserConfiguration(Scheduling.class).run(first -> {
            var leader = first.getBean(Job.class);
            await().atMost(LIMIT).until(() -> leader.terms().size() >= 3);
            runner.withUserConfiguration(Scheduling.class).run(second -> {
                var follower = second.getBean(Job.class);
                int before = leader.terms().size();
                await().atMost(LIMIT).until(() -> leader.terms().size() >= before + 3);
                assertThat(follower.terms()).isEmpty();

                first.getSourceApplicationContext().close();

                await().atMost(LIMIT).until(() -> follower.terms().size() >= 3);
                assertThat(leader.terms()).containsOnly(1L);
                assertThat(follower.terms()).containsOnly(2L);
            });
        });
    }

    @Test
    void theGuardIsInsideOfAsyncAndOutsideOfOtherAdviceAndAppliesToAnyScope() {
        runner.withUserConfiguration(Asynchronous.class).run(context -> {
            awaitLeading(context.getBean(Coordinator.class), context.getBean(Jobs.class));
            assertThat(context.getBean(Background.class).work().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            context.getBean(Advised.class).run();
            assertThat(Advised.ADVISED_UNDER).isPresent();
            assertThat(context.getBean("prototype", Guarded.class))
                    .isNotSameAs(context.getBean("prototype", Guarded.class));
            int before = Guarded.RUNS.get();
            context.getBean("prototype", Guarded.class).run();
            assertThat(Guarded.RUNS).hasValue(before + 1);
        });
    }

    @Test
    void whoTakesNoPartNeverLeads() {
        runner.withPropertyValues("coord.enabled=false").run(context -> {
            assertThat(context).doesNotHaveBean(Coordinator.class);
            context.getBean(Jobs.class).note(null);
            assertThat(context.getBean(Jobs.class).seen()).isEmpty();
            assertThatExceptionOfType(NotLeaderException.class)
                    .isThrownBy(() -> context.getBean(Jobs.class).count(1, null))
                    .withMessageContaining("no leader is known");
        });
    }

    @Test
    void callsBeforeTheContextIsReadyAreSkipped() {
        runner.withUserConfiguration(Early.class).run(context -> {
            awaitLeading(context.getBean(Coordinator.class), context.getBean(Jobs.class));
            assertThat(context.getBean(EarlyCaller.class).found).isEmpty();
        });
    }

    /** Until the calls of the leader run, which is a little later than it leads. */
    private static Leadership awaitLeading(Coordinator coordinator, Jobs jobs) {
        await().atMost(LIMIT).until(() -> {
            jobs.note(null);
            return !jobs.seen().isEmpty();
        });
        jobs.seen().subList(1, jobs.seen().size()).clear();
        return coordinator.leadership().orElseThrow();
    }

    static class Jobs {
        final List<Leadership> seen = new CopyOnWriteArrayList<>();
        final CountDownLatch running = new CountDownLatch(4);
        final CountDownLatch interrupted = new CountDownLatch(1);
        final CountDownLatch goOn = new CountDownLatch(1);

        // Not fields: those of the proxy are empty.
        List<Leadership> seen() {
            return seen;
        }

        CountDownLatch running() {
            return running;
        }

        CountDownLatch interrupted() {
            return interrupted;
        }

        CountDownLatch goOn() {
            return goOn;
        }

        @LeaderOnly
        void note(Leadership leadership) {
            assertThat(CurrentLeadership.get()).isSameAs(leadership);
            seen.add(leadership);
        }

        @LeaderOnly(otherwise = LeaderOnly.Otherwise.THROW)
        public int count(int before, Leadership leadership) {
            assertThat(leadership.isHeld()).isTrue();
            return before + 1;
        }

        @LeaderOnly
        void sleep() throws InterruptedException {
            running.countDown();
            TimeUnit.MINUTES.sleep(1);
        }

        /** As a call of the world does. */
        @LeaderOnly
        void wrapInterrupts() {
            running.countDown();
            try {
                TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("waiting was interrupted", e);
            }
        }

        @LeaderOnly
        void nest(Jobs proxy) throws InterruptedException {
            proxy.note(null);
            running.countDown();
            try {
                TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
                int before = seen.size();
                proxy.note(null);
                assertThat(seen).hasSize(before);
                throw e;
            }
        }

        @LeaderOnly
        void ignoreInterrupts() {
            running.countDown();
            boolean done = false;
            while (!done) {
                try {
                    done = goOn.await(1, TimeUnit.MINUTES);
                } catch (InterruptedException e) {
                    // As a library might leave it behind.
                    interrupted.countDown();
                }
            }
            Thread.currentThread().interrupt();
        }
    }

    static class OfTwoGroups {
        private final Semaphore reached = new Semaphore(0);
        private final AtomicBoolean noted = new AtomicBoolean();

        boolean isNoted() {
            return noted.get();
        }

        boolean awaitReached() throws InterruptedException {
            return reached.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @LeaderOnly(group = "other")
        void note() {
            noted.set(true);
        }

        @LeaderOnly
        void outer(OfTwoGroups proxy) throws InterruptedException {
            proxy.inner();
            TimeUnit.MINUTES.sleep(1);
        }

        /** Goes on after the interrupt that is for the outer one, until there is one for itself. */
        @LeaderOnly(group = "other")
        void inner() throws InterruptedException {
            reached.release();
            try {
                TimeUnit.MINUTES.sleep(1);
            } catch (InterruptedException e) {
                reached.release();
                TimeUnit.MINUTES.sleep(1);
            }
        }
    }

    @LeaderOnly
    static class Guarded {
        static final AtomicInteger RUNS = new AtomicInteger();

        public void run() {
            RUNS.incrementAndGet();
        }

        void packagePrivate() {
            count();
        }

        private int count() {
            return RUNS.incrementAndGet();
        }

        @LeaderOnly(otherwise = LeaderOnly.Otherwise.THROW)
        String otherwise() {
            RUNS.incrementAndGet();
            return "run";
        }

        @Override
        public String toString() {
            return "not guarded";
        }
    }

    static class Job {
        final List<Long> terms = new CopyOnWriteArrayList<>();

        List<Long> terms() {
            return terms;
        }

        @Scheduled(fixedDelay = 10)
        @LeaderOnly
        void run() {
            terms.add(CurrentLeadership.get().term().value());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableScheduling
    static class Scheduling {
        @Bean
        Job job() {
            return new Job();
        }
    }

    static class Background {
        @Async
        @LeaderOnly(otherwise = LeaderOnly.Otherwise.THROW)
        public CompletableFuture<Boolean> work() {
            return CompletableFuture.completedFuture(
                    CurrentLeadership.find().map(Leadership::isHeld).orElse(false));
        }
    }

    static class Advised {
        static Optional<Leadership> ADVISED_UNDER = Optional.empty();

        @LeaderOnly
        void run() {}
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class Asynchronous {
        @Bean
        Advised advised() {
            var proxy = new ProxyFactory(new Advised());
            proxy.setProxyTargetClass(true);
            // As a transaction, which commits when it ends.
            proxy.addAdvice((MethodInterceptor) invocation -> {
                Object result = invocation.proceed();
                Advised.ADVISED_UNDER = CurrentLeadership.find();
                return result;
            });
            return (Advised) proxy.getProxy();
        }

        @Bean
        Background background() {
            return new Background();
        }

        @Bean
        @Scope("prototype")
        Guarded prototype() {
            return new Guarded();
        }
    }

    static class EarlyCaller {
        final Optional<Leadership> found;

        EarlyCaller(Jobs jobs) {
            jobs.note(null);
            found = jobs.seen().stream().findFirst();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Early {
        @Bean
        EarlyCaller early(Jobs jobs) {
            return new EarlyCaller(jobs);
        }
    }
}
