package dev.coord;

import java.util.List;

/** Settings that cannot be safe, or make no sense. Nothing was started; correct the named setting. */
public final class InvalidSettingsException extends CoordException {
    private static final long serialVersionUID = 1L;
    private final List<String> settings;

    /** @param settings the names of those that are wrong, for instance {@code lease.renew-deadline} */
    public InvalidSettingsException(String message, String... settings) {
        super(message, null);
        this.settings = List.of(settings);
    }

    /** The same, because of {@code cause}. */
    public InvalidSettingsException(String message, Throwable cause, String... settings) {
        super(message, cause);
        this.settings = List.of(settings);
    }

    /** The names of those that are wrong, as in {@code lease.renew-deadline}, the one to change first; none if it is not known. */
    public List<String> settings() {
        return settings;
    }
}
