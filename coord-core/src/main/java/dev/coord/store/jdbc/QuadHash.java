package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coord.proto.WorldQuad;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/** The key of a quad's row: SHA-256 of its four parts, each behind its length, so that no two quads read the same. */
final class QuadHash {
    private QuadHash() {}

    static byte[] of(WorldQuad quad) {
        MessageDigest digest = sha256();
        for (String part : List.of(quad.getSubject(), quad.getPredicate(), quad.getObject(), quad.getLabel())) {
            byte[] bytes = part.getBytes(UTF_8);
            digest.update(
                    ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
            digest.update(bytes);
        }
        return digest.digest();
    }

    /** What the rows after {@code quad} are greater than; for an empty quad, which cannot be, all are. */
    static byte[] after(WorldQuad quad) {
        return quad.equals(WorldQuad.getDefaultInstance()) ? new byte[0] : of(quad);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
