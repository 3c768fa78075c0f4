package dev.coord.cli;

import dev.coord.CorruptStoreException;
import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.maintenance.GroupLoader;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Reads what {@link ExportWriter} wrote, after checking all of it: a file that was changed, or cut off, is refused as damaged. */
final class ExportReader {
    /** So much of a group is put into the database at once. */
    private static final int PART_ROWS = 200;

    private static final int PART_BYTES = 512 * 1024;

    private final Path file;
    private final Map<String, Group> groups;

    /**
     * A group in it.
     *
     * @param term the last one that was granted
     * @param logFrom the first entry that the log still has
     */
    record Group(String name, long term, long seqno, long logFrom) {
        /** Rows of its own have all of it. */
        private WorldHead head() {
            return seqno == 0 ? WorldHead.NONE : new WorldHead(new Term(term), seqno, logFrom - 1, seqno);
        }
    }

    private interface Lines {
        void take(JsonNode line) throws IOException;
    }

    private ExportReader(Path file, Map<String, Group> groups) {
        this.file = file;
        this.groups = groups;
    }

    /**
     * Opens {@code file}.
     *
     * @throws CorruptStoreException if it is damaged, cut off, or no export
     * @throws StoreException if a newer coord made it
     */
    static ExportReader open(Path file) throws IOException {
        Map<String, Group> groups = new LinkedHashMap<>();
        read(file, line -> {
            if (text(line, "kind").equals("group")) {
                var group = new Group(
                        text(line, "group"), number(line, "term"), number(line, "seqno"), number(line, "logFrom"));
                groups.put(group.name(), group);
            }
        });
        return new ExportReader(file, groups);
    }

    List<Group> groups() {
        return List.copyOf(groups.values());
    }

    Optional<Group> group(String name) {
        return Optional.ofNullable(groups.get(name));
    }

    /** Puts {@code group} where {@code loader}, which has begun, puts it; answers the term after which its next leader's comes. */
    Term load(Group group, GroupLoader loader) throws IOException {
        var part = new Part(loader);
        read(file, line -> {
            if (line.has("group") && text(line, "group").equals(group.name())) {
                part.add(line);
            }
        });
        part.flush();
        return loader.end(group.term(), group.head());
    }

    /** What is put at once. */
    private static final class Part {
        private final GroupLoader loader;
        private final List<StoredEntry> entries = new ArrayList<>();
        private final List<StoredObject> objects = new ArrayList<>();
        private final List<StoredQuad> quads = new ArrayList<>();
        private final List<StoredBlock> blocks = new ArrayList<>();
        private long bytes;

        Part(GroupLoader loader) {
            this.loader = loader;
        }

        void add(JsonNode line) throws IOException {
            switch (text(line, "kind")) {
                case "group" -> {
                    return;
                }
                case "block" -> {
                    byte[] content = content(line);
                    blocks.add(new StoredBlock(ref(line), content));
                    bytes += content.length;
                }
                case "object" ->
                    objects.add(new StoredObject(
                            text(line, "key"),
                            ref(line),
                            number(line, "rev"),
                            number(line, "modSeqno"),
                            line.has("ttlMillis") ? number(line, "ttlMillis") : 0,
                            line.has("owner") ? text(line, "owner") : ""));
                case "quad" ->
                    quads.add(new StoredQuad(
                            text(line, "subject"), text(line, "predicate"), text(line, "object"), text(line, "label")));
                case "result" -> {
                    var entry = new StoredEntry(Base64.getDecoder().decode(text(line, "entry")));
                    entries.add(entry);
                    bytes += entry.size();
                }
                default -> throw new IllegalArgumentException("it has a line of an unknown kind");
            }
            if (entries.size() + objects.size() + quads.size() + blocks.size() >= PART_ROWS || bytes >= PART_BYTES) {
                flush();
            }
        }

        void flush() {
            loader.add(List.copyOf(entries), List.copyOf(objects), List.copyOf(quads), List.copyOf(blocks));
            entries.clear();
            objects.clear();
            quads.clear();
            blocks.clear();
            bytes = 0;
        }

        private static BlockRef ref(JsonNode line) {
            return new BlockRef(text(line, "bucket"), HexFormat.of().parseHex(text(line, "address")));
        }

        private static byte[] content(JsonNode line) {
            return line.has("text")
                    ? text(line, "text").getBytes(StandardCharsets.UTF_8)
                    : Base64.getDecoder().decode(text(line, "base64"));
        }
    }

    /** Reads all lines but the first and the last, which say that the others are what was written. */
    private static void read(Path file, Lines lines) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            var seal = new Seal();
            byte[] first = next(in);
            checkBegin(file, first == null ? new byte[0] : first);
            for (byte[] line = first; line != null; line = next(in)) {
                JsonNode parsed = parsed(file, line);
                String kind = text(parsed, "kind");
                if (kind.equals(ExportWriter.END)) {
                    if (number(parsed, "lines") != seal.lines()
                            || !text(parsed, "sha256").equals(seal.sha256())
                            || next(in) != null) {
                        throw damaged(file, "its lines are not those that were written", null);
                    }
                    return;
                }
                if (line != first) {
                    lines.take(parsed);
                }
                seal.add(line);
            }
            throw damaged(file, "its end is missing", null);
        } catch (IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static void checkBegin(Path file, byte[] first) {
        JsonNode begin = parsed(file, first);
        if (!begin.has("format") || !text(begin, "kind").equals(ExportWriter.BEGIN)) {
            throw damaged(file, "it does not begin as an export does", null);
        }
        long format = number(begin, "format");
        if (format != ExportWriter.FORMAT) {
            throw new StoreException(
                    file + " has the format " + format + ", and this coord knows only " + ExportWriter.FORMAT
                            + ": use the newer coord that made it",
                    null);
        }
    }

    private static JsonNode parsed(Path file, byte[] line) {
        try {
            JsonNode parsed = Output.LINES.readTree(line);
            if (parsed.isObject()) {
                return parsed;
            }
            throw damaged(file, "it has a line that is no JSON object", null);
        } catch (JacksonException e) {
            throw damaged(file, "it has a line that is no JSON", e);
        }
    }

    /** The next line without its end; null where there is no more. */
    private static byte @Nullable [] next(InputStream in) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
            if (b == '\n') {
                return line.toByteArray();
            }
            line.write(b);
        }
        return line.size() == 0 ? null : line.toByteArray();
    }

    private static String text(JsonNode line, String name) {
        JsonNode value = line.get(name);
        if (value == null || !value.isString()) {
            throw new IllegalArgumentException("it has a line without " + name);
        }
        return value.asString();
    }

    private static long number(JsonNode line, String name) {
        JsonNode value = line.get(name);
        if (value == null || !value.canConvertToLong()) {
            throw new IllegalArgumentException("it has a line without " + name);
        }
        return value.asLong();
    }

    private static CorruptStoreException damaged(Path file, String what, @Nullable Exception cause) {
        return new CorruptStoreException(file, "What was found: " + what + ". Use another export.", cause);
    }
}
