package dev.coord.store.journal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Forcing a file to the disk failed. What is on the disk is unknown, and forcing it again would say that it worked: the operating
 * system tells of such a failure once. Whoever goes on has to write all of it anew, to another file.
 */
public final class ForceFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private ForceFailedException(Path file, IOException cause) {
        super("Forcing " + file + " to the disk failed: " + cause.getMessage(), cause);
    }

    /** Forces the names in {@code directory}. */
    public static void forceDirectory(Disk disk, Path directory) throws ForceFailedException {
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw new ForceFailedException(directory, e);
        }
    }

    /** Forces {@code opened}, which is {@code file}. */
    public static void force(FileChannel opened, Path file) throws ForceFailedException {
        try {
            opened.force(false);
        } catch (IOException e) {
            throw new ForceFailedException(file, e);
        }
    }

    /** Forces {@code opened}, which is {@code file}. */
    public static void force(Disk.File opened, Path file) throws ForceFailedException {
        try {
            opened.force();
        } catch (IOException e) {
            throw new ForceFailedException(file, e);
        }
    }
}
