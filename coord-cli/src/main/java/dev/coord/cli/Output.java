package dev.coord.cli;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints what a command has to say: lines for people, or one JSON object. */
final class Output {
    /** One line for each value: for streams of them. */
    static final ObjectMapper LINES = JsonMapper.builder().build();

    private static final ObjectMapper INDENTED =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private Output() {}

    /** Prints {@code report} as JSON if that is wanted, {@code lines} otherwise. */
    static void print(PrintWriter out, boolean json, Object report, List<String> lines) {
        if (json) {
            out.println(INDENTED.writeValueAsString(report));
        } else {
            lines.forEach(out::println);
        }
        out.flush();
    }

    /** A size for people. */
    static String bytes(long bytes) {
        if (bytes < 10_000) {
            return bytes + " bytes";
        }
        return bytes < 10_000_000 ? bytes / 1000 + " kB" : bytes / 1_000_000 + " MB";
    }
}
