package dev.coord.store.shared;

import dev.coord.transport.PathNames;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.h2.store.fs.disk.FilePathDisk;

/**
 * A file for H2 under a name that is safe in its URLs: there a semicolon ends the name, a backslash is taken for a slash, and a
 * tilde for the home directory.
 */
public final class EncodedPath extends FilePathWrapper {
    private static final String SCHEME = "coord";

    static {
        FilePath.register(new EncodedPath());
    }

    /** For H2, which makes one for each file. */
    public EncodedPath() {}

    /** What H2 is to call {@code file}. */
    static String of(Path file) {
        return SCHEME + ":" + PathNames.encode(file);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FilePathWrapper wrap(FilePath base) {
        return getPath(of(Path.of(base.toString())));
    }

    @Override
    protected FilePath unwrap(String path) {
        return new Plain(PathNames.decode(path.substring(SCHEME.length() + 1)));
    }

    /** The file by its true name, of which nothing is translated. */
    private static final class Plain extends FilePathDisk {
        Plain(Path path) {
            this.name = path.toString();
        }

        @Override
        public FilePathDisk getPath(String path) {
            return new Plain(Path.of(path));
        }
    }
}
