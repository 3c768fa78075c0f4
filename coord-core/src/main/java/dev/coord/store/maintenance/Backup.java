package dev.coord.store.maintenance;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.coord.CorruptStoreException;
import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.proto.StoreResponse;
import dev.coord.store.Store;
import dev.coord.store.WorldHead;
import dev.coord.store.jdbc.JdbcStore;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * All that a store has of its groups, in one file: each group's term, and its world as of one commit, with blocks and log, and so
 * with the results of the operations that are still remembered. Participants are not in it, as none of them lives on.
 *
 * <p>It is made by reading, page by page, while the store is in use; nobody waits for more than a page. The groups are as of
 * different moments.
 *
 * <p>The file is a zip: an entry for each group, which is a sequence of messages, and last of all the manifest, with the SHA-256 of
 * each of them and of itself. What is damaged, or cut off, is refused.
 */
public final class Backup {
    private static final int FORMAT = 1;
    private static final String MANIFEST = "manifest.properties";
    private static final String SEAL = "sha256=";
    private static final int CHECKPOINT_CHANGES = 10_000;
    private static final int MAX_MESSAGE = 64 * 1024 * 1024;

    private final Path file;
    private final List<Entry> entries;

    /**
     * What a backup has of a group.
     *
     * @param term the last one that was granted
     * @param head how far its world is
     * @param entries in its log
     */
    public record Group(String group, long term, WorldHead head, long entries, long objects, long quads, long blocks) {}

    private record Entry(Group group, String name, String sha256) {}

    /** Takes what is in a group's entry, in parts. */
    interface Reader {
        void read(StoreResponse part) throws IOException;
    }

    private Backup(Path file, List<Entry> entries) {
        this.file = file;
        this.entries = entries;
    }

    /**
     * Writes a backup of {@code store} to {@code file}, which only this user can read. It has that name when all of it is on the
     * disk.
     *
     * @throws FileAlreadyExistsException if there is such a file; it stays as it is
     * @throws dev.coord.StoreUnavailableException if the store gave no answer
     */
    public static List<Group> write(Store store, Path file) throws IOException {
        List<Group> written = new ArrayList<>();
        NewFile.write(file, out -> written.addAll(write(store, out)));
        return written;
    }

    /** Writes a backup of {@code store}. */
    public static List<Group> write(Store store, OutputStream out) throws IOException {
        var zip = new ZipOutputStream(out);
        var manifest = new StringBuilder("format=" + FORMAT + "\n");
        List<Group> groups = new ArrayList<>();
        for (String name : store.leases().groups()) {
            int number = groups.size() + 1;
            zip.putNextEntry(new ZipEntry("group-" + number));
            MessageDigest digest = sha256();
            var entry = new BufferedOutputStream(new DigestOutputStream(zip, digest));
            var reading = new GroupReading(store.world(), name, part -> part.writeDelimitedTo(entry));
            WorldHead head = reading.read();
            entry.flush();
            zip.closeEntry();
            // After the world: it is not older than the world's term then.
            long term = Math.max(
                    head.term().value(),
                    store.leases().get(name).map(lease -> lease.term().value()).orElse(0L));
            var group = new Group(
                    name, term, head, reading.entries(), reading.objects(), reading.quads(), reading.blocks());
            groups.add(group);
            describe(manifest, "group." + number + ".", group, digest.digest());
        }
        manifest.append("groups=").append(groups.size()).append('\n');
        byte[] described = manifest.toString().getBytes(StandardCharsets.UTF_8);
        zip.putNextEntry(new ZipEntry(MANIFEST));
        zip.write(described);
        zip.write((SEAL + hex(sha256().digest(described)) + "\n").getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.finish();
        zip.flush();
        return groups;
    }

    private static void describe(StringBuilder manifest, String prefix, Group group, byte[] digest) {
        WorldHead head = group.head();
        // A name can have any characters.
        line(manifest, prefix, "name", HexFormat.of().formatHex(group.group().getBytes(StandardCharsets.UTF_8)));
        line(manifest, prefix, "text", group.group().replaceAll("[^\\w .:/-]", "?"));
        line(manifest, prefix, "term", group.term());
        line(manifest, prefix, "world.term", head.term().value());
        line(manifest, prefix, "seqno", head.seqno());
        line(manifest, prefix, "truncated", head.truncatedSeqno());
        line(manifest, prefix, "checkpoint", head.checkpointSeqno());
        line(manifest, prefix, "entries", group.entries());
        line(manifest, prefix, "objects", group.objects());
        line(manifest, prefix, "quads", group.quads());
        line(manifest, prefix, "blocks", group.blocks());
        line(manifest, prefix, "sha256", hex(digest));
    }

    private static void line(StringBuilder manifest, String prefix, String key, Object value) {
        manifest.append(prefix).append(key).append('=').append(value).append('\n');
    }

    /**
     * Opens a backup, and checks all of it.
     *
     * @throws CorruptStoreException if it is damaged, cut off, or no backup
     * @throws StoreException if a newer coord made it
     */
    public static Backup open(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new StoreException(file + " does not exist, or cannot be read: name a backup", null);
        }
        try (ZipFile zip = new ZipFile(file.toFile())) {
            Properties manifest = manifest(file, zip);
            List<Entry> entries = new ArrayList<>();
            for (int number = 1; number <= integer(manifest, "groups"); number++) {
                var entry = entry(manifest, number);
                entries.add(entry);
                check(file, zip, entry);
            }
            return new Backup(file, entries);
        } catch (ZipException | IllegalArgumentException e) {
            throw damaged(file, "it is no backup, or a part of one: " + e.getMessage(), e);
        }
    }

