package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar holds all it needs: run on its own, it reads what a process that runs from classes wrote, and asks that process. */
class ExecutableJarIT {
    @TempDir
    private static Path temporary;

    @Test
    void itRunsOnItsOwn() throws Exception {
        Path directory = temporary.resolve("coord");
        Path file = temporary.resolve("backup.zip");
        Path export = temporary.resolve("export.jsonl");
        try (Writer writer = Writer.start(directory, "writer", 5)) {
            writer.await("WRITTEN");

            assertThat(run(0, "status", directory.toString())).contains("in use", "process " + writer.pid());
            assertThat(run(0, "backup", directory.toString(), file.toString())).contains("group default");
            // In use: what runs from classes has H2 under its own name, which is written into the file.
            Files.writeString(export, run(0, "export", directory.toString()));
        }
        assertThat(export)
                .content()
                .contains("writer/4")
                .as("no log, no warning of a logger")
                .doesNotContain("SLF4J");
        Path restored = temporary.resolve("restored");
        run(0, "restore", file.toString(), restored.toString());
        assertThat(run(0, "verify", restored.toString())).contains("is whole");
        assertThat(run(0, "--version")).startsWith("coord ");
        run(ExitCode.REFUSED, "restore", file.toString(), restored.toString());
        knowsPostgreSql(export);
    }

    /** The driver is in it, and the password is found where Spring Boot would find it. */
    private static void knowsPostgreSql(Path export) throws Exception {
        try (PostgresDatabases server = PostgresDatabases.start()) {
            String url = server.create("moved");
            PostgresDatabases.guard(url, "moved", "keeper", "right");
            // A process that has just started on a busy machine takes its time to connect.
            String plain = url.substring(0, url.indexOf('?')) + "?loginTimeout=60&connectTimeout=60";

            assertThat(run(0, "import", "--username", "keeper", export.toString(), plain))
                    .contains("group default");
            assertThat(run(0, "verify", "--username", "keeper", plain)).contains("is whole");
        }
    }

    private static String run(int exitCode, String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-jar",
                jar().toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put(DatabaseOptions.PASSWORD, "right");
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isEqualTo(exitCode);
        return said;
    }

    private static Path jar() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("target"))) {
            return files.filter(
                            file -> file.getFileName().toString().matches("coord-cli-[^/]*(?<!sources|javadoc)\\.jar"))
                    .filter(file -> !file.getFileName().toString().startsWith("original-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
