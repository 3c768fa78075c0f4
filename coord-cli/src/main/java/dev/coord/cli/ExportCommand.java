package dev.coord.cli;

import dev.coord.store.Store;
import dev.coord.store.maintenance.WorldDump;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Prints what is in the worlds. */
@Command(
        name = "export",
        description = {
            "Prints the worlds as JSON lines, for people and other programs: for each group one line \"group\", then"
                    + " \"block\", \"object\", \"quad\" and \"result\" (of the operations that are still remembered). A"
                    + " group is as of one commit, its line says of which.",
            "Content is \"text\" where it is text, otherwise \"base64\". Large content is in lines of its own,"
                    + " \"block\", of which an object names the address."
        })
final class ExportCommand extends DirectoryCommand.First {
    @Option(names = "--group", paramLabel = "GROUP", description = "Only this group.")
    private @Nullable String group;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = out();
        try (Store store = directory().read(timeout())) {
            List<String> groups = store.leases().groups();
            if (group != null && !groups.contains(group)) {
                throw new RefusedException("There is no group " + group + "; the groups are " + groups);
            }
            for (String name : group == null ? groups : List.of(group)) {
                export(store, name, out);
            }
        }
        out.flush();
        return out.checkError() ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static void export(Store store, String name, PrintWriter out) throws IOException {
        WorldDump dump = WorldDump.of(store, name, (ref, content) -> {
            Map<String, Object> line = line("block", name);
            line.put("bucket", ref.bucket());
            line.put("address", hex(ref.address()));
            putContent(line, content);
            print(out, line);
        });
        Map<String, Object> head = line("group", name);
        head.put("term", dump.term());
        head.put("seqno", dump.head().seqno());
        head.put("objects", dump.objects().size());
        head.put("quads", dump.quads().size());
        print(out, head);
        dump.objects().forEach(object -> {
            Map<String, Object> line = line("object", name);
            line.put("key", object.key());
            line.put("rev", object.rev());
            line.put("bucket", object.root().bucket());
            Optional<byte[]> content = WorldDump.inlined(object.root());
            if (content.isPresent()) {
                putContent(line, content.get());
            } else {
                line.put("address", hex(object.root().address()));
            }
            print(out, line);
        });
        dump.quads().forEach(quad -> {
            Map<String, Object> line = line("quad", name);
            line.put("subject", quad.subject());
            line.put("predicate", quad.predicate());
            line.put("object", quad.object());
            line.put("label", quad.label());
            print(out, line);
        });
        dump.results().forEach(result -> {
            Map<String, Object> line = line("result", name);
            line.put("seqno", result.seqno());
            line.put("term", result.term());
            line.put("operationId", result.operationId());
            line.put("type", result.type());
            line.put("sender", result.sender());
            putContent(line, result.value());
            print(out, line);
        });
    }

    private static Map<String, Object> line(String kind, String group) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("kind", kind);
        line.put("group", group);
        return line;
    }

    private static void print(PrintWriter out, Map<String, Object> line) {
        out.print(Output.LINES.writeValueAsString(line) + "\n");
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
