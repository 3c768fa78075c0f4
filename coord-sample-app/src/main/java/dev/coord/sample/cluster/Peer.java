package dev.coord.sample.cluster;

import dev.coord.sample.proto.PeerStatus;
import java.time.Duration;

/**
 * What is known of another instance.
 *
 * @param status what it last said of itself
 * @param heardAt when that was, by this process's monotonic clock
 * @param ended whether it can be heard no longer
 */
record Peer(PeerStatus status, long heardAt, boolean ended) {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    /** Whether it was heard of lately: one that is frozen keeps its stream, and says nothing. */
    boolean isHeard(long now) {
        return !ended && now - heardAt < SILENCE.toNanos();
    }

    Peer fellSilent() {
        return new Peer(status, heardAt, true);
    }
}
