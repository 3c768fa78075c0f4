package dev.coord;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The shared directory, or a file in it, cannot be used as it is. Nothing in it was changed; the message says what to do. */
public final class DirectoryException extends CoordException {
    private static final long serialVersionUID = 1L;
    private final String path;

    public DirectoryException(Path path, String problem, @Nullable Throwable cause) {
        super(path + ": " + problem, cause);
        this.path = path.toString();
    }

    /** The file or directory at fault. */
    public Path path() {
        return Path.of(path);
    }
}
