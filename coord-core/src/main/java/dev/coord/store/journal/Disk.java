package dev.coord.store.journal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * What a database and its journal ask of a file system, and nothing else; so that tests can let the power fail, or a disk be full
 * or broken, at any of these calls.
 */
public interface Disk {
    /** The file system of the operating system. */
    Disk SYSTEM = new SystemDisk();

    /** Makes {@code file}, which must not exist, for its owner alone. */
    File create(Path file) throws IOException;

    /** Opens {@code file}, which must exist, to read and to write. */
    File open(Path file) throws IOException;

    /** The files of {@code directory}, in no order. */
    List<Path> list(Path directory) throws IOException;

    /** Removes {@code file} if it is there. */
    void delete(Path file) throws IOException;

    /**
     * Gives {@code existing} the further name {@code name}.
     *
     * @throws java.nio.file.FileAlreadyExistsException if there is such a name
     */
    void link(Path name, Path existing) throws IOException;

    /** Gives {@code file} the name {@code to} in place of its own. */
    void move(Path file, Path to) throws IOException;

    /** Forces the names in {@code directory}: which files are there. */
    void forceDirectory(Path directory) throws IOException;

    /** Tells the time between two starts of its machine from other such times; 0 if that cannot be told. */
    long boot();

    /** The scheme that H2 knows this disk by, with a colon; empty for the operating system's. */
    String h2Prefix();

    /** An open file. */
    interface File extends Closeable {
        /** Writes all of {@code bytes} at {@code position}. A failure may leave a part of them. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Reads what there is from {@code position} on until {@code bytes} is full or the file ends. */
        void read(ByteBuffer bytes, long position) throws IOException;

        long size() throws IOException;

        void truncate(long size) throws IOException;

        /** Forces what was written, and the length. After a failure nobody knows what is there: it must not be repeated. */
        void force() throws IOException;
    }
}
