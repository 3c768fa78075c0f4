package dev.coord.cli;

import dev.coord.store.Store;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.maintenance.WorldDump;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Writes groups as JSON lines: all that counts, so that {@link ExportReader} can bring it back, and readable. What a line has beside
 * its {@code entry} is for people.
 */
final class ExportWriter {
    /** Raised when a reader of the format before could not read what is written. */
    static final int FORMAT = 1;

    static final String BEGIN = "coord-export";
    static final String END = "end";

    private final Lines lines;
    private final Seal seal = new Seal();

    /** Takes lines, each with its end. */
    interface Lines {
        void add(String line) throws IOException;
    }

    ExportWriter(Lines lines) {
        this.lines = lines;
    }

    void begin() throws IOException {
        Map<String, Object> line = line(BEGIN);
        line.put("format", FORMAT);
        add(line);
    }

    /** Writes a group; says what was written. */
    BackupCommand.BackedUp write(Store store, String name) throws IOException {
        long[] blocks = new long[1];
        WorldDump dump = WorldDump.of(store, name, block -> {
            Map<String, Object> line = line("block", name);
            line.put("bucket", block.ref().bucket());
            line.put("address", hex(block.ref().address()));
            putContent(line, block.content());
            add(line);
            blocks[0]++;
        });
        Map<String, Object> head = line("group", name);
        head.put("term", dump.term());
        head.put("seqno", dump.head().seqno());
        head.put("logFrom", dump.head().truncatedSeqno() + 1);
        head.put("objects", dump.objects().size());
        head.put("quads", dump.quads().size());
        add(head);
        for (StoredObject object : dump.objects()) {
            add(line(name, object));
        }
        for (StoredQuad quad : dump.quads()) {
            Map<String, Object> line = line("quad", name);
            line.put("subject", quad.subject());
            line.put("predicate", quad.predicate());
            line.put("object", quad.object());
            line.put("label", quad.label());
            add(line);
        }
        for (WorldDump.Result result : dump.results()) {
            add(line(name, result));
        }
        return new BackupCommand.BackedUp(
                name,
                dump.term(),
                dump.head().seqno(),
                dump.objects().size(),
                dump.quads().size(),
                blocks[0],
                dump.results().size());
    }

    private static Map<String, Object> line(String group, StoredObject object) {
        Map<String, Object> line = line("object", group);
        line.put("key", object.key());
        line.put("rev", object.rev());
        line.put("modSeqno", object.modSeqno());
        if (object.ttlMillis() != 0) {
            line.put("ttlMillis", object.ttlMillis());
        }
        if (!object.owner().isEmpty()) {
            line.put("owner", object.owner());
        }
        line.put("bucket", object.root().bucket());
        line.put("address", hex(object.root().address()));
        Optional<byte[]> content = WorldDump.inlined(object.root());
        content.ifPresent(inlined -> putContent(line, inlined));
        return line;
    }

    private static Map<String, Object> line(String group, WorldDump.Result result) {
        Map<String, Object> line = line("result", group);
        line.put("seqno", result.seqno());
        line.put("term", result.term());
        line.put("operationId", result.operationId());
        line.put("type", result.type());
        line.put("sender", result.sender());
        putContent(line, result.value());
        line.put("entry", Base64.getEncoder().encodeToString(result.entry().encoded()));
        return line;
    }

    /** Says that this is all. */
    void end() throws IOException {
        Map<String, Object> line = line(END);
        line.put("lines", seal.lines());
        line.put("sha256", seal.sha256());
        add(line);
    }

    private static Map<String, Object> line(String kind) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kind", kind);
        return line;
    }

    private static Map<String, Object> line(String kind, String group) {
        Map<String, Object> line = line(kind);
        line.put("group", group);
        return line;
    }

    private void add(Map<String, Object> line) throws IOException {
        String text = Output.LINES.writeValueAsString(line);
        seal.add(text.getBytes(StandardCharsets.UTF_8));
        lines.add(text + "\n");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static void putContent(Map<String, Object> line, byte[] content) {
        try {
            line.put(
                    "text",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(content))
                            .toString());
        } catch (CharacterCodingException e) {
            line.put("base64", Base64.getEncoder().encodeToString(content));
        }
    }
}
