package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What {@link MoveTest} has of PostgreSQL, on a MariaDB: a process writes there, is looked at, killed, and its world moves. */
class MariaDbTest {
    private static final long WRITTEN = 20;

    @TempDir
    private Path temporary;

    @Test
    void whatAProcessWroteIsLookedAtAndMovedAndItsLeaseIsGivenFree() throws Exception {
        try (MariaDbServer server = MariaDbServer.start(temporary.resolve("server"))) {
            String url = server.create("written");
            Path export = temporary.resolve("export.jsonl");
            try (Writer writer = Writer.start(url, "a", WRITTEN)) {
                writer.await("WRITTEN");
                JsonNode status = Cli.run("status", "--json", url).ends(0).json();
                assertThat(status.toString()).contains("MariaDB");
                assertThat(leader(status).get("dead").asBoolean()).isFalse();
                assertThat(Cli.run("verify", url).ends(0).out()).contains("is whole");
                Files.writeString(export, Cli.run("export", url).ends(0).out());
                assertThat(Cli.run("import", "--replace", export, url)
                                .ends(ExitCode.REFUSED)
                                .err())
                        .contains("is led by");
            }
            assertThat(Files.readString(export)).contains("\"key\":\"" + WriterMain.key("a", WRITTEN - 1) + "\"");

            Cli.run("reset", "--yes", "--group", WriterMain.GROUP, url).ends(0);
            assertThat(leader(Cli.run("status", "--json", url).ends(0).json()).isNull())
                    .isTrue();
            Cli.run("import", "--replace", export, url).ends(0);
            Path directory = temporary.resolve("directory");
            Cli.run("import", export, directory).ends(0);
            String moved = server.create("moved");
            Cli.run("import", "--table-prefix", "orders_", export, moved).ends(0);

            for (String again : new String[] {
                Cli.run("export", url).ends(0).out(),
                Cli.run("export", directory).ends(0).out(),
                Cli.run("export", "--table-prefix", "orders_", moved).ends(0).out()
            }) {
                assertThat(MoveTest.content(again)).isEqualTo(MoveTest.content(Files.readString(export)));
            }

            PostgresDatabases.execute(url, "UPDATE coord_world_object SET rev = rev + 1 LIMIT 1");
            assertThat(Cli.run("verify", "--json", url)
                            .ends(ExitCode.DAMAGED)
                            .json()
                            .toString())
                    .contains("is at revision");
        }
    }

    private static JsonNode leader(JsonNode status) {
        return status.get("groups").get(0).get("leader");
    }
}
