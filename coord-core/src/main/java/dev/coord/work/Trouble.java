package dev.coord.work;

import dev.coord.CoordException;
import dev.coord.CorruptStoreException;
import dev.coord.time.NanoClock;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/**
 * What the log is told of something that is tried again and again: one line when it begins to fail, one for each other kind of
 * failure, and one when it has worked again for a while. So a loop fills no disk, however quick it is. Safe for use by many threads.
 */
public final class Trouble {
    /** Until then it may as well fail again at once. */
    private static final Duration SETTLED_AFTER = Duration.ofSeconds(3);

    private static final int MOST_KINDS = 8;

    private final Logger log;
    private final String what;
    private final NanoClock clock;
    private final Set<String> kinds = new HashSet<>();
    private long failures;
    private long beganAt;
    private long failedAt;

    /** @param what is tried, as the beginning of a sentence: "The heartbeat" */
    public Trouble(Logger log, String what, NanoClock clock) {
        this.log = log;
        this.what = what;
        this.clock = clock;
    }

    /** It failed. What was to be expected is told without its stack. */
    public void failed(Throwable why) {
        if (!isNew(why)) {
            log.debug("{} failed again", what, why);
        } else if (why instanceof CorruptStoreException) {
            log.error("{} failed, and is tried again: {}", what, why.getMessage());
        } else if (why instanceof CoordException || why instanceof IOException || why instanceof SQLException) {
            log.warn(
                    "{} failed, and is tried again: {}",
                    what,
                    why.getMessage() == null ? why.toString() : why.getMessage());
        } else {
            log.error("{} failed, and is tried again", what, why);
        }
    }

    /** It failed in a way that somebody has to look after: that is an error, without its stack. */
    public void failedBadly(Throwable why) {
        if (isNew(why)) {
            log.error(
                    "{} failed, and is tried again: {}",
                    what,
                    why.getMessage() == null ? why.toString() : why.getMessage());
        } else {
            log.debug("{} failed again", what, why);
        }
    }

    private synchronized boolean isNew(Throwable why) {
        failedAt = clock.nanoTime();
        if (failures == 0) {
            beganAt = failedAt;
        }
        failures++;
        return kinds.size() < MOST_KINDS && kinds.add(why.getClass().getName());
    }

    /** It worked; once it has done so for a while, that is told. */
    public void worked() {
        long lasted;
        long times;
        synchronized (this) {
            long now = clock.nanoTime();
            if (failures == 0 || now - failedAt < SETTLED_AFTER.toNanos()) {
                return;
            }
            lasted = failedAt - beganAt;
            times = failures;
            failures = 0;
            kinds.clear();
        }
        log.info(
                "{} works again: it failed {} times in {} ms",
                what,
                times,
                Duration.ofNanos(lasted).toMillis());
    }

    /** Whether it failed, and has not worked for a while since. */
    public synchronized boolean isGoingOn() {
        return failures > 0;
    }
}
