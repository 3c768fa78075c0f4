package dev.coord.store.shared;

import dev.coord.DirectoryException;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.ForceFailedException;
import dev.coord.store.journal.JournalFiles;
import dev.coord.transport.unix.PrivateDirectory;
import dev.coord.transport.unix.StaleFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The names in the directory. {@code coord.<n>.mv.db} is the database of epoch n, complete from the moment it has that name; a
 * file that is being made has a temporary name.
 */
final class SharedDirectory {
    static final String EPOCH_FILE = "epoch";

    private static final Logger LOG = LoggerFactory.getLogger(SharedDirectory.class);
    private static final String START_AGAIN = "Stop all processes that use this directory, and start again.";

    /** As they are printed, so that one epoch has one name. */
    private static final String EPOCH = "([1-9]\\d{0,17})";

    private static final Pattern DATABASE = Pattern.compile("coord\\." + EPOCH + "\\.mv\\.db");
    private static final Pattern JOURNAL_IN_USE = Pattern.compile("coord\\." + EPOCH + "\\.journal");
    private static final Pattern JOURNAL = Pattern.compile("coord\\." + EPOCH + "\\.journal(?:\\.[1-9]\\d{0,17})?");
    private static final Pattern JOURNAL_SUFFIX = Pattern.compile("\\.journal(?:\\.[1-9]\\d{0,17})?$");
    private static final Pattern LOCK = Pattern.compile("owner\\." + EPOCH + "\\.lock");
    private static final Pattern ENDPOINT = Pattern.compile("endpoint\\." + EPOCH);
    private static final String SUFFIX = ".mv.db";
    private static final String CORRUPT = ".corrupt";
    private static final Pattern SET_ASIDE = Pattern.compile("coord\\." + EPOCH + "\\.mv\\.db\\.corrupt(?:-\\d+)?");

    private final Path root;
    private final SocketNames names;
    private final Disk disk;
    private final @Nullable Object rootKey;
    private final StaleFiles staleFiles = new StaleFiles();
    private volatile @Nullable Seen seen;

    /** A database that was complete, and what the file system calls it. */
    private record Seen(long epoch, @Nullable Object key) {}

    SharedDirectory(Path root) {
        this(root, Disk.SYSTEM);
    }

    /** @param disk where databases, their journals and the epoch are */
    SharedDirectory(Path root, Disk disk) {
        this.root = root;
        this.names = new SocketNames(root);
        this.disk = disk;
        try {
            this.rootKey = key(root);
        } catch (IOException e) {
            throw new DirectoryException(root, "cannot be read: " + e, e);
        }
    }

    /** What the file system calls {@code file}, whatever its name is. */
    static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** {@code file} has no other name than {@code key}: it was not removed, and none was made in its place. */
    static boolean isInPlace(Path file, @Nullable Object key) throws IOException {
        try {
            return Objects.equals(key, key(file));
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Remembers the database of {@code epoch}, which is in use. */
    void saw(long epoch) {
        Seen last = seen;
        if (last == null || last.epoch() != epoch) {
            try {
                seen = new Seen(epoch, key(database(epoch)));
            } catch (IOException e) {
                LOG.debug("The database of epoch {} is gone already", epoch, e);
            }
        }
    }

    /**
     * Refuses a directory that took the place of this one, or from which the database was removed: what is there has a history, and
     * terms, of its own.
     */
    void checkSame() throws IOException {
        if (!isInPlace(root, rootKey)) {
            throw new DirectoryException(root, "was removed or replaced while in use. " + START_AGAIN, null);
        }
        Seen last = seen;
        if (last == null) {
            return;
        }
        long highest = highestComplete(Long.MAX_VALUE).orElse(0);
        if (highest < last.epoch() || (highest == last.epoch() && !isInPlace(database(highest), last.key()))) {
            throw new DirectoryException(
                    database(last.epoch()), "was removed or replaced while in use. " + START_AGAIN, null);
        }
    }

    /** A name for what is being made; nobody else uses it. */
    Path temporary() {
        return PrivateDirectory.temporary(root, "");
    }

    Path root() {
        return root;
    }

    /** How processes that see this directory by other paths name the sockets in it. */
    SocketNames names() {
        return names;
    }

    Disk disk() {
        return disk;
    }

    Path epochFile() {
        return root.resolve(EPOCH_FILE);
    }

    Path database(long epoch) {
        return root.resolve("coord." + epoch + SUFFIX);
    }

    /** The journal of {@code epoch}'s database. */
    JournalFiles journal(long epoch) {
        return journal(database(epoch));
    }

    /** The journal of {@code database}, of whatever name. */
    JournalFiles journal(Path database) {
        return new JournalFiles(disk, root, name(h2Name(database)));
    }

    Path ownerLock(long epoch) {
        return root.resolve("owner." + epoch + ".lock");
    }

    Path endpoint(long epoch) {
        return root.resolve("endpoint." + epoch);
    }

    /** A database that is still being made; nobody else uses that name. */
    Path temporaryDatabase() {
        return PrivateDirectory.temporary(root, SUFFIX);
    }

    /** What H2 wants to be told: the file without its suffix. */
    static Path h2Name(Path database) {
        String name = name(database);
        return database.resolveSibling(name.substring(0, name.length() - SUFFIX.length()));
    }

    boolean isComplete(long epoch) {
        return Files.exists(database(epoch));
    }

    /** The highest epoch below {@code limit} whose database is complete. */
    OptionalLong highestComplete(long limit) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.mapToLong(file -> epochOf(DATABASE, file))
                    .filter(epoch -> epoch >= 0 && epoch < limit)
                    .max();
        }
    }

