package dev.coord.sample.cluster;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The group, as one of its instances sees it.
 *
 * @param servedBy the participant that sees it so
 * @param now when, by its wall clock
 * @param seqno the last commit that it has
 * @param leader who leads, null while nobody is known to
 * @param participants who takes part, by the time of their start
 * @param history who led, the latest first
 */
public record Cluster(
        String group,
        String servedBy,
        Instant now,
        long seqno,
        @Nullable Leader leader,
        List<Participant> participants,
        List<LeaderRecord> history) {
    /**
     * Who leads.
     *
     * @param url where its page is, empty if that is not known yet
     * @param since when it began, null if that is not known yet
     * @param reason why the leader changed, null if that is not known yet
     * @param failoverMillis for how long nobody led before, null if that is not known
     */
    public record Leader(
            String participant,
            long pid,
            String url,
            long term,
            @Nullable Instant since,
            @Nullable ChangeReason reason,
            @Nullable Double failoverMillis) {}

    /**
     * One who takes part.
     *
     * @param role {@code LEADER}, {@code FOLLOWER} or {@code UNKNOWN}
     * @param url where its page is, empty if it has none
     * @param heartbeatAgeMillis since its last sign of life that is known, which is looked for every two seconds; 0 for who answers
     */
    public record Participant(
            String participant,
            long pid,
            String host,
            String role,
            String url,
            List<String> capabilities,
            Instant startedAt,
            long heartbeatAgeMillis) {}
}
