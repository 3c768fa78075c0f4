package dev.coord.world;

/**
 * What a client did with a compare-and-set register, and what it was told. Times are on the monotonic clock of one machine.
 *
 * @param kind what it did
 * @param outcome what it was told
 * @param expected of a compare-and-set
 * @param replacement of a compare-and-set
 * @param seen the value that was read, or that refused a compare-and-set
 * @param invoked a moment before it could happen
 * @param returned a moment after it had happened; {@link Long#MAX_VALUE} if that is not known
 */
record RegisterOperation(
        Kind kind, Outcome outcome, long expected, long replacement, long seen, long invoked, long returned) {
    /** What an operation does. */
    enum Kind {
        READ,
        COMPARE_AND_SET
    }

    /** What became of it. */
    enum Outcome {
        DONE,
        REFUSED,
        /** It happened at any time after its invocation, or never. */
        UNKNOWN
    }

    static RegisterOperation read(long seen, long invoked, long returned) {
        return new RegisterOperation(Kind.READ, Outcome.DONE, 0, 0, seen, invoked, returned);
    }

    static RegisterOperation set(long expected, long replacement, long invoked, long returned) {
        return new RegisterOperation(
                Kind.COMPARE_AND_SET, Outcome.DONE, expected, replacement, expected, invoked, returned);
    }

    static RegisterOperation refusedSet(long expected, long seen, long invoked, long returned) {
        return new RegisterOperation(Kind.COMPARE_AND_SET, Outcome.REFUSED, expected, 0, seen, invoked, returned);
    }

    static RegisterOperation unknownSet(long expected, long replacement, long invoked) {
        return new RegisterOperation(
                Kind.COMPARE_AND_SET, Outcome.UNKNOWN, expected, replacement, 0, invoked, Long.MAX_VALUE);
    }

    boolean isKnown() {
        return outcome != Outcome.UNKNOWN;
    }

    /**
     * Whether it can have this outcome when the register has {@code value}. One of unknown outcome that would change nothing need
     * not have happened: it would only make the search longer.
     */
    boolean isPossible(long value) {
        return switch (outcome) {
            case DONE -> value == (kind == Kind.READ ? seen : expected);
            case REFUSED -> value == seen && value != expected;
            case UNKNOWN -> value == expected;
        };
    }

    /** The register's value when it has happened. */
    long valueAfter(long value) {
        boolean sets = kind == Kind.COMPARE_AND_SET && outcome != Outcome.REFUSED && value == expected;
        return sets ? replacement : value;
    }
}
