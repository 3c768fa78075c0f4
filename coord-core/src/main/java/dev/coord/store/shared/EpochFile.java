package dev.coord.store.shared;

import dev.coord.DirectoryException;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.ForceFailedException;
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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all processes of a directory must know without asking anybody: words in a memory-mapped file, after eight bytes that tell our
 * file from rubbish. They are the epoch, which only grows, by compare-and-set; and the owner's sign of life, which tells an owner
 * that is frozen from one that cannot be reached.
 */
final class EpochFile {
    private static final VarHandle WORD = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long MAGIC = 0x636f6f72642d6570L; // "coord-ep"
    private static final int MAGIC_AT = 0;
    private static final int EPOCH_AT = 8;
    /** The epoch of the owner that gave the sign, whether it serves, and a number that changes each time. */
    private static final int SIGN_AT = 16;

    private static final int SIGN_EPOCH_SHIFT = 16;
    private static final long SIGN_READY = 1 << 15;
    private static final long SIGN_NUMBERS = SIGN_READY - 1;

    private static final int SIZE = 4096;
    /** What it was before there were signs of life. */
    private static final int LEAST_SIZE = 16;

    static final long FIRST = 1;
    private static final long MAX = (1L << 47) - 1;
    private static final int ATTEMPTS = 10;

    private static final Logger LOG = LoggerFactory.getLogger(EpochFile.class);

    private final SharedDirectory directory;
    private final Path file;
    private volatile Mapped mapped;

    /** One file that had the name, and what the file system calls it. */
    private record Mapped(MappedByteBuffer map, @Nullable Object key) {}

    private EpochFile(SharedDirectory directory, Mapped mapped) {
        this.directory = directory;
        this.file = directory.epochFile();
        this.mapped = mapped;
    }

    /** Opens the epoch of {@code directory}, or makes it, at least as high as its highest complete database. */
    static EpochFile open(SharedDirectory directory) throws IOException {
        Mapped opened = map(directory, FIRST);
        var epoch = new EpochFile(directory, opened);
        epoch.raise(opened, epoch.highestComplete());
        return epoch;
    }

