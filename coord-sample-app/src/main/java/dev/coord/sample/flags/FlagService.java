package dev.coord.sample.flags;

import dev.coord.cluster.Coordinator;
import dev.coord.sample.flags.FlagOperations.Change;
import dev.coord.sample.flags.FlagOperations.Outcome;
import dev.coord.sample.web.ProblemException;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.OperationIdReusedException;
import dev.coord.world.OperationRejectedException;
import dev.coord.world.World;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldView;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Service;

/** Reads flags here, and has the leader change them, wherever it is. */
@Service
public class FlagService {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

    private final WorldTemplate template;
    private final FlagStore flags;
    private final Coordinator coordinator;
    private final AtomicLong lastTerm = new AtomicLong();

    FlagService(WorldTemplate template, FlagStore flags, Coordinator coordinator) {
        this.template = template;
        this.flags = flags;
        this.coordinator = coordinator;
    }

    /**
     * What was read.
     *
     * @param seqno of the last commit that it has
     */
    public record Read<T>(T value, long seqno) {}

    /**
     * What a write did.
     *
     * @param created whether the flag is new
     */
    record Written(FlagAnswer flag, boolean created) {}

    /** @throws ProblemException with 404 if there is none */
    Read<FlagAnswer> get(String key, long minSeqno) {
        return read(
                minSeqno,
                world -> flags.find(world, key)
                        .map(flag -> answer(flag, world.seqno()))
                        .orElseThrow(() -> notFound("There is no flag '" + key + "'.")));
    }

    /** The flags whose keys begin with {@code prefix}, by key. */
    public Read<List<FlagAnswer>> list(String prefix, long minSeqno) {
        return read(
                minSeqno,
                world -> flags.list(world, prefix).stream()
                        .map(flag -> answer(flag, world.seqno()))
                        .toList());
    }

    private <T> Read<T> read(long minSeqno, Function<WorldView, T> reader) {
        World world = template.world();
        awaitSeqno(world, minSeqno);
        return world.read(view -> new Read<>(reader.apply(view), view.seqno()));
    }

    private static void awaitSeqno(World world, long seqno) {
        if (seqno <= 0) {
            return;
        }
        try {
            if (!world.awaitSeqno(seqno, LONGEST_WAIT)) {
                throw new ProblemException(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "not-there-yet",
                        "Commit " + seqno + " did not get here within " + LONGEST_WAIT.toMillis()
                                + " ms; the last one is " + world.seqno() + ".");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ProblemException(HttpStatus.SERVICE_UNAVAILABLE, "stopping", "This instance is stopping.");
        }
    }

    /** The flag as clients see it. */
    public FlagAnswer answer(Flag flag, long seqno) {
        long term = coordinator.leader().map(leader -> leader.term().value()).orElse(0L);
        return FlagAnswer.of(flag, seqno, highestTerm(term), servedBy());
    }

    /** While nobody leads, the last term is what there is to tell. */
    private long highestTerm(long term) {
        return lastTerm.accumulateAndGet(term, Math::max);
    }

    String servedBy() {
        return coordinator.id().value();
    }

    /**
     * Has the leader apply {@code change}, once for each {@code operationId}.
     *
     * @throws ProblemException if it was refused, or the id belongs to another change
     * @throws dev.coord.world.WorldUnavailableException if no leader answered in time
     */
    Written submit(String operationId, String type, Change change) {
        WorldResult result;
        try {
            result = template.submit(operationId, type, change);
        } catch (OperationRejectedException e) {
            throw refused(e);
        } catch (OperationIdReusedException e) {
            throw new ProblemException(
                    HttpStatus.UNPROCESSABLE_CONTENT,
                    "idempotency-key-reused",
                    "This Idempotency-Key was used for another request. Use a new one for each request, and the same"
                            + " one only to send the same request again.");
        }
        highestTerm(result.term().value());
        Outcome outcome = Objects.requireNonNull(template.result(result, Outcome.class));
        Flag flag = Objects.requireNonNull(outcome.flag());
        return new Written(FlagAnswer.of(flag, result.seqno(), result.term().value(), servedBy()), outcome.created());
    }

    private static ProblemException refused(OperationRejectedException e) {
        String message = e.getMessage() + ".";
        return switch (Refusal.valueOf(e.subject())) {
            case FLAG_NOT_FOUND -> notFound(message);
            case PRECONDITION_FAILED ->
                new ProblemException(HttpStatus.PRECONDITION_FAILED, "precondition-failed", message);
        };
    }

    private static ProblemException notFound(String message) {
        return new ProblemException(HttpStatus.NOT_FOUND, "flag-not-found", message);
    }
}
