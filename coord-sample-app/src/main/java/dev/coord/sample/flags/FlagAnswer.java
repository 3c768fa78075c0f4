package dev.coord.sample.flags;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A flag as clients see it.
 *
 * @param seqno what was read has all commits up to this one; a write is this one
 * @param term of the leader: who made the commit, or the last one that is known
 * @param servedBy the participant that answered
 */
public record FlagAnswer(
        String key,
        boolean enabled,
        String value,
        long rev,
        long exposures,
        @Nullable Schedule scheduledFlip,
        long seqno,
        long term,
        String servedBy) {
    /** A flip that is to come. */
    public record Schedule(Instant at, boolean enabled) {}

    static FlagAnswer of(Flag flag, long seqno, long term, String servedBy) {
        ScheduledFlip flip = flag.scheduledFlip();
        return new FlagAnswer(
                flag.key(),
                flag.enabled(),
                flag.value(),
                flag.rev(),
                flag.exposures(),
                flip == null ? null : new Schedule(flip.at(), flip.enabled()),
                seqno,
                term,
                servedBy);
    }
}
