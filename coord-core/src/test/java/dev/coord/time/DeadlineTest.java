package dev.coord.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final SettableNanoClock clock = new SettableNanoClock();

    @Test
    void isOverWhenItsTimeHasPassedAlsoAcrossTheWrapOfTheClock() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(1), clock);

        clock.tickMillis(999);
        assertThat(deadline.isOver()).isFalse();
        assertThat(deadline.left()).isEqualTo(Duration.ofMillis(1));

        clock.tickMillis(1);
        assertThat(deadline.isOver()).isTrue();
        assertThat(deadline.left()).isZero();

        clock.tickMillis(1);
        assertThat(deadline.leftNanos()).isZero();
    }

    @Test
    void hasPassedAtOnceWithoutTime() {
        assertThat(Deadline.in(Duration.ZERO, clock).isOver()).isTrue();
        assertThat(Deadline.in(Duration.ofSeconds(-5), clock).isOver()).isTrue();
    }

    @Test
    void doesNotOverflow() {
        Deadline deadline = Deadline.in(Duration.ofSeconds(Long.MAX_VALUE), clock);

        clock.tick(Duration.ofDays(3650));

        assertThat(deadline.isOver()).isFalse();
    }

    @Test
    void isComparedAndMoved() {
        Deadline later = Deadline.in(Duration.ofSeconds(2), clock);
        Deadline sooner = later.earlier(Duration.ofSeconds(1));

        assertThat(sooner.left()).isEqualTo(Duration.ofSeconds(1));
        assertThat(later.orSooner(sooner)).isSameAs(sooner);
        assertThat(sooner.orSooner(later)).isSameAs(sooner);
    }

    @Test
    void awaitsWhatIsReachedAlready() throws InterruptedException {
        synchronized (this) {
            assertThat(Deadline.in(Duration.ZERO, clock).await(this, () -> true))
                    .isTrue();
        }
    }

    @Test
    void givesUpOnWhatIsNotReached() throws InterruptedException {
        synchronized (this) {
            assertThat(Deadline.in(Duration.ofMillis(5)).await(this, () -> false))
                    .isFalse();
        }
    }

    @Test
    void looksAgainThoughNobodyNotifies() throws InterruptedException {
        var looks = new AtomicInteger();

        synchronized (this) {
            assertThat(Deadline.in(Patience.CALM).await(this, () -> looks.incrementAndGet() == 3, Duration.ofMillis(1)))
                    .isTrue();
        }
    }
}
