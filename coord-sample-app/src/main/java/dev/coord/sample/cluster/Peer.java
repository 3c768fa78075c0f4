package dev.coord.sample.cluster;

import dev.coord.sample.proto.PeerStatus;
import java.time.Duration;
import java.util.Optional;

/**
 * What is known of another instance.
 *
 * @param status what it last said of itself
 * @param heardAt when that was, by this process's monotonic clock
 * @param ended whether it can be heard no longer
 * @param ledTerm the last term that it said it leads, 0 if none
 * @param ledUntil when that was heard to be over, if it was
 */
record Peer(PeerStatus status, long heardAt, boolean ended, long ledTerm, Optional<Long> ledUntil) {
    private static final Duration SILENCE = Duration.ofSeconds(2);

    static Peer first(PeerStatus status, long now) {
        return new Peer(status, now, false, status.getLeads() ? status.getTerm() : 0, Optional.empty());
    }

    Peer said(PeerStatus next, long now) {
        if (next.getLeads()) {
            return new Peer(next, now, false, next.getTerm(), Optional.empty());
        }
        boolean was = ledTerm > 0 && ledUntil.isEmpty();
        return new Peer(next, now, false, ledTerm, was ? Optional.of(now) : ledUntil);
    }

    /** Whether it was heard of lately: one that is frozen keeps its stream, and says nothing. */
    boolean isHeard(long now) {
        return !ended && now - heardAt < SILENCE.toNanos();
    }

    Peer fellSilent(long now) {
        boolean leads = ledTerm > 0 && ledUntil.isEmpty();
        return new Peer(status, heardAt, true, ledTerm, leads ? Optional.of(now) : ledUntil);
    }
}
