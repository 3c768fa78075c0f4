package dev.coord.cli;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** What the last line of an export says of those before it. */
final class Seal {
    private final MessageDigest digest;
    private long lines;

    Seal() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /** Adds a line, without its end. */
    void add(byte[] line) {
        digest.update(line);
        digest.update((byte) '\n');
        lines++;
    }

    long lines() {
        return lines;
    }

    /** Ends it. */
    String sha256() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
