package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Status and verify: of a directory that is in use, of the same one at rest, and of damaged copies of it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class LookTest {
    private static final long OBJECTS = 30;

    @TempDir
    private static Path temporary;

    private static Path directory;
    private static Writer writer;

    @BeforeAll
    static void write() throws IOException {
        directory = temporary.resolve("coord");
        writer = Writer.start(directory, "writer", OBJECTS);
        writer.await("WRITTEN");
    }

    @AfterAll
    static void end() {
        writer.close();
    }

    @Test
    @Order(1)
    void statusOfWhatIsInUseSaysWhoOwnsWhoLeadsAndHowFarItIs() throws IOException {
        Set<String> before = Cli.files(directory).keySet();

        JsonNode status = Cli.run("status", "--json", directory).ends(0).json();

        assertThat(status.get("inUse").asBoolean()).isTrue();
        assertThat(status.get("owner").get("pid").asLong()).isEqualTo(writer.pid());
        assertThat(status.get("database").asString()).isEqualTo("coord.1.mv.db");
        assertThat(status.get("journal").get("last").asLong()).isGreaterThan(OBJECTS);
        JsonNode group = status.get("groups").get(0);
        assertThat(group.get("group").asString()).isEqualTo(WriterMain.GROUP);
        assertThat(group.get("term").asLong()).isEqualTo(1);
        assertThat(group.get("leader").get("pid").asLong()).isEqualTo(writer.pid());
        assertThat(group.get("leader").get("dead").asBoolean()).isFalse();
        assertThat(group.get("participants").size()).as("it is none itself").isEqualTo(1);
        assertThat(group.get("participants")
                        .get(0)
                        .get("attributes")
                        .get("name")
                        .asString())
                .isEqualTo("writer");
        assertThat(group.get("world").get("seqno").asLong()).isGreaterThanOrEqualTo(OBJECTS);
        assertThat(Cli.files(directory).keySet()).as("it left nothing behind").isEqualTo(before);
    }

    @Test
    @Order(2)
    void statusIsForPeopleToo() {
        String status = Cli.run("status", directory).ends(0).out();

        assertThat(status)
                .contains("in use", "process " + writer.pid(), "group default", "term 1", "coord.1.journal.1")
                .doesNotContain("PROBLEM");
    }

    @Test
    @Order(3)
    void whatIsInUseIsVerified() {
        JsonNode found = Cli.run("verify", "--json", directory).ends(0).json();

        assertThat(found.get("ok").asBoolean()).isTrue();
        assertThat(found.get("groups").get(0).get("head").get("seqno").asLong()).isGreaterThanOrEqualTo(OBJECTS);
    }

    @Test
    @Order(4)
    void ofWhatIsAtRestTheSameIsSaidFromACopy() throws Exception {
        // What is in rows, and not in the log alone, is what damage is looked for in.
        byte[] block = WriterMain.content("writer", 27);
        awaitInFile(directory.resolve("coord.1.mv.db"), block);
        writer.kill();
        var before = Cli.files(directory);

        JsonNode status = Cli.run("status", "--json", directory).ends(0).json();
        JsonNode found = Cli.run("verify", "--json", directory).ends(0).json();

        assertThat(status.get("inUse").asBoolean()).isFalse();
        assertThat(status.get("owner").isNull()).isTrue();
        JsonNode group = status.get("groups").get(0);
        assertThat(group.get("leader").get("pid").asLong()).isEqualTo(writer.pid());
        assertThat(group.get("leader").get("dead").asBoolean()).isTrue();
        assertThat(group.get("participants").get(0).get("dead").asBoolean()).isTrue();
        assertThat(found.get("groups").get(0).get("quads").asLong()).isEqualTo(OBJECTS - 1);
        assertThat(Cli.files(directory)).as("nothing was changed").isEqualTo(before);
    }

    private static void awaitInFile(Path file, byte[] wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (occurrences(Files.readAllBytes(file), wanted).isEmpty()) {
            assertThat(System.nanoTime()).as("it is stored").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static List<Integer> occurrences(byte[] bytes, byte[] wanted) {
        // One character a byte, so that positions are the same.
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        String part = new String(wanted, StandardCharsets.ISO_8859_1);
        var found = new ArrayList<Integer>();
        for (int at = all.indexOf(part); at >= 0; at = all.indexOf(part, at + 1)) {
            found.add(at);
        }
        return found;
    }

    @Test
    @Order(5)
    void aFlippedByteIsFoundInEachKindOfFile() throws IOException {
        byte[] block = WriterMain.content("writer", 27);
        damaged("coord.1.journal.1", flipped(file -> new int[] {file.length / 2}), "coord.1.journal.1");
        damaged("coord.1.journal", flipped(file -> new int[] {20}), "coord.1.journal");
        damaged("epoch", flipped(file -> new int[] {3}), "epoch");
        damaged("coord.1.mv.db", flipped(file -> new int[] {10, 4096 + 10}), "");
        damaged(
                "coord.1.mv.db",
                flipped(file ->
                        occurrences(file, block).stream().mapToInt(at -> at + 5).toArray()),
                "does not have the content that its address says");
    }

    @Test
    @Order(6)
    void whatIsMissingIsFound() throws IOException {
        damaged("coord.1.journal.1", file -> null, "coord.1.journal");
        damaged("coord.1.mv.db", file -> null, "is missing");
        damaged("coord.1.mv.db", file -> Arrays.copyOf(file, 3000), "coord.1.mv.db");
    }

    private interface Positions {
        int[] in(byte[] file);
    }

    private static UnaryOperator<byte[]> flipped(Positions positions) {
        return file -> {
            byte[] changed = file.clone();
            int[] where = positions.in(file);
            assertThat(where).isNotEmpty();
            for (int at : where) {
                changed[at] ^= 0x10;
            }
            return changed;
        };
    }

    /** Verifies a copy of the directory in which one file is changed, or missing. */
    private static void damaged(String name, UnaryOperator<byte[]> change, String said) throws IOException {
        Path copy = Files.createTempDirectory(temporary, "damaged");
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        Path file = copy.resolve(name);
        byte[] changed = change.apply(Files.readAllBytes(file));
        if (changed == null) {
            Files.delete(file);
        } else {
            Files.write(file, changed);
        }
        var before = Cli.files(copy);

        JsonNode found =
                Cli.run("verify", "--json", copy).ends(ExitCode.DAMAGED).json();

        assertThat(found.get("ok").asBoolean()).isFalse();
        String problems =
                found.get("problems").valueStream().map(JsonNode::asString).collect(Collectors.joining("\n"));
        assertThat(problems).isNotEmpty().contains(said);
        assertThat(Cli.files(copy)).as("verify changes nothing").isEqualTo(before);
    }

    @Test
    void whereNoDatabaseIsNothingIsFoundAndNothingMade() throws IOException {
        Path empty = Files.createDirectory(temporary.resolve("empty"));

        assertThat(Cli.run("status", "--json", empty)
                        .ends(0)
                        .json()
                        .get("database")
                        .isNull())
                .isTrue();
        assertThat(Cli.run("verify", empty).ends(ExitCode.REFUSED).err()).contains("has no database");
        assertThat(Cli.files(empty)).isEmpty();
        assertThat(Cli.run("status", temporary.resolve("none"))
                        .ends(ExitCode.REFUSED)
                        .err())
                .contains("does not exist", "coord.dir");
    }

    @Test
    void whatIsNotUnderstoodIsSaidWithTheUsage() {
        assertThat(Cli.run("status").ends(ExitCode.USAGE).err()).contains("Usage: coord status", "DIR");
        assertThat(Cli.run("stats", "x").ends(ExitCode.USAGE).err()).contains("stats");
        assertThat(Cli.run().ends(ExitCode.USAGE).err()).contains("Usage: coord");
    }

    @Test
    void helpNamesCommandsAndExitCodes() {
        assertThat(Cli.run("--help").ends(0).out()).contains("status", "verify", "Exit codes:", "3   a database");
        assertThat(Cli.run("verify", "--help").ends(0).out()).contains("changes nothing");
    }
}
