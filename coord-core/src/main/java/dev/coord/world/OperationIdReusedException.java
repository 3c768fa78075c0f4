package dev.coord.world;

/** The id of an operation was used before for something else; {@link #subject()} is the id. */
public final class OperationIdReusedException extends WorldException {
    private static final long serialVersionUID = 1L;

    OperationIdReusedException(String operationId, String before, long seqno, String now) {
        super(
                operationId,
                "The id '" + operationId + "' is that of the operation '" + before + "', which was committed as "
                        + seqno
                        + ", and now comes with "
                        + (before.equals(now) ? "another body" : "the operation '" + now + "'")
                        + ". Nothing was done: use an id of its own for each operation.",
                null);
    }

    OperationIdReusedException(String operationId, String message) {
        super(operationId, message, null);
    }
}
