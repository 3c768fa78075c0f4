package dev.coord.store.shared;

import dev.coord.store.journal.ForceFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBase;

/**
 * A file of H2's whose writes come to the disk in an order in which no part of one can pass for the whole.
 *
 * <p>H2 writes what changed as a chunk, with one call, and knows a chunk by its first and its last bytes alone: after a power cut
 * that lost some of the others it would open what never was. So the first bytes, which make it a chunk, are written when the rest is
 * on the disk. And H2 writes to space that the state before the last one needs; so nothing is written before all that was written
 * earlier is on the disk.
 */
final class OrderedFile extends FileBase {
    /** What a disk writes as a whole. The beginning of a chunk that names it is not longer. */
    private static final int SECTOR = 512;

    private final FileChannel file;
    private final Path name;
    private boolean unforced;

    OrderedFile(FileChannel file, Path name) {
        this.file = file;
        this.name = name;
    }

    @Override
    public synchronized int write(ByteBuffer bytes, long position) throws IOException {
        int size = bytes.remaining();
        force(false);
        unforced = true;
        if (size > SECTOR) {
            ByteBuffer beginning = bytes.duplicate().limit(bytes.position() + SECTOR);
            writeAll(bytes.position(beginning.limit()), position + SECTOR);
            force(false);
            unforced = true;
            writeAll(beginning, position);
        } else {
            writeAll(bytes, position);
        }
        return size;
    }

    private void writeAll(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += file.write(bytes, at);
        }
    }

    @Override
    public synchronized FileChannel truncate(long size) throws IOException {
        force(false);
        unforced = true;
        file.truncate(size);
        return this;
    }

    @Override
    public synchronized void force(boolean metaData) throws IOException {
        if (unforced) {
            ForceFailedException.force(file, name);
            unforced = false;
        }
    }

    // Reading needs not wait for the disk.
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
        return file.read(bytes, position);
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public int read(ByteBuffer bytes) throws IOException {
        return file.read(bytes);
    }

    @Override
    public synchronized int write(ByteBuffer bytes) throws IOException {
        int written = write(bytes, file.position());
        file.position(file.position() + written);
        return written;
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
        file.position(position);
        return this;
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
        return file.tryLock(position, size, shared);
    }

    @Override
    public String toString() {
        return name.toString();
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
