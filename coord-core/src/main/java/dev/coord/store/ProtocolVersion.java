package dev.coord.store;

import java.util.Map;
import java.util.Optional;

/**
 * The version of what processes write for each other into the store and send each other. Neighbouring versions work together, others
 * do not: they say so and leave those that were there first alone. While an application is updated one process after the other, its
 * processes are of two versions.
 *
 * <p>It is raised with the first message, record or change of the world that the version before does not understand, and such a one is
 * used only from the next version on: the one before then knows it.
 */
public final class ProtocolVersion {
    /** The attribute by which participants tell it, in the registry and over the mesh. */
    public static final String ATTRIBUTE = "coord.protocol";

    private static final int CURRENT = 1;

    private ProtocolVersion() {}

    /** This process's; versions before it that had no number count as 0. */
    public static int current() {
        return CURRENT;
    }

    /** What {@code attributes} of a participant tell; what is no number is of a version that nobody knows. */
    public static int of(Map<String, String> attributes) {
        try {
            return Integer.parseInt(attributes.getOrDefault(ATTRIBUTE, "0"));
        } catch (NumberFormatException e) {
            return Integer.MAX_VALUE;
        }
    }

    /** Why this process cannot work together with {@code who}, which speaks {@code other}; empty if it can. */
    public static Optional<String> refusal(String who, int other) {
        int own = current();
        if (Math.abs((long) other - own) <= 1) {
            return Optional.empty();
        }
        return Optional.of(who + " speaks version " + Integer.toUnsignedString(other)
                + " of coord's protocol, and this process version " + own
                + ": only neighbouring versions work together. Update coord one version after the other, or stop all"
                + " processes of the application before one of the new version is started");
    }
}
