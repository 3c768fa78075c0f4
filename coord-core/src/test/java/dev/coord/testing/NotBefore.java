package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;

/**
 * That something took a while. That it took longer says nothing about what is tested, so that there is no way to ask for it, see
 * {@link Patience}.
 */
public final class NotBefore {
    private final long began = System.nanoTime();

    private NotBefore() {}

    public static NotBefore fromNow() {
        return new NotBefore();
    }

    public boolean hasPassed(Duration time) {
        return System.nanoTime() - began >= time.toNanos();
    }

    /** Asserts that at least {@code time} has passed. */
    public void assertPassed(Duration time) {
        assertThat(hasPassed(time)).as("%s have passed", time).isTrue();
    }
}