    /** The journal of a database that was in use, and is newer than any that is complete: it was removed. */
    OptionalLong orphan() throws IOException {
        long complete = highestComplete(Long.MAX_VALUE).orElse(-1);
        try (Stream<Path> files = Files.list(root)) {
            return files.mapToLong(file -> epochOf(JOURNAL_IN_USE, file))
                    .filter(epoch -> epoch > complete)
                    .max();
        }
    }

    /** A damaged database that was kept aside, and is newer than any that is complete: nobody may go on without it. */
    Optional<Path> blocking() throws IOException {
        long complete = highestComplete(Long.MAX_VALUE).orElse(-1);
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> epochOf(SET_ASIDE, file) > complete).max(Comparator.naturalOrder());
        }
    }

    /** The files that the database and the processes that use it have here, by name. */
    List<Path> ours() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> isFile(file) && isOurs(file)).sorted().toList();
        }
    }

    private static boolean isOurs(Path file) {
        return name(file).equals(EPOCH_FILE)
                || Stream.of(DATABASE, JOURNAL, SET_ASIDE, LOCK, ENDPOINT).anyMatch(name -> epochOf(name, file) >= 0)
                || LifeLocks.isName(name(file))
                || isTemporary(file);
    }

    /** Keeps a damaged database under another name; says which. */
    Path setAside(Path database) throws IOException {
        Path aside = database.resolveSibling(name(database) + CORRUPT);
        for (int i = 2; Files.exists(aside); i++) {
            aside = database.resolveSibling(name(database) + CORRUPT + "-" + i);
        }
        disk.move(database, aside);
        return aside;
    }

    /** Removes the files of epochs below {@code epoch}. Only for the owner of that epoch. */
    void removeBelow(long epoch) throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            staleFiles.removeEach(
                    files.filter(file -> Stream.of(DATABASE, JOURNAL, LOCK, ENDPOINT)
                                    .mapToLong(name -> epochOf(name, file))
                                    .anyMatch(found -> found >= 0 && found < epoch))
                            .toList(),
                    file -> {
                        if (isFile(file)) {
                            disk.delete(file);
                        }
                    });
        }
    }

    /** Removes half-made files that are older by {@code millis} than a file that is made now. */
    void removeTemporary(long millis) throws IOException {
        Path now = PrivateDirectory.createFile(temporary());
        long beforeMillis = Files.getLastModifiedTime(now).toMillis() - millis;
        Files.delete(now);
        try (Stream<Path> files = Files.list(root)) {
            staleFiles.removeEach(files.filter(SharedDirectory::isTemporary).toList(), file -> {
                if (isFile(file) && Files.getLastModifiedTime(file).toMillis() < beforeMillis) {
                    disk.delete(file);
                }
            });
        }
    }

    private static boolean isTemporary(Path file) {
        return PrivateDirectory.isTemporary(JOURNAL_SUFFIX.matcher(name(file)).replaceFirst(""), "")
                || PrivateDirectory.isTemporary(name(file), SUFFIX);
    }

    /** Directories and links are nothing that we make, whatever their names are. */
    private static boolean isFile(Path file) {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Forces the names in the directory to the disk. */
    void force() throws IOException {
        ForceFailedException.forceDirectory(disk, root);
    }

    private static long epochOf(Pattern pattern, Path file) {
        Matcher matcher = pattern.matcher(name(file));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    private static String name(Path file) {
        return file.getFileName().toString();
    }
}
