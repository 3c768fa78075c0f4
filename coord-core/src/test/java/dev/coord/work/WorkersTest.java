package dev.coord.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.StoreException;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WorkersTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    private final AtomicLong now = new AtomicLong();
    private final NanoClock clock = now::get;

    @Test
    void aThreadThatFailsGoesOnAndItsFailureIsTold() throws Exception {
        var workers = new Workers(clock);
        var runs = new AtomicInteger();
        var end = new CountDownLatch(1);
        Thread thread = workers.loop("one", () -> {
            if (runs.incrementAndGet() < 3) {
                throw new NoClassDefFoundError("a/Class");
            }
            end.await();
        });
        thread.start();
        await().until(() -> runs.get() == 3);

        assertThat(workers.problems())
                .containsExactly(
                        "the thread one failed, 2 times, the last time with java.lang.NoClassDefFoundError: a/Class");
        now.addAndGet(TimeUnit.MINUTES.toNanos(1));
        assertThat(workers.problems()).as("it has run for a while since").isEmpty();
        end.countDown();
        thread.join(SOON.toMillis());
        assertThat(thread.isAlive()).isFalse();
    }

    /** The log may need a class that is not there any more. */
    @Test
    void aLogThatFailsEndsNoThread() throws Exception {
        Logger log = (Logger) LoggerFactory.getLogger(Workers.class);
        var broken = new AppenderBase<ILoggingEvent>() {
            @Override
            public synchronized void doAppend(ILoggingEvent event) {
                throw new NoClassDefFoundError("the/Log");
            }

            @Override
            protected void append(ILoggingEvent event) {}
        };
        broken.start();
        log.addAppender(broken);
        try {
            var workers = new Workers(clock);
            var runs = new AtomicInteger();
            Thread thread = workers.loop("one", () -> {
                if (runs.incrementAndGet() == 1) {
                    throw new IllegalStateException("once");
                }
            });
            thread.start();
            thread.join(SOON.toMillis());

            assertThat(runs).hasValue(2);
            var task = workers.task("two", () -> {
                throw new AssertionError("always");
            });
            task.run();
            task.run();
            assertThat(workers.problems()).anySatisfy(words -> assertThat(words).contains("two", "2 times", "always"));
        } finally {
            log.detachAppender(broken);
        }
    }

    @Test
    void oneLineTellsThatItFailsAndOneThatItWorksAgain() {
        Logger log = (Logger) LoggerFactory.getLogger("dev.coord.work.trouble-test");
        var lines = new ListAppender<ILoggingEvent>();
        lines.start();
        log.addAppender(lines);
        var trouble = new Trouble(log, "The work", clock);

        for (int i = 0; i < 1000; i++) {
            trouble.failed(new StoreException("no " + i, null));
            trouble.worked();
            now.addAndGet(TimeUnit.MILLISECONDS.toNanos(2));
        }
        trouble.failed(new IllegalStateException("another kind"));
        assertThat(trouble.isGoingOn()).isTrue();
        now.addAndGet(TimeUnit.SECONDS.toNanos(10));
        trouble.worked();
        trouble.worked();

        assertThat(trouble.isGoingOn()).isFalse();
        assertThat(told(lines))
                .containsExactly(
                        "WARN The work failed, and is tried again: no 0",
                        "ERROR The work failed, and is tried again",
                        "INFO The work works again: it failed 1001 times in 2000 ms");
    }

    private static List<String> told(ListAppender<ILoggingEvent> lines) {
        return lines.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(ch.qos.logback.classic.Level.INFO))
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }
}
