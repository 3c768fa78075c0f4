package dev.coord.transport.unix;

import dev.coord.DirectoryException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Directories and files that belong to one user alone: 0700 and 0600. */
public final class PrivateDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(PrivateDirectory.class);
    static final String SHORT_PREFIX = "coord-mesh-";
    private static final String TEMPORARY = "coord-tmp-";
    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE_OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY =
            PosixFilePermissions.asFileAttribute(OWNER_ONLY);
    private static final FileAttribute<Set<PosixFilePermission>> FILE =
            PosixFilePermissions.asFileAttribute(FILE_OWNER_ONLY);

    private PrivateDirectory() {}

    /**
     * Makes {@code directory} if it is not there, and checks that it belongs to this user and to nobody else.
     *
     * <p>An existing directory that others may read is made private if it is empty or holds {@code marker}, a file of ours;
     * otherwise it is refused, so that a setting like {@code /tmp} does not lock other people out of their files.
     *
     * @return its real path, the same for all spellings
     * @throws DirectoryException if it is not usable; the message says why and what to do
     */
    public static Path open(Path directory, String marker) {
        Path dir = directory.toAbsolutePath().normalize();
        try {
            create(dir);
            if (!Files.isDirectory(dir)) {
                throw new DirectoryException(dir, "is not a directory. Set another path, or move the file away.", null);
            }
            checkOwner(dir);
            makePrivate(dir, marker);
            return dir.toRealPath();
        } catch (AccessDeniedException e) {
            throw new DirectoryException(
                    dir,
                    "this user (" + user()
                            + ") may not write here. Give it the directory (chown, chmod 700), or set another one.",
                    e);
        } catch (FileSystemException e) {
            throw new DirectoryException(
                    dir,
                    "cannot be used: " + reason(e) + ". Make room or repair the file system, or set another directory.",
                    e);
        } catch (IOException e) {
            throw new DirectoryException(dir, "cannot be used: " + e + ". Set another directory.", e);
        } catch (UnsupportedOperationException e) {
            throw new DirectoryException(
                    dir,
                    "its file system has no POSIX permissions, so it cannot be private. Set another directory.",
                    e);
        }
    }

    /** Makes an empty file that only its owner may read and write. */
    public static Path createFile(Path file) throws IOException {
        return Files.createFile(file, FILE);
    }

    /** Makes {@code file}, which exists, readable and writable for its owner alone. */
    public static void restrictFile(Path file) throws IOException {
        Files.setPosixFilePermissions(file, FILE_OWNER_ONLY);
    }

    /** Makes a new private directory with a short name in the system's directory for temporary files. */
    public static Path createShort() throws IOException {
        return Files.createTempDirectory(SHORT_PREFIX, DIRECTORY).toAbsolutePath();
    }

    /** A name in {@code directory} for what is being made; nobody else uses it, and {@link #isTemporary} knows it. */
    public static Path temporary(Path directory, String suffix) {
        return directory.resolve(TEMPORARY + UUID.randomUUID() + suffix);
    }

    /** Whether {@code name} is one of {@link #temporary} with {@code suffix}: nobody else gives such names. */
    public static boolean isTemporary(String name, String suffix) {
        return name.startsWith(TEMPORARY)
                && name.endsWith(suffix)
                && isUuid(name.substring(
                        TEMPORARY.length(), Math.max(TEMPORARY.length(), name.length() - suffix.length())));
    }

    /** Whether {@code text} is a UUID in the one form that it is printed in. */
    public static boolean isUuid(String text) {
        return UUID_FORM.matcher(text).matches();
    }

    /** Makes an empty private file with a name that nobody else uses. */
    static Path createTemporary(Path directory) throws IOException {
        return createFile(temporary(directory, ""));
    }

    /** Whether {@code path} is a private directory of this user. */
    static boolean isOwn(Path path) throws IOException {
        try {
            return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                    && Files.getPosixFilePermissions(path).equals(OWNER_ONLY)
                    && Files.isWritable(path);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Makes {@code dir}, and those above it, where they are not there. */
    static void create(Path dir) throws IOException {
        Path parent = dir.getParent();
        if (parent != null && !Files.exists(parent)) {
            Files.createDirectories(parent, DIRECTORY);
        }
        try {
            Files.createDirectory(dir, DIRECTORY);
        } catch (FileAlreadyExistsException e) {
            // Somebody was there before us, which the checks that follow judge.
            LOG.trace("{} exists", dir, e);
        }
    }

    /** A file that this process makes has this process's owner; so one probe tells the owner and whether writing works. */
    private static void checkOwner(Path dir) throws IOException {
        Path probe = createTemporary(dir);
        try {
            if (!Files.getOwner(probe).equals(Files.getOwner(dir))) {
                throw new DirectoryException(
                        dir,
                        "belongs to " + Files.getOwner(dir).getName() + ", and this process runs as "
                                + Files.getOwner(probe).getName() + ". Run as the owner, or set another directory.",
                        null);
            }
        } finally {
            Files.delete(probe);
        }
    }

    private static void makePrivate(Path dir, String marker) throws IOException {
        Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(dir);
        if (permissions.equals(OWNER_ONLY)) {
            return;
        }
        if (!Files.exists(dir.resolve(marker)) && !isEmpty(dir)) {
            throw new DirectoryException(
                    dir,
                    "is open to other users (" + PosixFilePermissions.toString(permissions)
                            + ") and holds files of others. Set a directory for coord alone, or make this one private: chmod 700",
                    null);
        }
        LOG.info("Making {} private: it was {}", dir, PosixFilePermissions.toString(permissions));
        Files.setPosixFilePermissions(dir, OWNER_ONLY);
    }

    private static boolean isEmpty(Path dir) throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.findAny().isEmpty();
        }
    }

    private static String reason(FileSystemException e) {
        return e.getReason() == null ? e.toString() : e.getReason();
    }

    private static String user() {
        return System.getProperty("user.name", "?");
    }
}
