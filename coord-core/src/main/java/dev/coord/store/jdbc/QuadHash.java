package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coord.store.StoredQuad;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The key of a quad's row: SHA-256 of its four parts, each behind its length, so that no two quads read the same. */
final class QuadHash {
    private QuadHash() {}

    static byte[] of(StoredQuad quad) {
        MessageDigest digest = sha256();
        for (String part : List.of(quad.subject(), quad.predicate(), quad.object(), quad.label())) {
            byte[] bytes = part.getBytes(UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
        return digest.digest();
    }

    /** What the rows after {@code quad} are greater than; for none, all are. */
    static byte[] after(StoredQuad quad) {
        return quad.equals(StoredQuad.NONE) ? new byte[0] : of(quad);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
