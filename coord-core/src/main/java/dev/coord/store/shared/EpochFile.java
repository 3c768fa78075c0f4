package dev.coord.store.shared;

import dev.coord.DirectoryException;
import dev.coord.transport.PrivateDirectory;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The epoch of a directory: one word in a memory-mapped file, shared by all processes, that only grows, by compare-and-set. The
 * word follows eight bytes that tell our file from rubbish.
 */
final class EpochFile {
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long MAGIC = 0x636f6f72642d6570L; // "coord-ep"
    private static final int MAGIC_AT = 0;
    private static final int EPOCH_AT = 8;
    private static final int SIZE = 16;
    static final long FIRST = 1;
    private static final long MAX = 1L << 48;

    private final Path file;
    private final MappedByteBuffer map;
    private final @Nullable Object fileKey;

    private EpochFile(Path file, MappedByteBuffer map, @Nullable Object fileKey) {
        this.file = file;
        this.map = map;
        this.fileKey = fileKey;
    }

    /** Opens the epoch of {@code directory}, or makes it, at least as high as its highest complete database. */
    static EpochFile open(SharedDirectory directory) throws IOException {
        Path file = directory.epochFile();
        if (!Files.exists(file)) {
            create(directory, file);
        }
        EpochFile epoch;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (channel.size() != SIZE) {
                throw rubbish(file, channel.size() + " bytes long instead of " + SIZE);
            }
            epoch = new EpochFile(file, channel.map(MapMode.READ_WRITE, 0, SIZE), key(file));
        }
        // After a power cut the word can be older than the files.
        long highest = directory.highestComplete(Long.MAX_VALUE).orElse(FIRST);
        for (long current = epoch.get(); current < highest; current = epoch.get()) {
            epoch.set(current, highest);
        }
        return epoch;
    }

    private static void create(SharedDirectory directory, Path file) throws IOException {
        Path temporary = PrivateDirectory.createFile(directory.temporaryDatabase());
        try {
            ByteBuffer content = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
            content.putLong(MAGIC_AT, MAGIC).putLong(EPOCH_AT, FIRST);
            try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
                channel.write(content, 0);
                // An empty epoch file after a power cut would be rubbish to everybody.
                channel.force(true);
            }
            // A link appears whole and fails if another process was quicker; a rename would replace what it maps.
            Files.createLink(file, temporary);
        } catch (FileAlreadyExistsException e) {
            if (!Files.exists(file)) {
                throw e;
            }
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /** The epoch now. */
    long get() {
        try {
            long magic = (long) WORD.getVolatile(map, MAGIC_AT);
            long epoch = (long) WORD.getVolatile(map, EPOCH_AT);
            if (magic != MAGIC || epoch < FIRST || epoch > MAX) {
                throw rubbish(file, "epoch " + epoch + ", mark " + Long.toHexString(magic));
            }
            return epoch;
        } catch (InternalError e) {
            // The JVM's word for a mapped file that became shorter.
            throw new DirectoryException(file, "was cut short while in use. " + REPAIR, e);
        }
    }

    /** Takes the epoch after {@code from}; false if the epoch is no longer {@code from}. */
    boolean advance(long from) {
        return set(from, from + 1);
    }

    /** Whether the name still leads to the file that this process maps. */
    boolean isInPlace() {
        try {
            return Objects.equals(fileKey, key(file));
        } catch (IOException e) {
            return false;
        }
    }

    private boolean set(long from, long to) {
        return WORD.compareAndSet(map, EPOCH_AT, from, to);
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private static final String REPAIR =
            "Stop all processes that use this directory and delete this file: it is made again from the database's name.";

    private static DirectoryException rubbish(Path file, String what) {
        return new DirectoryException(file, "is not an epoch file (" + what + "). " + REPAIR, null);
    }
}
