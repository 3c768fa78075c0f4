package dev.coord.world;

/**
 * What a client had submitted, perhaps several times with the same id, and what it was told.
 *
 * @param seqno of its commit; 0 unless it is done
 * @param term of its commit; 0 unless it is done
 * @param value the result, or what refused it
 * @param invoked a moment before it was submitted for the first time, on the machine's monotonic clock
 * @param returned a moment after its answer; {@link Long#MAX_VALUE} if it is not known
 */
record ClientOperation(
        String id,
        Kind kind,
        String register,
        long expected,
        long replacement,
        Outcome outcome,
        long seqno,
        long term,
        long value,
        long invoked,
        long returned) {
    /** The operations of {@link ChaosOperations}. */
    enum Kind {
        ADD,
        CAS,
        GET
    }

    /** What became of it. */
    enum Outcome {
        DONE,
        REFUSED,
        UNKNOWN
    }

    static ClientOperation add(String id) {
        return begun(id, Kind.ADD, ChaosOperations.COUNTER, 0, 0);
    }

    static ClientOperation get(String id, String register) {
        return begun(id, Kind.GET, register, 0, 0);
    }

    static ClientOperation cas(String id, String register, long expected, long replacement) {
        return begun(id, Kind.CAS, register, expected, replacement);
    }

    private static ClientOperation begun(String id, Kind kind, String register, long expected, long replacement) {
        return new ClientOperation(
                id, kind, register, expected, replacement, Outcome.UNKNOWN, 0, 0, 0, System.nanoTime(), Long.MAX_VALUE);
    }

    ClientOperation done(long commit, long itsTerm, long result, long nanos) {
        return new ClientOperation(
                id, kind, register, expected, replacement, Outcome.DONE, commit, itsTerm, result, invoked, nanos);
    }

    ClientOperation refused(long found, long nanos) {
        return new ClientOperation(
                id, kind, register, expected, replacement, Outcome.REFUSED, 0, 0, found, invoked, nanos);
    }

    boolean is(Kind what, Outcome told) {
        return kind == what && outcome == told;
    }

    /** As {@link ChaosParticipantMain} understands it. */
    String command() {
        return "op " + id
                + switch (kind) {
                    case ADD -> " add";
                    case CAS -> " cas " + register + " " + expected + " " + replacement;
                    case GET -> " get " + register;
                };
    }

    /** For the {@link LinearizabilityChecker}; not of an {@link Kind#ADD}. */
    RegisterOperation onRegister() {
        return switch (outcome) {
            case DONE ->
                kind == Kind.GET
                        ? RegisterOperation.read(value, invoked, returned)
                        : RegisterOperation.set(expected, replacement, invoked, returned);
            case REFUSED -> RegisterOperation.refusedSet(expected, value, invoked, returned);
            case UNKNOWN -> RegisterOperation.unknownSet(expected, replacement, invoked);
        };
    }
}
