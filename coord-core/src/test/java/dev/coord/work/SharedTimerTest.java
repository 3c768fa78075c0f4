package dev.coord.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.OwnThreads;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SharedTimerTest {
    private final AtomicInteger ran = new AtomicInteger();

    @Test
    void allShareOneThreadWhichEndsWithTheLast() {
        var own = new OwnThreads();
        var threads = new Thread[2];
        try (var a = new SharedTimer()) {
            try (var b = new SharedTimer()) {
                a.execute(() -> threads[0] = Thread.currentThread());
                b.execute(() -> threads[1] = Thread.currentThread());
                b.execute(ran::incrementAndGet);
                await().until(() -> ran.get() == 1);
            }
            a.execute(ran::incrementAndGet);
            await().until(() -> ran.get() == 2);
        }

        assertThat(threads[0]).isSameAs(threads[1]);
        await().until(() -> own.names("coord-timer").isEmpty());
    }

    @Test
    void whatIsRepeatedGoesOnUntilItIsClosed() {
        try (var others = new SharedTimer()) {
            var timer = new SharedTimer();
            timer.every(Duration.ofMillis(1), ran::incrementAndGet);
            await().until(() -> ran.get() > 3);

            timer.close();
            timer.close();

            int then = ran.get();
            assertThatThrownBy(() -> timer.execute(ran::incrementAndGet))
                    .isInstanceOf(RejectedExecutionException.class);
            var later = new AtomicInteger();
            var unused = others.schedule(later::incrementAndGet, Duration.ofMillis(20));
            await().until(() -> later.get() == 1);
            assertThat(ran).hasValue(then);
        }
    }
}
