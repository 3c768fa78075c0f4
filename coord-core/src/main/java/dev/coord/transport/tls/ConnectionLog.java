package dev.coord.transport.tls;

import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log of connections that were refused: once for each other end and reason, and again when it still happens after a while.
 * Strangers must not fill the disk. Safe for use by many threads.
 */
final class ConnectionLog {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLog.class);
    private static final Duration AGAIN_AFTER = Duration.ofMinutes(1);
    private static final int MOST_KINDS = 256;

    private final NanoClock clock;
    /** When each was told, the one that was told last at the end. */
    private final Map<String, Long> told = new LinkedHashMap<>();

    ConnectionLog(NanoClock clock) {
        this.clock = clock;
    }

    /**
     * A connection with {@code host} did not come about.
     *
     * @param what happened, with addresses and ports, for people
     * @param reason why, the same each time
     */
    void failed(String what, String host, String reason) {
        if (isNew(host + ' ' + reason)) {
            LOG.warn("{}: {}", what, reason);
        } else {
            LOG.debug("{}: {}", what, reason);
        }
    }

    private synchronized boolean isNew(String kind) {
        long now = clock.nanoTime();
        Long before = told.get(kind);
        if (before != null && now - before < AGAIN_AFTER.toNanos()) {
            return false;
        }
        told.remove(kind);
        told.put(kind, now);
        if (told.size() > MOST_KINDS) {
            told.remove(told.keySet().iterator().next());
        }
        return true;
    }
}
