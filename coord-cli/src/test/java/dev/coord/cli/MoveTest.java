package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.store.jdbc.DatabaseStore;
import dev.coord.world.GraphQuad;
import dev.coord.world.ObjectLifetime;
import dev.coord.world.OperationLookup;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldRoleHandler;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Processes write in a directory, end, go on in PostgreSQL with what they had, and come back. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MoveTest {
    private static final long WRITTEN = 20;

    @TempDir
    private static Path temporary;

    private static PostgresDatabases server;
    private static Path directory;
    private static Path export;
    private static String url;

    @BeforeAll
    static void write() throws Exception {
        server = PostgresDatabases.start();
        url = server.create("moved");
        directory = temporary.resolve("coord");
        export = temporary.resolve("export.jsonl");
        try (Writer a = Writer.start(directory, "a", WRITTEN);
                Writer b = Writer.start(directory, "b", WRITTEN)) {
            a.await("WRITTEN");
            b.await("WRITTEN");
        }
        writeAllKinds(Coordinator.builder().directory(directory).group("kinds"));
        Files.writeString(export, export(directory));
    }

    /** One of each thing that an export has to bring back. */
    private static void writeAllKinds(Coordinator.Builder builder) throws Exception {
        var handler = WorldRoleHandler.builder()
                .operations(OperationLookup.builder().build())
                .build();
        try (var coordinator = builder.handler(handler).build()) {
            coordinator.start();
            byte[] binary = new byte[5000];
            new Random(7).nextBytes(binary);
            var world = handler.world();
            world.submit(
                    "first",
                    new WorldBatch()
                            .create("empty", new byte[0])
                            .create("binary/small", Arrays.copyOf(binary, 20))
                            .create("binary/large", binary)
                            .create("text/ключ \"\\\n\u2028", "значение".getBytes(StandardCharsets.UTF_8))
                            .create("gone", new byte[] {1})
                            .create("from", new byte[] {9})
                            .create("from/a", new byte[] {2})
                            .create("from/a/b", new byte[] {3}));
            world.submit(
                    "second",
                    new WorldBatch()
                            .create("for a day", new byte[] {4}, ObjectLifetime.timeToLive(Duration.ofDays(1)))
                            .createEphemeral("mine", new byte[] {5})
                            .delete("gone")
                            .rename("from", "to", true)
                            .incrementRev("empty")
                            .setQuad(new GraphQuad("to/a", "knows", "to/a/b", "label"))
                            .setQuad(GraphQuad.of("to/a", "is", "empty"))
                            .deleteQuad(GraphQuad.of("to/a", "is", "empty")));
        }
    }

    @AfterAll
    static void end() throws IOException {
        server.close();
    }

    private static String export(Object place) {
        return Cli.run("export", place).ends(0).out();
    }

    /** The lines without what every import changes, in an order of their own: that of quads means nothing. */
    static List<String> content(String exported) {
        return exported.lines()
                .map(Output.LINES::readTree)
                .filter(line -> !line.get("kind").asString().equals(ExportWriter.END))
                .map(line -> line.get("kind").asString().equals("group") ? ((ObjectNode) line).without("term") : line)
                .map(JsonNode::toString)
                .sorted()
                .toList();
    }

    private static long term(Object place, String group) {
        return export(place)
                .lines()
                .map(Output.LINES::readTree)
                .filter(line -> line.get("kind").asString().equals("group")
                        && line.get("group").asString().equals(group))
                .findFirst()
                .orElseThrow()
                .get("term")
                .asLong();
    }

    @Test
    @Order(1)
    void anExportHasOneOfEachKind() throws IOException {
        assertThat(Files.readString(export))
                .contains(
                        "\"ttlMillis\":86400000",
                        "\"owner\":",
                        "\"kind\":\"block\"",
                        "\"base64\"",
                        "\"label\":\"label\"",
                        "to/a/b",
                        "\"operationId\":\"second\"")
                .contains("{\"kind\":\"coord-export\",\"format\":1}\n");
    }

    @Test
    @Order(2)
    void whatIsImportedIsWhatWasExportedWithLaterTerms() throws IOException {
        JsonNode report = Cli.run("import", "--json", export, url).ends(0).json();

        assertThat(content(export(url))).isEqualTo(content(Files.readString(export)));
        for (JsonNode group : report.get("groups")) {
            long term = group.get("term").asLong();
            assertThat(term(url, group.get("group").asString())).isEqualTo(term);
            assertThat(term)
                    .isGreaterThanOrEqualTo(
                            1_000_000 + term(directory, group.get("group").asString()));
        }
        assertThat(Cli.run("verify", url).ends(0).out()).contains("is whole", "group kinds");
    }

    @Test
    @Order(3)
    void andBackInADirectory() throws IOException {
        Path back = temporary.resolve("back");
        Path file = temporary.resolve("backup.jsonl");
        JsonNode report = Cli.run("backup", "--json", url, file).ends(0).json();
        assertThat(report.get("groups").get(0).get("entries").asLong()).isEqualTo(2 * WRITTEN);
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        Cli.run("backup", url, file).ends(ExitCode.REFUSED);

        Cli.run("import", file, back).ends(0);

        assertThat(content(export(back))).isEqualTo(content(Files.readString(export)));
        assertThat(Cli.run("verify", back).ends(0).out()).contains("is whole");
        assertThat(term(back, "kinds")).isGreaterThan(term(url, "kinds"));
        assertThat(Cli.run("import", file, back).ends(ExitCode.REFUSED).err()).contains("has a database already");
        Cli.run("import", "--replace", file, back).ends(ExitCode.USAGE);
    }

    @Test
    @Order(4)
    void aGroupThatIsThereIsReplacedOnlyIfThatIsSaid() throws IOException {
        long before = term(url, "kinds");
        assertThat(Cli.run("import", export, url).ends(ExitCode.REFUSED).err())
                .contains("has the group default already", "--replace");
        assertThat(term(url, "kinds")).isEqualTo(before);
        PostgresDatabases.execute(url, "DELETE FROM coord_world_object WHERE group_name = 'kinds'");

        Cli.run("import", "--replace", "--group", "kinds", export, url).ends(0);

        assertThat(content(export(url))).isEqualTo(content(Files.readString(export)));
        assertThat(term(url, "kinds")).isGreaterThan(before);
        assertThat(Cli.run("import", "--group", "none", export, url)
                        .ends(ExitCode.REFUSED)
                        .err())
                .contains("There is no group none", "kinds");
    }

    /** Operations that were applied in the directory are answered, not applied again: creating an object twice is refused. */
    @Test
    @Order(5)
    void processesGoOnInTheDatabase() throws IOException {
        try (Writer again = Writer.start(url, "a", WRITTEN - 10, WRITTEN + 10)) {
            again.await("WRITTEN");
            assertThat(again.acknowledged()).isEqualTo(WRITTEN + 9);

            JsonNode status = Cli.run("status", "--json", url).ends(0).json();
            assertThat(status.get("server").asString()).startsWith("PostgreSQL ");
            assertThat(status.get("database").asString()).doesNotContain("user=");
            JsonNode leader = status.get("groups").get(0).get("leader");
            assertThat(leader.get("pid").asLong()).isEqualTo(again.pid());
            assertThat(leader.get("sessionOver").asBoolean()).isFalse();
            assertThat(Cli.run("verify", url).ends(0).out()).contains("world at " + (2 * WRITTEN + 10));
            assertThat(Cli.run("import", "--replace", export, url)
                            .ends(ExitCode.REFUSED)
                            .err())
                    .contains("is led by", "process " + again.pid(), "coord reset");
        }
        List<String> before = content(Files.readString(export));
        assertThat(content(export(url)).stream()
                        .filter(line -> line.contains("\"kind\":\"result\""))
                        .toList())
                .hasSize(2 + 2 * (int) WRITTEN + 10)
                .containsAll(before.stream()
                        .filter(line -> line.contains("\"kind\":\"result\""))
                        .toList());
    }

    @Test
    @Order(6)
    void resetGivesTheLeaseOfADatabaseFree() throws IOException {
        JsonNode before =
                Cli.run("status", "--json", url).ends(0).json().get("groups").get(0);
        assertThat(before.get("leader").get("dead").asBoolean()).isTrue();

        JsonNode reset = Cli.run("reset", "--json", "--yes", "--group", WriterMain.GROUP, url)
                .ends(0)
                .json();

        assertThat(reset.get("reset").asBoolean()).isTrue();
        JsonNode after =
                Cli.run("status", "--json", url).ends(0).json().get("groups").get(0);
        assertThat(after.get("leader").isNull()).isTrue();
        assertThat(after.get("term").asLong()).isEqualTo(before.get("term").asLong());
        Cli.run("import", "--replace", "--group", WriterMain.GROUP, export, url).ends(0);
        assertThat(content(export(url))).isEqualTo(content(Files.readString(export)));
    }

    /** While a person is asked, another one may have come to lead. */
    @Test
    void resetFreesNoLeaseOfAnybodyElseThanItAskedAbout() {
        String contested = server.create("contested");
        InputStream before = System.in;
        try (var store = DatabaseStore.open(DatabaseSettings.at(contested))) {
            Lease held = Lease.free("g", new Term(7)).withHolder(LeaseHolder.of(new ParticipantId("first")));
            store.leases().put(held);
            System.setIn(new ByteArrayInputStream("yes\n".getBytes(StandardCharsets.UTF_8)) {
                @Override
                public synchronized int read(byte[] into, int from, int length) {
                    store.leases()
                            .put(Lease.free("g", new Term(8)).withHolder(LeaseHolder.of(new ParticipantId("second"))));
                    return super.read(into, from, length);
                }
            });

            assertThat(Cli.run("reset", "--group", "g", contested)
                            .ends(ExitCode.REFUSED)
                            .err())
                    .contains("not held by first with the term 7 any more");

            assertThat(store.leases().get("g").orElseThrow().isHeldBy(new ParticipantId("second")))
                    .isTrue();
        } finally {
            System.setIn(before);
        }
    }

    @Test
    @Order(7)
    void damageInADatabaseIsFound() throws IOException {
        String damaged = server.create("damaged");
        Cli.run("import", export, damaged).ends(0);
        PostgresDatabases.execute(
                damaged,
                "UPDATE coord_world_object SET rev = rev + 1 WHERE group_name = 'kinds' AND object_key = 'to/a'::bytea",
                "UPDATE coord_world_block SET content = 'x'::bytea WHERE group_name = 'kinds'",
                "DELETE FROM coord_world_change WHERE group_name = 'default' AND seqno = (SELECT max(seqno) FROM"
                        + " coord_world_change WHERE group_name = 'default')");

        JsonNode found =
                Cli.run("verify", "--json", damaged).ends(ExitCode.DAMAGED).json();

        assertThat(found.get("ok").asBoolean()).isFalse();
        assertThat(found.get("problems").toString())
                .contains("object to/a is at revision", "does not have the content", "the log ends with entry");
    }

    @Test
    void aFileThatIsDamagedOrCutIsRefusedAndNothingIsMade() throws IOException {
        byte[] whole = Files.readAllBytes(export);
        String empty = server.create("empty");
        Path bad = temporary.resolve("bad.jsonl");
        Path target = temporary.resolve("target");
        for (int length : new int[] {0, 1, whole.length / 2, whole.length - 90, whole.length - 2}) {
            Files.write(bad, Arrays.copyOf(whole, length));
            assertThat(Cli.run("import", bad, target).ends(ExitCode.DAMAGED).err())
                    .contains("Use another export");
            Cli.run("import", bad, empty).ends(ExitCode.DAMAGED);
        }
        for (int at : new int[] {3, whole.length / 3, whole.length / 2, whole.length - 30}) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(bad, flipped);
            Cli.run("import", bad, target).ends(ExitCode.DAMAGED);
        }
        Files.writeString(bad, Files.readString(export).replace("\"format\":1", "\"format\":2"));
        assertThat(Cli.run("import", bad, target).ends(ExitCode.FAILED).err()).contains("newer coord");
        assertThat(target).doesNotExist();
        assertThat(Cli.run("status", empty).ends(ExitCode.REFUSED).err())
                .contains("has no tables", "coord.store.table-prefix");
    }

    /** The rest of the log is there, with a number from which on it is. */
    @Test
    void aLogThatWasTruncatedStaysSo() throws IOException {
        String from = server.create("truncated");
        String to = server.create("truncated2");
        Cli.run("import", export, from).ends(0);
        PostgresDatabases.execute(
                from, "UPDATE coord_world_head SET truncated_seqno = 25 WHERE group_name = 'default'");
        Path file = temporary.resolve("truncated.jsonl");
        Files.writeString(file, export(from));

        Cli.run("import", "--schema", "apps", "--table-prefix", "orders_", file, to)
                .ends(0);

        assertThat(Files.readString(file)).contains("\"logFrom\":26,");
        String moved = Cli.run("export", "--schema", "apps", "--table-prefix", "orders_", to)
                .ends(0)
                .out();
        assertThat(content(moved)).isEqualTo(content(Files.readString(file)));
        Cli.run("verify", "--schema", "apps", "--table-prefix", "orders_", to).ends(0);
    }

    /** What others write while it is read is not in it. */
    @Test
    void aBackupIsAsOfOneMomentWhileProcessesWrite() throws Exception {
        String busy = server.create("busy");
        try (Writer writer = Writer.start(busy, "writer", -1)) {
            writer.await("ACKNOWLEDGED 10");
            for (int i = 0; i < 2; i++) {
                Path file = temporary.resolve("busy" + i + ".jsonl");
                long before = writer.acknowledged();
                Cli.run("backup", busy, file).ends(0);
                Path back = temporary.resolve("busy" + i);
                Cli.run("import", file, back).ends(0);
                assertThat(Cli.run("verify", back).ends(0).out()).contains("is whole");
                assertThat(export(back)).contains("\"key\":\"" + WriterMain.key("writer", before) + "\"");
            }
            assertThat(writer.acknowledged()).isGreaterThan(10);
        }
    }

    @Test
    void aPasswordIsReadFromAFileAndNeverFromTheUrl() throws IOException {
        String guarded = server.create("guarded");
        PostgresDatabases.guard(guarded, "guarded", "keeper", "right");
        String plain = guarded.substring(0, guarded.indexOf('?'));
        Path password = temporary.resolve("password");
        Files.writeString(password, "right\n");
        Path wrong = temporary.resolve("wrong");
        Files.writeString(wrong, "wrong");

        Cli.run("import", "--username", "keeper", "--password-file", password, export, plain)
                .ends(0);
        Cli.run("verify", "--username", "keeper", "--password-file", password, plain)
                .ends(0);
        assertThat(Cli.run("status", "--username", "keeper", "--password-file", wrong, plain)
                        .ends(ExitCode.REFUSED)
                        .err())
                .contains("does not let 'keeper' in")
                .doesNotContain("wrong");
        for (String url : List.of(plain + "?user=keeper&password=right", plain.replace("//", "//keeper:right@"))) {
            assertThat(Cli.run("status", url).ends(ExitCode.USAGE).err())
                    .contains("--password-file")
                    .doesNotContain("right");
        }
    }

    @Test
    void aDatabaseThatGivesNoAnswerIsNamed() {
        assertThat(Cli.run("status", "jdbc:postgresql://localhost:1/none?user=x")
                        .ends(ExitCode.NO_ANSWER)
                        .err())
                .contains("jdbc:postgresql://localhost:1/none");
        assertThat(Cli.run("status", "jdbc:other:thing").ends(ExitCode.REFUSED).err())
                .contains("No JDBC driver");
        assertThat(DatabaseSettings.at("jdbc:postgresql://h/d?user=x").place()).isEqualTo("jdbc:postgresql://h/d");
    }
}
