package dev.coord.time;

import dev.coord.InvalidSettingsException;
import java.time.Duration;

/** Checks times that somebody set. What passes can be turned into nanoseconds, and added up, without overflow. */
public final class Durations {
    /** Long enough for everything that somebody waits for. */
    public static final Duration LONGEST = Duration.ofHours(24);

    private Durations() {}

    /**
     * {@code value}, if it is more than 0 and at most {@link #LONGEST}.
     *
     * @param what what it is, for people
     * @param setting its name, see {@link InvalidSettingsException#settings()}
     * @throws InvalidSettingsException otherwise
     */
    public static Duration positive(String what, Duration value, String setting) {
        return positive(what, value, LONGEST, setting);
    }

    /** The same with another limit. */
    public static Duration positive(String what, Duration value, Duration longest, String setting) {
        limited(what, value, longest, setting);
        if (value.isNegative() || value.isZero()) {
            throw new InvalidSettingsException(
                    "The " + what + " must be more than 0, not " + value.toMillis() + " ms", setting);
        }
        return value;
    }

    /** The same with {@link #LONGEST}, also for 0. */
    public static Duration notNegative(String what, Duration value, String setting) {
        limited(what, value, LONGEST, setting);
        if (value.isNegative()) {
            throw new InvalidSettingsException(
                    "The " + what + " must not be negative: " + value.toMillis() + " ms", setting);
        }
        return value;
    }

    /** {@code value}, if neither it nor its negative is more than {@link #LONGEST}. */
    public static Duration limited(String what, Duration value, String setting) {
        return limited(what, value, LONGEST, setting);
    }

    private static Duration limited(String what, Duration value, Duration longest, String setting) {
        if (value.compareTo(longest) > 0 || value.compareTo(longest.negated()) < 0) {
            throw new InvalidSettingsException(
                    "The " + what + " must be at most " + longest.toHours() + " hours, not " + value, setting);
        }
        return value;
    }
}