    private static Mapped map(SharedDirectory directory, long least) throws IOException {
        Path file = directory.epochFile();
        for (int attempt = 1; true; attempt++) {
            try {
                if (!Files.exists(file)) {
                    create(directory, file, least);
                }
                Object before = key(file);
                Mapped opened = mapExisting(file);
                if (Objects.equals(before, opened.key())) {
                    return opened;
                }
            } catch (NoSuchFileException e) {
                // Whoever removes such files may be at it.
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static Mapped mapExisting(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            check(file, channel);
            // Mapping makes it as long as that.
            return new Mapped(channel.map(MapMode.READ_WRITE, 0, SIZE), key(file));
        }
    }

    private static void check(Path file, FileChannel channel) throws IOException {
        if (channel.size() != SIZE && channel.size() != LEAST_SIZE) {
            throw rubbish(file, channel.size() + " bytes long instead of " + SIZE);
        }
        ByteBuffer head = ByteBuffer.allocate(LEAST_SIZE).order(ByteOrder.nativeOrder());
        channel.read(head, 0);
        checked(file, head.getLong(MAGIC_AT), head.getLong(EPOCH_AT));
    }

    private static long checked(Path file, long magic, long epoch) {
        if (magic != MAGIC || epoch < FIRST || epoch > MAX) {
            throw rubbish(file, "epoch " + epoch + ", mark " + Long.toHexString(magic));
        }
        return epoch;
    }

    /**
     * The epoch of {@code directory} as its file says, without opening it for others; empty if there is no such file.
     *
     * @throws DirectoryException if the file is something else
     */
    static OptionalLong read(SharedDirectory directory) throws IOException {
        Path file = directory.epochFile();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer head = ByteBuffer.allocate(LEAST_SIZE).order(ByteOrder.nativeOrder());
            channel.read(head, 0);
            if (head.hasRemaining() || (channel.size() != SIZE && channel.size() != LEAST_SIZE)) {
                throw rubbish(file, channel.size() + " bytes long instead of " + SIZE);
            }
            return OptionalLong.of(checked(file, head.getLong(MAGIC_AT), head.getLong(EPOCH_AT)));
        } catch (NoSuchFileException e) {
            LOG.trace("{} has no epoch file", directory.root(), e);
            return OptionalLong.empty();
        }
    }

    private long highestComplete() throws IOException {
        return directory.highestComplete(Long.MAX_VALUE).orElse(FIRST);
    }

    /** After a power cut the word can be older than the files (E7). */
    private void raise(Mapped which, long least) {
        for (long current = word(which); current < least; current = word(which)) {
            WORD.compareAndSet(which.map(), EPOCH_AT, current, least);
        }
    }

    private static void create(SharedDirectory directory, Path file, long least) throws IOException {
        Disk disk = directory.disk();
        Path temporary = directory.temporaryDatabase();
        try {
            ByteBuffer content = ByteBuffer.allocate(SIZE).order(ByteOrder.nativeOrder());
            content.putLong(MAGIC_AT, MAGIC).putLong(EPOCH_AT, least);
            try (Disk.File made = disk.create(temporary)) {
                made.write(content, 0);
                // An empty epoch file after a power cut would be rubbish to everybody.
                ForceFailedException.force(made, temporary);
            }
            // A link appears whole and fails if another process was quicker; a rename would replace what it maps.
            disk.link(file, temporary);
        } catch (FileAlreadyExistsException e) {
            LOG.trace("Another process was quicker", e);
        } finally {
            disk.delete(temporary);
        }
    }

    /** The epoch now. */
    long get() {
        return word(mapped);
    }

    private long word(Mapped which) {
        try {
            long magic = (long) WORD.getVolatile(which.map(), MAGIC_AT);
            long epoch = (long) WORD.getVolatile(which.map(), EPOCH_AT);
            return checked(file, magic, epoch);
        } catch (InternalError e) {
            // The JVM's word for a mapped file that became shorter.
            throw new DirectoryException(file, "was cut short while in use. " + REPAIR, e);
        }
    }

    /**
     * Takes the epoch after {@code from} (E1); false if the epoch is no longer {@code from}, or if it was taken of a file that others no
     * longer see: that counts for nothing.
     */
    boolean advance(long from) {
        Mapped now = mapped;
        return WORD.compareAndSet(now.map(), EPOCH_AT, from, from + 1) && isInPlace(now);
    }

    /**
     * Whether the epoch is {@code epoch}, for everybody: the word says so, and is still the one that the name leads to. The file is
     * looked for after the word is read, so that no other file of that name existed when it was.
     */
    boolean isStill(long epoch) {
        Mapped now = mapped;
        return word(now) == epoch && isInPlace(now);
    }

    /** Whether the name still leads to the file that this process maps. */
    boolean isInPlace() {
        return isInPlace(mapped);
    }

    private boolean isInPlace(Mapped which) {
        try {
            return Objects.equals(which.key(), key(file));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Makes the file again if somebody removed it, or goes over to the one that another process made.
     *
     * <p>While processes have different files of that name nobody acknowledges anything, as only what is true of the file in place
     * counts, see {@link #isStill} and {@link #advance}. Whoever comes over first brings along what was taken before: the
     * new word is raised to the old one, which is read after the new file exists, when taking the old one further has no
     * effect any more.
     *
     * @return whether it was not in place
     * @throws DirectoryException if it is not only this file that is gone
     */
    synchronized boolean restore() throws IOException {
        Mapped old = mapped;
        if (isInPlace(old)) {
            return false;
        }
        directory.checkSame();
        Mapped opened = map(directory, Math.max(word(old), highestComplete()));
        raise(opened, Math.max(word(old), highestComplete()));
        mapped = opened;
        return true;
    }

    /** A sign of life of the owner of {@code epoch}; {@code ready}: it serves, and does not just open the database. */
    void giveSign(long epoch, boolean ready) {
        Mapped now = mapped;
        long number = (long) WORD.getVolatile(now.map(), SIGN_AT) + 1 & SIGN_NUMBERS;
        WORD.setVolatile(now.map(), SIGN_AT, epoch << SIGN_EPOCH_SHIFT | (ready ? SIGN_READY : 0) | number);
    }

    /** The last sign of life of any owner; it is another one than before if that owner lives. */
    long sign() {
        return (long) WORD.getVolatile(mapped.map(), SIGN_AT);
    }

    /** Whether {@code sign} is of the owner of {@code epoch}. */
    static boolean isSignOf(long epoch, long sign) {
        return sign >>> SIGN_EPOCH_SHIFT == epoch;
    }

    /** Whether the owner that gave {@code sign} serves. */
    static boolean isReady(long sign) {
        return (sign & SIGN_READY) != 0;
    }

    /** Makes the file look used, for those who remove what is old. */
    void touch() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer mark = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
            channel.read(mark, MAGIC_AT);
            if (!mark.hasRemaining() && mark.getLong(0) == MAGIC) {
                channel.write(mark.flip(), MAGIC_AT);
            }
        }
    }

    private static @Nullable Object key(Path file) throws IOException {
        return SharedDirectory.key(file);
    }

    private static final String REPAIR =
            "Stop all processes that use this directory and delete this file: it is made again from the database's"
                    + " name.";

    private static DirectoryException rubbish(Path file, String what) {
        return new DirectoryException(file, "is not an epoch file (" + what + "). " + REPAIR, null);
    }
}
