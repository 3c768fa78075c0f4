package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.sample.testing.Api;
import dev.coord.sample.testing.Api.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The flags of three instances, none of which ends. */
@ExtendWith(Instances.Extension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlagsIT {
    private static final String ON = "{\"enabled\":true,\"value\":\"\"}";

    @Test
    @Order(1)
    void anyInstanceTakesWritesAndServesThem(Instances instances) {
        Set<String> servedBy = new HashSet<>();
        for (Api api : instances.apis()) {
            String key = "any-" + UUID.randomUUID();
            Answer written = api.put("/api/flags/" + key, ON);
            assertThat(written.status()).as(written.body()).isEqualTo(201);
            servedBy.add(written.at("$.servedBy"));
            for (Api other : instances.apis()) {
                Answer read = other.get("/api/flags/" + key + "?minSeqno=" + written.number("$.seqno"));
                assertThat(read.status()).as(read.body()).isEqualTo(200);
                assertThat(read.number("$.rev")).isEqualTo(1);
            }
        }
        assertThat(servedBy).hasSize(3);
    }

    @Test
    @Order(2)
    void aRequestThatIsRepeatedAtAnotherInstanceIsCarriedOutOnce(Instances instances) {
        String key = "once-" + UUID.randomUUID();
        instances.apis().get(0).put("/api/flags/" + key, ON);
        Set<Long> seqnos = new HashSet<>();
        for (Api api : instances.apis()) {
            Answer answer = api.post("/api/flags/" + key + "/exposures", "{\"by\":2}", "Idempotency-Key", key);
            assertThat(answer.number("$.exposures")).isEqualTo(2);
            seqnos.add(answer.number("$.seqno"));
        }
        assertThat(seqnos).hasSize(1);
    }

    /** The commands of the documentation, as they are there but for the ports. */
    @Test
    @Order(3)
    void theCommandsOfTheDocumentationWork(Instances instances, @TempDir Path temp)
            throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/curl")),
                "The commands of the documentation are not tested: there is no curl. On Debian: apt-get install curl");
        List<String> commands = documentedCommands();
        assertThat(commands).hasSizeGreaterThan(8);
        for (String command : commands) {
            String own = command;
            for (int i = 0; i < 3; i++) {
                own = own.replace(
                        ":" + (8081 + i), ":" + instances.apis().get(i).port());
            }
            boolean endless = command.startsWith("curl -N");
            // Fails for answers that are errors.
            own = own.replaceFirst("curl", "exec curl -fsS --retry 20 --max-time 300");
            Path output = temp.resolve("output");
            Process process = new ProcessBuilder("bash", "-c", own)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (endless) {
                await().atMost(Instances.LIMIT)
                        .untilAsserted(() -> assertThat(output)
                                .content()
                                .contains("event:flags", "event:roles", "event:participants"));
                process.destroy();
            } else {
                assertThat(process.waitFor())
                        .as("%s: %s", own, Files.readString(output))
                        .isZero();
            }
        }
    }

    /** Those that go to the three instances of the demo. */
    private static List<String> documentedCommands() throws IOException {
        List<String> commands = new ArrayList<>();
        try (Stream<Path> documents = Files.walk(Path.of("..", "docs"))) {
            for (Path document : Stream.concat(Stream.of(Path.of("..", "README.md")), documents.sorted())
                    .filter(path -> path.toString().endsWith(".md"))
                    .toList()) {
                Files.readAllLines(document).stream()
                        .filter(line -> line.matches("curl .*:808[123]/.*"))
                        .forEach(commands::add);
            }
        }
        return commands;
    }
}
