package dev.coord.store.journal;

import java.io.IOException;
import java.nio.file.Path;

/** A journal does not have what it was known to have. Nothing was changed: the files are as they were found. */
public final class DamagedJournalException extends IOException {
    private static final long serialVersionUID = 1L;
    private final String file;

    DamagedJournalException(Path file, String what) {
        super(file + " " + what);
        this.file = file.toString();
    }

    /** The file that is damaged, or the first one that is missing. */
    public Path file() {
        return Path.of(file);
    }
}
