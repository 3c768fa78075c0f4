package dev.coord.world;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The first bytes of SHA-256, to tell things apart that are too large to be kept. */
final class Digests {
    private Digests() {}

    static ByteBuffer of(byte[] bytes) {
        try {
            return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    static long high(byte[] bytes) {
        return of(bytes).getLong();
    }
}