    private static Properties manifest(Path file, ZipFile zip) throws IOException {
        ZipEntry entry = zip.getEntry(MANIFEST);
        if (entry == null) {
            throw damaged(file, "it has no " + MANIFEST, null);
        }
        String text;
        try (InputStream in = zip.getInputStream(entry)) {
            text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        int end = text.lastIndexOf(SEAL);
        // The seals of the entries stand behind a point.
        boolean sealed = end > 0
                && text.charAt(end - 1) == '\n'
                && text.substring(end)
                        .equals(SEAL
                                + hex(sha256().digest(text.substring(0, end).getBytes(StandardCharsets.UTF_8)))
                                + "\n");
        if (!sealed) {
            throw damaged(file, "its " + MANIFEST + " is not what was written", null);
        }
        var manifest = new Properties();
        manifest.load(new StringReader(text));
        long format = integer(manifest, "format");
        if (format != FORMAT) {
            throw new StoreException(
                    file + " has the format " + format + ", and this coord knows only " + FORMAT
                            + ": use the newer coord that made it",
                    null);
        }
        return manifest;
    }

    private static long integer(Properties manifest, String key) {
        return Long.parseLong(manifest.getProperty(key, "none"));
    }

    private static Entry entry(Properties manifest, int number) {
        String prefix = "group." + number + ".";
        var head = new WorldHead(
                new Term(integer(manifest, prefix + "world.term")),
                integer(manifest, prefix + "seqno"),
                integer(manifest, prefix + "truncated"),
                integer(manifest, prefix + "checkpoint"));
        var group = new Group(
                new String(
                        HexFormat.of().parseHex(manifest.getProperty(prefix + "name", "none")), StandardCharsets.UTF_8),
                integer(manifest, prefix + "term"),
                head,
                integer(manifest, prefix + "entries"),
                integer(manifest, prefix + "objects"),
                integer(manifest, prefix + "quads"),
                integer(manifest, prefix + "blocks"));
        return new Entry(group, "group-" + number, manifest.getProperty(prefix + "sha256", ""));
    }

    private static void check(Path file, ZipFile zip, Entry entry) throws IOException {
        ZipEntry there = zip.getEntry(entry.name());
        if (there == null) {
            throw damaged(file, "it has no " + entry.name(), null);
        }
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(zip.getInputStream(there), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (ZipException | EOFException e) {
            throw damaged(file, "its " + entry.name() + " cannot be read: " + e.getMessage(), e);
        }
        if (!hex(digest.digest()).equals(entry.sha256())) {
            throw damaged(file, "its " + entry.name() + " is not what was written", null);
        }
    }

    private static CorruptStoreException damaged(Path file, String what, @Nullable Exception cause) {
        return new CorruptStoreException(file, "What was found: " + what + ". Use another backup.", cause);
    }

    /** What it has. */
    public List<Group> groups() {
        return entries.stream().map(Entry::group).toList();
    }

    /**
     * Puts all of it into a database that has none of its groups, with its terms raised: each restore grants others, also one of
     * the same backup. A group is there when all of it is; one that was begun and not ended can be begun again.
     *
     * @param wallClock only to tell this restore from others; terms are raised enough whatever it says
     * @return the term of each group, after which its next leader's comes
     * @throws StoreException if the database has one of the groups; what was put of others stays
     */
    public Map<String, Term> restore(JdbcStore target, InstantSource wallClock) {
        Map<String, Term> terms = new HashMap<>();
        for (Entry entry : entries) {
            terms.put(entry.group().group(), restore(target, entry, wallClock));
        }
        return terms;
    }

    private Term restore(JdbcStore target, Entry entry, InstantSource wallClock) {
        Group group = entry.group();
        var loader = new GroupLoader(target, group.group(), wallClock);
        loader.begin();
        try {
            read(
                    entry,
                    part -> loader.add(
                            StoredParts.entries(part),
                            StoredParts.objects(part),
                            StoredParts.quads(part),
                            StoredParts.blocks(part)));
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
        Term raised = loader.end(group.term(), group.head());
        // The rows that were read are of different moments.
        long seqno = 0;
        while (seqno < group.head().seqno()) {
            seqno = target.checkpoint(group.group(), CHECKPOINT_CHANGES);
        }
        return raised;
    }

    private void read(Entry entry, Reader reader) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile());
                InputStream in = new BufferedInputStream(zip.getInputStream(zip.getEntry(entry.name())))) {
            StoreResponse part = next(in);
            while (part != null) {
                reader.read(part);
                part = next(in);
            }
        }
    }

    private static @Nullable StoreResponse next(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        int size = CodedInputStream.readRawVarint32(first, in);
        if (size < 0 || size > MAX_MESSAGE) {
            throw new InvalidProtocolBufferException("a part of " + size + " bytes");
        }
        return StoreResponse.parseFrom(in.readNBytes(size));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }
}
