package dev.coord.sample.flags;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Ids of operations. Those that begin with a tilde are the application's own; a client's key is its operation's id as it is,
 * unless it is longer than an id may be, has other than visible ASCII characters, or begins with a tilde: then its digest is.
 */
public final class OperationIds {
    private static final String OWN = "~";
    private static final String USABLE = "[!-}][!-~]{0,99}";

    private OperationIds() {}

    /** For an operation that no client repeats. */
    static String random() {
        return UUID.randomUUID().toString();
    }

    /** For what a client calls {@code idempotencyKey}. */
    static String of(String idempotencyKey) {
        return idempotencyKey.matches(USABLE) ? idempotencyKey : own("sha256", digest(idempotencyKey));
    }

    /** For what the application does by itself, once. */
    public static String own(String what, Object which) {
        return OWN + what + ":" + which;
    }

    private static String digest(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256, but not this one", e);
        }
    }
}
