package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** A run of the command line, and what came of it. */
record Cli(int exitCode, String out, String err) {
    static Cli run(Object... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int exitCode = Main.run(
                new PrintWriter(out),
                new PrintWriter(err),
                Arrays.stream(arguments).map(Object::toString).toArray(String[]::new));
        return new Cli(exitCode, out.toString(), err.toString());
    }

    Cli ends(int expected) {
        assertThat(exitCode).as("exit code; out: %s err: %s", out, err).isEqualTo(expected);
        return this;
    }

    JsonNode json() {
        return Output.LINES.readTree(out);
    }

    /** The files of a directory, and what tells whether they were changed. */
    static Map<String, String> files(Path directory) throws IOException {
        var files = new TreeMap<String, String>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.toList()) {
                files.put(
                        file.getFileName().toString(),
                        Files.getLastModifiedTime(file) + " "
                                + (Files.isRegularFile(file) ? Arrays.hashCode(Files.readAllBytes(file)) : 0));
            }
        }
        return files;
    }
}
