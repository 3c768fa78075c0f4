package dev.coord.spring.actuate;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.CoordinatorStatus;
import dev.coord.store.DatabaseState;
import dev.coord.world.WorldStatus;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * The health of a participant.
 *
 * <ul>
 *   <li>{@code DOWN} when the store does not answer ({@code storeFailure} says why) or the role handler failed
 *       ({@code handlerFailure}), or something does not work in this process or cannot be reached from it ({@code problems}): an
 *       internal thread failed, a socket or lock file was removed and could not be made again, a lease that is neither renewed nor
 *       claimed by anybody; or an operation on the world does not end, and holds a thread of this process ({@code world.stuck}), which a
 *       restart gives back;
 *   <li>{@code UP} when it leads or follows a leader that it knows;
 *   <li>{@code OUT_OF_SERVICE} when it has known of no leader for longer than a grace time, or commits of the world are known to exist
 *       that could not be read here for longer than another one: what is read here is too old. Spring Boot answers it with HTTP 503;
 *   <li>{@code UNKNOWN} otherwise: right after the start, and between two leaders. Spring Boot answers it with HTTP 200, and it does not
 *       make the application as a whole unknown.
 * </ul>
 *
 * <p>The details {@code group}, {@code participantId}, {@code role}, {@code term}, {@code leaderId}, {@code leaderPid},
 * {@code participants}, {@code sinceRenewalMs}, {@code staleThresholdMs} and {@code stretched} are always there. As long as no leader is known the term is 0, the leader's id
 * empty and its pid 0; as long as no lease was seen {@code sinceRenewalMs} is -1. It is counted since the last renewal began on
 * the leader, and since the last one was seen on a follower. Where there is a world, {@code world} has {@code seqno}, {@code lag},
 * {@code behindMs}, {@code queue}, {@code stuck}, {@code resultWindowMs} and {@code resets}; and {@code lastReset} if commits were lost. Where the store is an external database, {@code database} has {@code url},
 * {@code server}, {@code timeline}, {@code session}, {@code sinceAnswerMs}, {@code connections} and {@code maxConnections}, and never a
 * password. Asking does not ask the store.
 */
public final class CoordHealthIndicator implements HealthIndicator {
    private static final long NEVER = -1;

    private final Supplier<CoordinatorStatus> coordinator;
    private final Duration noLeaderGrace;
    private final Supplier<Optional<WorldStatus>> world;
    private final Duration worldLagGrace;
    private final Supplier<Optional<DatabaseState>> database;

    /** @param noLeaderGrace for how long no leader may be known */
    public CoordHealthIndicator(Supplier<CoordinatorStatus> coordinator, Duration noLeaderGrace) {
        this(coordinator, noLeaderGrace, Optional::empty, Duration.ZERO, Optional::empty);
    }

    /**
     * @param noLeaderGrace for how long no leader may be known
     * @param world how far the group's world is; empty if it has none
     * @param worldLagGrace for how long commits may be known that cannot be read here
     * @param database what is known of the external database; empty if the store is none
     */
    public CoordHealthIndicator(
            Supplier<CoordinatorStatus> coordinator,
            Duration noLeaderGrace,
            Supplier<Optional<WorldStatus>> world,
            Duration worldLagGrace,
            Supplier<Optional<DatabaseState>> database) {
        this.coordinator = coordinator;
        this.noLeaderGrace = noLeaderGrace;
        this.world = world;
        this.worldLagGrace = worldLagGrace;
        this.database = database;
    }

    @Override
    public Health health() {
        CoordinatorStatus now = coordinator.get();
        Optional<WorldStatus> far = world.get();
        Health.Builder health = new Health.Builder(statusOf(now, far))
                .withDetail("group", now.group())
                .withDetail("participantId", now.participant().value())
                .withDetail("role", now.role().name())
                .withDetail(
                        "term",
                        now.leader()
                                .map(leader -> leader.term())
                                .orElse(Term.NONE)
                                .value())
                .withDetail(
                        "leaderId",
                        now.leader()
                                .map(leader -> leader.participant())
                                .map(ParticipantId::value)
                                .orElse(""))
                .withDetail(
                        "leaderPid", now.leader().map(leader -> leader.pid()).orElse(0L))
                .withDetail("participants", now.participants())
                .withDetail(
                        "sinceRenewalMs",
                        now.sinceRenewal().map(Duration::toMillis).orElse(NEVER))
                .withDetail("staleThresholdMs", now.staleThreshold().toMillis())
                .withDetail("stretched", now.stretched());
        far.ifPresent(status -> health.withDetail("world", detailsOf(status)));
        database.get()
                .ifPresent(state -> health.withDetail(
                        "database",
                        Map.of(
                                "url", state.url(),
                                "server", state.server(),
                                "timeline", state.timeline(),
                                "session", state.session().name(),
                                "sinceAnswerMs",
                                        state.sinceAnswer()
                                                .map(Duration::toMillis)
                                                .orElse(NEVER),
                                "connections", state.connections(),
                                "maxConnections", state.maxConnections())));
        if (!now.problems().isEmpty()) {
            health.withDetail("problems", now.problems());
        }
        now.storeFailure().ifPresent(failure -> health.withDetail("storeFailure", messageOf(failure)));
        now.handlerFailure().ifPresent(failure -> health.withDetail("handlerFailure", messageOf(failure)));
        return health.build();
    }

    private static Map<String, Object> detailsOf(WorldStatus status) {
        var details = new LinkedHashMap<String, Object>();
        details.put("seqno", status.seqno());
        details.put("lag", status.lag());
        details.put("behindMs", status.behind().toMillis());
        details.put("queue", status.queue());
        details.put("stuck", status.stuck());
        details.put("resultWindowMs", status.resultWindow().toMillis());
        details.put("resets", status.resets());
        status.lastReset().ifPresent(reset -> details.put("lastReset", reset.at() + ": " + reset.message()));
        return details;
    }

    private Status statusOf(CoordinatorStatus now, Optional<WorldStatus> far) {
        if (now.storeFailure().isPresent()
                || now.handlerFailure().isPresent()
                || !now.problems().isEmpty()
                || far.filter(status -> !status.stuck().isEmpty()).isPresent()) {
            return Status.DOWN;
        }
        boolean tooOld = far.filter(status -> status.behind().compareTo(worldLagGrace) > 0)
                .isPresent();
        if (tooOld
                || now.withoutLeader()
                        .filter(time -> time.compareTo(noLeaderGrace) > 0)
                        .isPresent()) {
            return Status.OUT_OF_SERVICE;
        }
        return now.role() == Role.UNKNOWN || now.leader().isEmpty() ? Status.UNKNOWN : Status.UP;
    }

    private static String messageOf(Throwable failure) {
        return Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    }
}
