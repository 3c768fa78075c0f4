package dev.coord;

/**
 * The number of a leadership, and its fencing token: strictly increasing for ever within a group, also across releases,
 * restarts and takeovers. Two leaderships never share a term. Terms of different groups have nothing to do with each other.
 *
 * @param value 1 for the first leadership of a group; 0 means that there was none yet
 */
public record Term(long value) implements Comparable<Term> {
    /** No leadership yet. */
    public static final Term NONE = new Term(0);

    public Term {
        if (value < 0) {
            throw new IllegalArgumentException("A term is never negative: " + value);
        }
    }

    @Override
    public int compareTo(Term other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
