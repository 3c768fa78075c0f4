package dev.coord.sample.flags;

import dev.coord.sample.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What clients send, and what of it is allowed. */
final class FlagRequests {
    private static final int MAX_VALUE = 10_000;
    private static final long MAX_BY = 1_000_000;
    private static final String KEY_CHARACTERS = "[A-Za-z0-9][A-Za-z0-9._-]{0,99}";
    private static final String PREFIX_CHARACTERS = "[A-Za-z0-9._-]{0,100}";
    /** A year that everybody can write. */
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private FlagRequests() {}

    record Put(@Nullable Boolean enabled, @Nullable String value) {
        boolean checkedEnabled() {
            return present("enabled", enabled);
        }

        String checkedValue() {
            String given = value == null ? "" : value;
            if (given.length() > MAX_VALUE) {
                throw ProblemException.invalid(
                        "value", "A value has at most " + MAX_VALUE + " characters, not " + given.length() + ".");
            }
            if (!StandardCharsets.UTF_8.newEncoder().canEncode(given)) {
                throw ProblemException.invalid("value", "The value has half of a surrogate pair.");
            }
            return given;
        }
    }

    record Expose(@Nullable Long by) {
        long checkedBy() {
            long given = present("by", by);
            if (given < 1 || given > MAX_BY) {
                throw ProblemException.invalid("by", "A flag is exposed 1 to " + MAX_BY + " times, not " + given + ".");
            }
            return given;
        }
    }

    record Schedule(@Nullable Instant at, @Nullable Boolean enabled) {
        Instant checkedAt() {
            Instant given = present("at", at);
            if (given.isBefore(Instant.EPOCH) || given.isAfter(LATEST)) {
                throw ProblemException.invalid(
                        "at", "A flip can be between " + Instant.EPOCH + " and " + LATEST + ", not at " + given + ".");
            }
            return given;
        }

        boolean checkedEnabled() {
            return present("enabled", enabled);
        }
    }

    private static <T> T present(String field, @Nullable T value) {
        if (value == null) {
            throw ProblemException.invalid(field, "The field '" + field + "' is missing.");
        }
        return value;
    }

    static String checkedKey(String key) {
        if (!key.matches(KEY_CHARACTERS)) {
            throw ProblemException.invalid(
                    "key",
                    "A key has 1 to 100 letters, digits, dots, dashes and underscores, and begins with a letter or digit;"
                            + " this one does not.");
        }
        return key;
    }

    static String checkedPrefix(String prefix) {
        if (!prefix.matches(PREFIX_CHARACTERS)) {
            throw ProblemException.invalid(
                    "prefix", "A prefix has at most 100 letters, digits, dots, dashes and underscores.");
        }
        return prefix;
    }

    static long checkedSeqno(String name, long seqno) {
        if (seqno < 0) {
            throw ProblemException.invalid(name, "A sequence number is 0 or more, not " + seqno + ".");
        }
        return seqno;
    }
}
