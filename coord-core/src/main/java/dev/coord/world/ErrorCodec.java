package dev.coord.world;

import dev.coord.proto.WorldError;
import dev.coord.proto.WorldErrorKind;
import java.util.Map;

/** Refusals as they are sent, and back. */
final class ErrorCodec {
    private static final Map<Class<? extends WorldException>, WorldErrorKind> KINDS = Map.ofEntries(
            Map.entry(ObjectExistsException.class, WorldErrorKind.WorldErrorKind_OBJECT_EXISTS),
            Map.entry(ObjectNotFoundException.class, WorldErrorKind.WorldErrorKind_OBJECT_NOT_FOUND),
            Map.entry(InvalidOperationException.class, WorldErrorKind.WorldErrorKind_INVALID_OPERATION),
            Map.entry(UnknownOperationException.class, WorldErrorKind.WorldErrorKind_UNKNOWN_OPERATION),
            Map.entry(OperationRejectedException.class, WorldErrorKind.WorldErrorKind_OPERATION_REJECTED),
            Map.entry(OperationTimeoutException.class, WorldErrorKind.WorldErrorKind_OPERATION_TIMEOUT),
            Map.entry(OperationFailedException.class, WorldErrorKind.WorldErrorKind_OPERATION_FAILED),
            Map.entry(BlockNotFoundException.class, WorldErrorKind.WorldErrorKind_BLOCK_NOT_FOUND),
            Map.entry(ReadOnlyWorldException.class, WorldErrorKind.WorldErrorKind_READ_ONLY_WORLD),
            Map.entry(OperationIdReusedException.class, WorldErrorKind.WorldErrorKind_OPERATION_ID_REUSED),
            Map.entry(OutcomeUnknownException.class, WorldErrorKind.WorldErrorKind_OUTCOME_UNKNOWN),
            Map.entry(NotStoredException.class, WorldErrorKind.WorldErrorKind_NOT_STORED));

    private ErrorCodec() {}

    static WorldError message(WorldException refusal) {
        var message = WorldError.newBuilder()
                .setKind(KINDS.getOrDefault(refusal.getClass(), WorldErrorKind.WorldErrorKind_UNKNOWN))
                .setSubject(refusal.subject())
                .setMessage(String.valueOf(refusal.getMessage()));
        if (refusal instanceof ConditionFailedException failed) {
            message.setKind(WorldErrorKind.WorldErrorKind_CONDITION_FAILED)
                    .setCondition(WorldCodec.message(failed.condition()));
            failed.found()
                    .ifPresent(found -> message.setFound(WorldError.ObjectFound.newBuilder()
                            .setRev(found.rev())
                            .setModSeqno(found.modSeqno())
                            .setRoot(WorldCodec.message(found.root()))));
        }
        return message.build();
    }

    /** The exception that {@code error} stands for; an unknown one, of a newer version, is an {@link OperationFailedException}. */
    static WorldException exception(WorldError error) {
        String subject = error.getSubject();
        String message = error.getMessage();
        return switch (error.getKind()) {
            case WorldErrorKind_OPERATION_ID_REUSED -> new OperationIdReusedException(subject, message);
            case WorldErrorKind_OUTCOME_UNKNOWN -> new OutcomeUnknownException(subject, message);
            case WorldErrorKind_NOT_STORED -> new NotStoredException(subject, message);
            case WorldErrorKind_OBJECT_EXISTS -> new ObjectExistsException(subject, message);
            case WorldErrorKind_OBJECT_NOT_FOUND -> new ObjectNotFoundException(subject, message);
            case WorldErrorKind_INVALID_OPERATION -> new InvalidOperationException(subject, message);
            case WorldErrorKind_UNKNOWN_OPERATION -> new UnknownOperationException(subject, message);
            case WorldErrorKind_OPERATION_REJECTED -> new OperationRejectedException(subject, message);
            case WorldErrorKind_OPERATION_TIMEOUT -> new OperationTimeoutException(subject, message);
            case WorldErrorKind_BLOCK_NOT_FOUND -> new BlockNotFoundException(subject, message);
            case WorldErrorKind_READ_ONLY_WORLD -> new ReadOnlyWorldException(subject, message);
            case WorldErrorKind_CONDITION_FAILED -> conditionFailed(error);
            case WorldErrorKind_OPERATION_FAILED, WorldErrorKind_UNKNOWN, UNRECOGNIZED ->
                new OperationFailedException(subject, message);
        };
    }

    private static WorldException conditionFailed(WorldError error) {
        WorldError.ObjectFound found = error.getFound();
        return new ConditionFailedException(
                WorldCodec.condition(error.getCondition()),
                error.hasFound()
                        ? new ConditionFailedException.Found(
                                found.getRev(), found.getModSeqno(), WorldCodec.ref(found.getRoot()))
                        : null,
                error.getMessage());
    }
}
