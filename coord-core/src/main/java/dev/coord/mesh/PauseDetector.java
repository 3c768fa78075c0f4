package dev.coord.mesh;

import dev.coord.time.NanoClock;
import java.time.Duration;

/**
 * Notices that this process itself stood still: it was frozen, or its machine was. What it did not hear meanwhile says nothing of
 * the others. For a thread that looks at regular times.
 */
final class PauseDetector {
    private final NanoClock clock;
    private final Duration longest;
    private long lookedAt;

    /** @param longest what may lie between two looks on a busy machine */
    PauseDetector(NanoClock clock, Duration longest) {
        this.clock = clock;
        this.longest = longest;
        this.lookedAt = clock.nanoTime();
    }

    /** Looks; says whether this look comes much later than the one before. */
    boolean look() {
        long now = clock.nanoTime();
        boolean paused = now - lookedAt > longest.toNanos();
        lookedAt = now;
        return paused;
    }
}
