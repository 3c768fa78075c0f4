package dev.coord.world;

import dev.coord.time.NanoClock;
import java.time.Duration;

/** For how long commits are known to exist that cannot be read here. Safe for use by many threads. */
final class Lag {
    private final NanoClock clock;
    private long known;
    private long read;
    /** The first commit that is waited for, and since when; none if it can be read. */
    private long awaited;

    private long since;

    Lag(NanoClock clock) {
        this.clock = clock;
    }

    /** There is a commit {@code seqno}. */
    synchronized void known(long seqno) {
        known = Math.max(known, seqno);
        look();
    }

    /** A leader says that {@code seqno} is the last commit: what another one said of later ones does not count any more. */
    synchronized void knownAnew(long seqno) {
        known = Math.max(read, seqno);
        awaited = Math.min(awaited, known);
        look();
    }

    /** Commit {@code seqno} can be read. If that is less than before, the world went back, and what was known is not there any more. */
    synchronized void read(long seqno) {
        if (seqno < read) {
            known = seqno;
            awaited = seqno;
        }
        read = seqno;
        look();
    }

    private void look() {
        if (awaited <= read) {
            // The next one that is waited for was known then at the latest, but its time begins now.
            awaited = known;
            since = clock.nanoTime();
        }
    }

    /** Zero if all that is known can be read. */
    synchronized Duration age() {
        return read >= known ? Duration.ZERO : Duration.ofNanos(clock.nanoTime() - since);
    }
}
