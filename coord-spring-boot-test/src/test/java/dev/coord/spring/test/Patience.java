package dev.coord.spring.test;

import java.time.Duration;

/** Keeps tests from judging how fast the machine is. */
final class Patience {
    /** How long a test waits for what comes without fail: only so that nothing hangs. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private Patience() {}
}
