package dev.coord.store;

import java.util.Arrays;

/**
 * An entry of a world's log as it is kept and sent: the binary form of the message {@code coord.WorldEntryRecord}. It is made once,
 * by the leader that commits it, and read only by whom it tells something.
 */
public final class StoredEntry {
    private final byte[] encoded;

    /** @param encoded not copied; nobody may change it any more */
    public StoredEntry(byte[] encoded) {
        this.encoded = encoded;
    }

    /** Its bytes, not copied, which nobody may change. */
    public byte[] encoded() {
        return encoded;
    }

    /** How many bytes it has. */
    public int size() {
        return encoded.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StoredEntry entry && Arrays.equals(encoded, entry.encoded);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(encoded);
    }

    @Override
    public String toString() {
        return "an entry of " + encoded.length + " bytes";
    }
}
