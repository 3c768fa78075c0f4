package dev.coord.world;

/**
 * An operation may have been applied so long ago that its result is not kept any more, and is not applied again: whether it happened
 * is not known. {@link #subject()} is its id.
 */
public final class OutcomeUnknownException extends WorldException {
    private static final long serialVersionUID = 1L;

    OutcomeUnknownException(String operationId, String message) {
        super(operationId, message, null);
    }

    static OutcomeUnknownException forgotten(String operationId, long since, long forgotten) {
        return new OutcomeUnknownException(
                operationId,
                "Whether operation '" + operationId
                        + "' happened is not known: it may have been submitted since commit "
                        + since + ", and results are kept only of those after " + forgotten
                        + ". It was not applied again. Look at what it was to change, and submit it with a new id if it is"
                        + " not there; raise coord.world.result-retention, max-results or max-log-size to repeat for longer.");
    }
}
