package dev.coord.cluster;

import dev.coord.LeaderChange;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The log lines of a participant's role changes. Each has the group, the participant, the role, the term and the reason as
 * key-value pairs too, for logs that are read by machines.
 */
final class RoleChangeLog {
    private static final Logger LOG = LoggerFactory.getLogger(RoleChangeLog.class);

    private final String group;
    private final ParticipantId participant;
    private boolean stretched;

    RoleChangeLog(String group, ParticipantId participant) {
        this.group = group;
        this.participant = participant;
    }

    private LoggingEventBuilder at(Level level, Role role, Term term, String reason) {
        return LOG.atLevel(level)
                .addKeyValue("group", group)
                .addKeyValue("participant", participant.value())
                .addKeyValue("role", role.name())
                .addKeyValue("term", term.value())
                .addKeyValue("reason", reason);
    }

    private LoggingEventBuilder changed(Role role, LeaderChange change) {
        LoggingEventBuilder line = at(
                        Level.INFO,
                        role,
                        change.leader().term(),
                        change.reason().name())
                .addKeyValue("leader", change.leader().participant().value());
        return change.withoutLeader()
                .map(Duration::toMillis)
                .map(millis -> line.addKeyValue("withoutLeaderMs", millis))
                .orElse(line);
    }

    /** This participant leads; {@code why} is for people. */
    void leads(LeaderChange change, String why) {
        changed(Role.LEADER, change)
                .log(
                        "Group {}: {} leads, term {} ({})",
                        group,
                        participant,
                        change.leader().term(),
                        why);
    }

    /** Another participant leads. */
    void follows(LeaderChange change) {
        changed(Role.FOLLOWER, change)
                .log(
                        "Group {}: follows {} (pid {}), term {}",
                        group,
                        change.leader().participant(),
                        change.leader().pid(),
                        change.leader().term());
    }

    /** This participant leads no longer, freely. */
    void givesUp(Term term, LossReason reason) {
        at(Level.INFO, Role.UNKNOWN, term, reason.name())
                .log("Group {}: gives up the leadership of term {}: {}", group, term, reason);
    }

    /** This participant leads no longer, against its will; {@code why} is for people. */
    void lost(Term term, LossReason reason, String why) {
        at(Level.WARN, Role.UNKNOWN, term, reason.name())
                .log("Group {}: lost the leadership of term {}: {}: {}", group, term, reason, why);
    }

    /** As the leader of {@code term}, with a lease whose stale threshold is {@code now}. Tells of what is worth to be told. */
    void threshold(Term term, Duration now, Duration configured, Duration longestPause) {
        boolean longer = now.compareTo(configured) > 0;
        if (longer == stretched) {
            return;
        }
        stretched = longer;
        LoggingEventBuilder line = at(Level.INFO, Role.LEADER, term, longer ? "STRETCHED" : "AS_CONFIGURED")
                .addKeyValue("staleThresholdMs", now.toMillis());
        if (longer) {
            line.log(
                    "Group {}: stretches the stale threshold of its lease from {} to {} ms, until this process has run freely"
                            + " for a while ({})",
                    group,
                    configured.toMillis(),
                    now.toMillis(),
                    longestPause.isZero() ? "it has just started" : "longest pause " + longestPause.toMillis() + " ms");
        } else {
            line.log("Group {}: the stale threshold of its lease is {} ms again", group, now.toMillis());
        }
    }
}
