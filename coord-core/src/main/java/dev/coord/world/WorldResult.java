package dev.coord.world;

import dev.coord.Term;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** What a committed operation answered. */
public final class WorldResult {
    private static final byte[] NOTHING = new byte[0];

    private final long seqno;
    private final Term term;
    private final byte[] value;
    private final long rev;
    private final boolean found;
    private final List<WorldResult> batch;

    /** @param value not copied */
    WorldResult(long seqno, Term term, byte[] value, long rev, boolean found, List<WorldResult> batch) {
        this.seqno = seqno;
        this.term = term;
        this.value = value;
        this.rev = rev;
        this.found = found;
        this.batch = batch;
    }

    static WorldResult of(byte[] value) {
        return new WorldResult(0, Term.NONE, value.clone(), 0, false, List.of());
    }

    static WorldResult ofRev(long rev) {
        return new WorldResult(0, Term.NONE, NOTHING, rev, false, List.of());
    }

    static WorldResult ofFound(boolean found) {
        return new WorldResult(0, Term.NONE, NOTHING, 0, found, List.of());
    }

    static WorldResult ofBatch(List<WorldResult> results) {
        return new WorldResult(0, Term.NONE, NOTHING, 0, false, List.copyOf(results));
    }

    WorldResult committed(long commit, Term leaders) {
        return new WorldResult(commit, leaders, value, rev, found, batch);
    }

    /** The number of its commit: a view that has reached it has its changes. */
    public long seqno() {
        return seqno;
    }

    /** The term of the leader who committed it. */
    public Term term() {
        return term;
    }

    /** What the operation returned; empty for writes that are no operations. */
    public byte[] value() {
        return value.clone();
    }

    /** About how much memory it takes. */
    long bytes() {
        long bytes = 64L + value.length;
        for (WorldResult one : batch) {
            bytes += one.bytes();
        }
        return bytes;
    }

    /** The same, not copied; nobody may change it. */
    byte[] rawValue() {
        return value;
    }

    /** The revision of the object that was created, set or incremented; 0 for others. */
    public long rev() {
        return rev;
    }

    /** Whether there was what was to be deleted, or whether something changed. */
    public boolean found() {
        return found;
    }

    /** The results of the writes in a batch. */
    public List<WorldResult> batch() {
        return batch;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WorldResult result
                && seqno == result.seqno
                && term.equals(result.term)
                && Arrays.equals(value, result.value)
                && rev == result.rev
                && found == result.found
                && batch.equals(result.batch);
    }

    @Override
    public int hashCode() {
        return Objects.hash(seqno, term, Arrays.hashCode(value), rev, found, batch);
    }

    @Override
    public String toString() {
        return "seqno " + seqno + ", term " + term + ", value " + Arrays.toString(value);
    }
}
