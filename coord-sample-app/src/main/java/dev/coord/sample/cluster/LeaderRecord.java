package dev.coord.sample.cluster;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That somebody began to lead, as the world keeps it and as clients see it.
 *
 * @param term the term that began
 * @param previousTerm the term before it, 0 if there was none
 * @param participant who leads
 * @param pid its process
 * @param url where its page is
 * @param since when it began, by that process's wall clock
 * @param reason why the leader changed
 * @param failoverMillis for how long nobody led, as the new leader saw it; null if it did not see the old one
 */
public record LeaderRecord(
        long term,
        long previousTerm,
        String participant,
        long pid,
        String url,
        Instant since,
        ChangeReason reason,
        @Nullable Double failoverMillis) {
    LeaderRecord because(ChangeReason better) {
        return new LeaderRecord(term, previousTerm, participant, pid, url, since, better, failoverMillis);
    }
}
