package dev.coord.store.journal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** There was no space for what was to be appended to a journal, and nothing of it is there. */
public final class NoSpaceException extends IOException {
    private static final long serialVersionUID = 1L;

    NoSpaceException(Path file, IOException cause) {
        super(file + " cannot grow: " + cause.getMessage(), cause);
    }

    /** Whether {@code failure}, but for what caused it, says that a disk is full. */
    public static boolean isNoSpace(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return message.contains("no space left") || message.contains("quota exceeded");
    }
}
