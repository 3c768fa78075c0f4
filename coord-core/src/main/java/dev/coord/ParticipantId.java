package dev.coord;

import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * The name of one participant, unique for ever: a restarted process is another participant, and one process can hold several.
 *
 * @param value 1 to 64 letters, digits, dots, dashes or underscores
 */
public record ParticipantId(String value) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public ParticipantId {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "A participant id has 1 to 64 letters, digits, dots, dashes or underscores, not '" + value + "'");
        }
    }

    /** A new id: the pid, for people who read logs, and 64 random bits that make it unique: a process that starts again is another one (L11). */
    public static ParticipantId random() {
        var bytes = new byte[8];
        RANDOM.nextBytes(bytes);
        return new ParticipantId(
                ProcessHandle.current().pid() + "-" + HexFormat.of().formatHex(bytes));
    }

    @Override
    public String toString() {
        return value;
    }
}
