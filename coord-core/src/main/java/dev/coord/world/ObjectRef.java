package dev.coord.world;

import dev.coord.store.BlockRef;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The content address of a block in a bucket. Equal content in one bucket has equal references, everywhere and for ever.
 *
 * <p>A small block is its own address, so that whoever has the reference has the content; others are addressed by their SHA-256.
 * The idea, and its two prefixes, are those of multihashes (identity and sha2-256).
 */
public final class ObjectRef {
    /** Content of up to this many bytes is its own address. */
    public static final int MAX_INLINE = 256;

    /** The largest block, in bytes. */
    public static final int MAX_BLOCK = 1024 * 1024;

    /** No content. */
    public static final ObjectRef EMPTY = new ObjectRef(BlockRef.NONE);

    private static final int MAX_BUCKET = 100;
    private static final byte IDENTITY = 0;
    private static final byte SHA_256 = 0x12;
    private static final int SHA_256_LENGTH = 33;

    private final BlockRef stored;

    private ObjectRef(BlockRef stored) {
        this.stored = stored;
    }

    /** The reference of {@code content} in the bucket without a name. */
    public static ObjectRef of(byte[] content) {
        return of("", content);
    }

    /**
     * The reference of {@code content} in {@code bucket}.
     *
     * @throws InvalidOperationException if the content or the bucket's name is too long
     */
    public static ObjectRef of(String bucket, byte[] content) {
        if (content.length > MAX_BLOCK) {
            throw new InvalidOperationException(
                    "block",
                    "A block has at most " + MAX_BLOCK + " bytes, not " + content.length
                            + ": divide it, or keep it elsewhere");
        }
        if (content.length <= MAX_INLINE) {
            byte[] address = new byte[content.length + 1];
            address[0] = IDENTITY;
            System.arraycopy(content, 0, address, 1, content.length);
            return new ObjectRef(new BlockRef(checkedBucket(bucket), address));
        }
        byte[] digest = sha256(content);
        byte[] address = new byte[SHA_256_LENGTH];
        address[0] = SHA_256;
        System.arraycopy(digest, 0, address, 1, digest.length);
        return new ObjectRef(new BlockRef(checkedBucket(bucket), address));
    }

    private static String checkedBucket(String bucket) {
        if (bucket.length() > MAX_BUCKET) {
            throw new InvalidOperationException(
                    bucket, "A bucket's name has at most " + MAX_BUCKET + " characters, not " + bucket.length());
        }
        return WorldKeys.checkedCharacters(bucket);
    }

    private static byte[] sha256(byte[] content) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(content);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but not this one", e);
        }
    }

    /** The bucket's name; empty by default. */
    public String bucket() {
        return stored.bucket();
    }

    /** Whether it stands for no content. */
    public boolean isEmpty() {
        return stored.address().length == 0;
    }

    /** The content, if the reference holds it; a reference without content holds none of its bytes. */
    public Optional<byte[]> inlined() {
        if (isEmpty()) {
            return Optional.of(new byte[0]);
        }
        byte[] address = stored.address();
        return address[0] == IDENTITY ? Optional.of(Arrays.copyOfRange(address, 1, address.length)) : Optional.empty();
    }

    boolean isInline() {
        return isEmpty() || stored.address()[0] == IDENTITY;
    }

    BlockRef stored() {
        return stored;
    }

    /** @throws InvalidOperationException if {@code stored} is none that {@link #of(String, byte[])} makes */
    static ObjectRef of(BlockRef stored) {
        byte[] address = stored.address();
        if (address.length == 0) {
            return EMPTY;
        }
        boolean valid = address[0] == IDENTITY
                ? address.length <= MAX_INLINE + 1
                : address[0] == SHA_256 && address.length == SHA_256_LENGTH;
        if (!valid) {
            throw new InvalidOperationException(
                    HexFormat.of().formatHex(address),
                    "This is not the reference of a block: make references with ObjectRef.of or a StorageCursor");
        }
        checkedBucket(stored.bucket());
        return new ObjectRef(stored);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ObjectRef ref && stored.equals(ref.stored);
    }

    @Override
    public int hashCode() {
        return stored.hashCode();
    }

    @Override
    public String toString() {
        return stored.toString();
    }
}
