package dev.coord.store.shared;

import dev.coord.store.journal.Disk;
import dev.coord.transport.PathNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.h2.store.fs.disk.FilePathDisk;

/**
 * A file for H2 under a name that is safe in its URLs: there a semicolon ends the name, a backslash is taken for a slash, and a
 * tilde for the home directory. It is written as an {@link OrderedFile}.
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

    /** What H2 is to call {@code file} on {@code disk}. */
    static String of(Disk disk, Path file) {
        return SCHEME + ":" + disk.h2Prefix() + PathNames.encode(file);
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FilePathWrapper wrap(FilePath base) {
        return getPath(base instanceof Plain ? of(Path.of(base.toString())) : SCHEME + ":" + base);
    }

    @Override
    protected FilePath unwrap(String path) {
        String name = path.substring(SCHEME.length() + 1);
        return name.indexOf(':') < 0 ? new Plain(PathNames.decode(name)) : FilePath.get(name);
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new OrderedFile(getBase().open(mode), Path.of(getBase().toString()));
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
