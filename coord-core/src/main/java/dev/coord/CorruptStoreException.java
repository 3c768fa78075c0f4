package dev.coord;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The database file is damaged. It is kept as it is, never deleted; the message says where it is and what to do. */
public final class CorruptStoreException extends StoreException {
    private static final long serialVersionUID = 1L;
    private final String path;

    public CorruptStoreException(Path path, String whatToDo, @Nullable Throwable cause) {
        super(path + " is damaged and cannot be opened. " + whatToDo, cause);
        this.path = path.toString();
    }

    /** The damaged file, where it is kept. */
    public Path path() {
        return Path.of(path);
    }
}
