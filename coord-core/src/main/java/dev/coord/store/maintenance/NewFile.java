package dev.coord.store.maintenance;

import dev.coord.transport.unix.PrivateDirectory;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Writes a file that only this user can read, has its name only when all of it is on the disk, and replaces no other one. */
public final class NewFile {
    private NewFile() {}

    /** Writes the content. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /**
     * Writes {@code file}. If that fails, there is none.
     *
     * @throws FileAlreadyExistsException if there is such a file; it stays as it is
     */
    public static void write(Path file, Content content) throws IOException {
        Path target = file.toAbsolutePath();
        if (Files.exists(target)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        Path parent = target.getParent();
        Path made =
                PrivateDirectory.createFile(PrivateDirectory.temporary(parent == null ? target : parent, ".backup"));
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(made))) {
                content.writeTo(out);
            }
            try (FileChannel channel = FileChannel.open(made, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            // Fails if somebody was quicker, where a rename would replace that one's.
            Files.createLink(target, made);
        } finally {
            Files.deleteIfExists(made);
        }
    }
}
