package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Three processes write, one of them is killed, and backups are made meanwhile; they are restored, and compared with what was told. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class BackupTest {
    private static final List<String> NAMES = List.of("a", "b", "c");
    private static final long FOR_EVER = -1;

    @TempDir
    private static Path temporary;

    private static Path directory;
    private static Path file;
    private static final Map<String, Writer> WRITERS = new TreeMap<>();
    private static final Map<String, Long> BEFORE = new HashMap<>();
    private static JsonNode backedUp;

    @BeforeAll
    static void write() throws IOException {
        directory = temporary.resolve("coord");
        file = temporary.resolve("backup.zip");
        for (String name : NAMES) {
            WRITERS.put(name, Writer.start(directory, name, FOR_EVER));
        }
        for (Writer writer : WRITERS.values()) {
            writer.await("ACKNOWLEDGED 20");
        }
    }

    @AfterAll
    static void end() {
        WRITERS.values().forEach(Writer::close);
    }

    @Test
    @Order(1)
    void aBackupIsMadeWhileTheOwnerIsKilledAndTheOthersWrite() throws Exception {
        long owner = status(directory).get("owner").get("pid").asLong();
        Writer killed = WRITERS.values().stream()
                .filter(writer -> writer.pid() == owner)
                .findFirst()
                .orElseThrow();
        WRITERS.forEach((name, writer) -> BEFORE.put(name, writer.acknowledged()));
        var killing = new Thread(killed::kill, "killing");
        killing.start();

        backedUp = Cli.run("backup", "--json", "--timeout", "60", directory, file)
                .ends(0)
                .json();

        killing.join();
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        assertThat(backedUp.get("groups").get(0).get("seqno").asLong())
                .isGreaterThanOrEqualTo(
                        BEFORE.values().stream().mapToLong(last -> last + 1).sum());
        for (Writer writer : WRITERS.values()) {
            if (writer != killed) {
                writer.await("ACKNOWLEDGED " + (writer.acknowledged() + 5));
            }
        }
        assertThat(Cli.files(temporary).keySet())
                .as("nothing half made")
                .containsExactlyInAnyOrder("coord", "backup.zip");
    }

    @Test
    @Order(2)
    void whatIsThereIsNotReplaced() throws IOException {
        byte[] backup = Files.readAllBytes(file);

        assertThat(Cli.run("backup", directory, file).ends(ExitCode.REFUSED).err())
                .contains("is there already");
        assertThat(Cli.run("restore", file, directory).ends(ExitCode.REFUSED).err())
                .contains("is in use");
        assertThat(file).hasBinaryContent(backup);
    }

    @Test
    @Order(3)
    void resetOfWhatIsInUseMakesTheHolderLearnThatItLost() throws Exception {
        JsonNode before = group(directory);
        long term = before.get("term").asLong();

        JsonNode reset = Cli.run("reset", "--json", "--yes", "--group", WriterMain.GROUP, directory)
                .ends(0)
                .json();

        assertThat(reset.get("term").asLong()).isEqualTo(term);
        assertThat(reset.get("reset").asBoolean()).isTrue();
        for (Writer writer : WRITERS.values()) {
            if (ProcessHandle.of(writer.pid()).isPresent()) {
                writer.await("ACKNOWLEDGED " + (writer.acknowledged() + 5));
            }
        }
        assertThat(group(directory).get("term").asLong()).isGreaterThan(term);
        assertThat(Cli.run("reset", "--yes", "--group", "none", directory)
                        .ends(ExitCode.REFUSED)
                        .err())
                .contains("never had a leader", WriterMain.GROUP);
    }

    @Test
    @Order(4)
    void itHasWhatWasAcknowledgedBeforeAndNothingThatWasNotWritten() throws IOException {
        WRITERS.values().forEach(Writer::kill);
        Path restored = temporary.resolve("restored");

        JsonNode report = Cli.run("restore", "--json", file, restored).ends(0).json();

        assertThat(report.get("groups").get(0).get("term").asLong())
                .isEqualTo(group(restored).get("term").asLong())
                .isGreaterThanOrEqualTo(
                        backedUp.get("groups").get(0).get("term").asLong() + 1_000_000);
        assertThat(Cli.run("verify", restored).ends(0).out()).contains("is whole");
        World world = World.of(restored);
        assertThat(world.seqno)
                .isEqualTo(backedUp.get("groups").get(0).get("seqno").asLong());
        long written = 0;
        for (String name : NAMES) {
            long last = world.last(name);
            assertThat(last).as("the last of " + name).isGreaterThanOrEqualTo(BEFORE.get(name));
            for (long i = 0; i <= last; i++) {
                assertThat(world.contents).containsEntry(WriterMain.key(name, i), text(name, i));
                assertThat(world.revisions)
                        .containsEntry(WriterMain.key(name, i), i == last ? 2L : i == 0 && last > 0 ? 2L : 3L);
            }
            assertThat(world.contents).containsEntry(name + "/last", text(name, last));
            assertThat(world.revisions).containsEntry(name + "/last", last + 1);
            written += last + 1;
        }
        assertThat(world.contents).hasSize((int) written + NAMES.size());
        assertThat(world.seqno).as("each commit is one of them").isEqualTo(written);
        assertThat(world.results).hasSize((int) written);
        assertThat(Cli.run("restore", file, restored).ends(ExitCode.REFUSED).err())
                .contains("has a database already");
    }

    /** Operations that were remembered in the backup are not applied again: creating an object twice would be refused. */
    @Test
    @Order(5)
    void processesGoOnWithItInALaterTerm() throws IOException {
        Path restored = temporary.resolve("restored");
        long before = World.of(restored).last("a");
        try (Writer again = Writer.start(restored, "a", before - 10, before + 10)) {
            again.await("WRITTEN");
            assertThat(again.acknowledged()).isEqualTo(before + 9);
            assertThat(group(restored).get("term").asLong()).isGreaterThan(1_000_000);
        }
        assertThat(Cli.run("verify", restored).ends(0).out()).contains("is whole");
        assertThat(World.of(restored).last("a")).isEqualTo(before + 9);
    }

    @Test
    @Order(6)
    void whatIsAtRestIsBackedUpFromACopyAndResetByAnOwnerOfAMoment() throws IOException {
        Path restored = temporary.resolve("restored");
        Path second = temporary.resolve("second.zip");
        var before = Cli.files(restored);

        JsonNode report = Cli.run("backup", "--json", restored, second).ends(0).json();

        assertThat(Cli.files(restored)).isEqualTo(before);
        assertThat(report.get("groups").get(0).get("seqno").asLong()).isEqualTo(World.of(restored).seqno);
        long term = group(restored).get("term").asLong();
        Cli.run("reset", "--yes", "--group", WriterMain.GROUP, restored).ends(0);
        assertThat(group(restored).get("leader").isNull()).isTrue();
        assertThat(group(restored).get("term").asLong()).isEqualTo(term);
    }

    @Test
    @Order(7)
    void whatIsRestoredTwiceGrantsOtherTerms() {
        for (String name : List.of("backup.zip", "second.zip")) {
            long before = restoredTerm(name, "once-" + name);
            // A restore takes long enough.
            assertThat(restoredTerm(name, "again-" + name)).as(name).isGreaterThan(before);
        }
    }

    private static long restoredTerm(String backup, String to) {
        return Cli.run("restore", "--json", temporary.resolve(backup), temporary.resolve(to))
                .ends(0)
                .json()
                .get("groups")
                .get(0)
                .get("term")
                .asLong();
    }

    @Test
    @Order(8)
    void aBackupThatIsDamagedOrCutIsRefusedAndNothingIsMade() throws IOException {
        byte[] whole = Files.readAllBytes(file);
        Path bad = temporary.resolve("bad.zip");
        Path target = temporary.resolve("target");
        for (int length : new int[] {0, 1, whole.length / 2, whole.length - 1}) {
            Files.write(bad, Arrays.copyOf(whole, length));
            assertThat(Cli.run("restore", bad, target).ends(ExitCode.DAMAGED).err())
                    .contains("Use another backup");
        }
        for (int at : new int[] {whole.length / 3, whole.length / 2, whole.length - 1500}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(bad, flipped);
            Cli.run("restore", bad, target).ends(ExitCode.DAMAGED);
        }
        assertThat(target).doesNotExist();
        Cli.run("restore", temporary.resolve("none.zip"), target).ends(ExitCode.REFUSED);
    }

    @Test
    void onlyYesIsYes() throws IOException {
        for (String answer : List.of("yes\n", "YES\n", " yes \r\n")) {
            assertThat(confirm(answer)).isTrue();
        }
        for (String answer : List.of("", "\n", "y\n", "no\nyes\n")) {
            assertThat(confirm(answer)).isFalse();
        }
    }

    private static boolean confirm(String answer) throws IOException {
        var asked = new StringWriter();
        boolean confirmed = Main.confirm(
                new PrintWriter(asked),
                new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
                "Give it free?");
        assertThat(asked.toString()).contains("Give it free?");
        return confirmed;
    }

    private static String text(String name, long i) {
        return new String(WriterMain.content(name, i), StandardCharsets.UTF_8);
    }

    private static JsonNode status(Path of) {
        return Cli.run("status", "--json", of).ends(0).json();
    }

    private static JsonNode group(Path of) {
        return status(of).get("groups").get(0);
    }

    /** What an export has. */
    private static final class World {
        private final Map<String, String> contents = new HashMap<>();
        private final Map<String, Long> revisions = new HashMap<>();
        private final Map<String, Long> results = new HashMap<>();
        private long seqno;

        static World of(Path directory) {
            var world = new World();
            Map<String, String> blocks = new HashMap<>();
            Cli.run("export", directory)
                    .ends(0)
                    .out()
                    .lines()
                    .map(Output.LINES::readTree)
                    .forEach(line -> {
                        switch (line.get("kind").asString()) {
                            case "group" -> world.seqno = line.get("seqno").asLong();
                            case "block" ->
                                blocks.put(
                                        line.get("address").asString(),
                                        line.get("text").asString());
                            case "object" -> {
                                String key = line.get("key").asString();
                                world.contents.put(
                                        key,
                                        line.has("text")
                                                ? line.get("text").asString()
                                                : blocks.get(line.get("address").asString()));
                                world.revisions.put(key, line.get("rev").asLong());
                            }
                            case "result" ->
                                world.results.put(
                                        line.get("operationId").asString(),
                                        line.get("seqno").asLong());
                            case ExportWriter.BEGIN, ExportWriter.END ->
                                assertThat(line.has("group")).isFalse();
                            case "quad" ->
                                assertThat(line.get("predicate").asString()).isEqualTo("after");
                            default -> throw new AssertionError("What is this? " + line);
                        }
                    });
            return world;
        }

        /** The number of the last object of {@code name}, of which there are all before it. */
        long last(String name) {
            long i = -1;
            while (contents.containsKey(WriterMain.key(name, i + 1))) {
                i++;
            }
            return i;
        }
    }
}
