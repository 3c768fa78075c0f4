package dev.coord;

/** Settings that cannot be safe, or make no sense. Nothing was started; correct the named setting. */
public final class InvalidSettingsException extends CoordException {
    private static final long serialVersionUID = 1L;

    public InvalidSettingsException(String message) {
        super(message, null);
    }
}
