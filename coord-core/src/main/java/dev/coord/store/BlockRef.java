package dev.coord.store;

import java.util.Arrays;
import java.util.HexFormat;

/** The content address of a block, in a bucket. The store does not look into it. */
public final class BlockRef {
    /** No block's; it comes before all others. */
    public static final BlockRef NONE = new BlockRef("", new byte[0]);

    private final String bucket;
    private final byte[] address;

    /** @param address not copied; nobody may change it any more */
    public BlockRef(String bucket, byte[] address) {
        this.bucket = bucket;
        this.address = address;
    }

    /** The bucket's name; empty by default. */
    public String bucket() {
        return bucket;
    }

    /** Its bytes, not copied, which nobody may change. */
    public byte[] address() {
        return address;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BlockRef ref && bucket.equals(ref.bucket) && Arrays.equals(address, ref.address);
    }

    @Override
    public int hashCode() {
        return 31 * bucket.hashCode() + Arrays.hashCode(address);
    }

    @Override
    public String toString() {
        return bucket + ":" + HexFormat.of().formatHex(address);
    }
}
