package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.JsonPathException;
import dev.coord.sample.testing.Api;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody deploys by writing the new version over the jar that runs. From then on a class that was not loaded yet cannot be, and
 * nobody knows whose code that ends. An instance may be broken by it, but must not say that it is well when it is not.
 */
class ReplacedJarIT {
    private static final Path JAR = Path.of(System.getProperty("coord.sample.jar"));
    /** Only there so that nothing hangs. */
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static final Duration LASTING = Duration.ofSeconds(2);

    @TempDir
    private Path temp;

    private final Fleet fleet = new Fleet();
    private final Health health = new Health();

    @AfterEach
    void stop() throws InterruptedException {
        fleet.stop(Duration.ofSeconds(30));
    }

    @Test
    void anInstanceWhoseJarWasReplacedInPlaceWorksOrSaysThatItDoesNot() throws IOException, InterruptedException {
        Path jar = Files.copy(JAR, temp.resolve("app.jar"));
        Path other = withEntriesElsewhere(JAR, temp.resolve("other.jar"));
        Instance leader = start(jar);
        awaitWorking(leader);
        Instance follower = start(jar);
        awaitWorking(follower);

        writeOver(jar, other);
        leader.terminate();

        assertThat(leader.awaitEnd(LIMIT)).as("the end of the leader").isTrue();
        // Not only for a moment: until the next one leads, either may be.
        await().during(LASTING).atMost(LIMIT).until(() -> isWell(follower) ? works(follower) : isDown(follower));

        follower.terminate();
        assertThat(follower.awaitEnd(LIMIT)).as("the end of the follower").isTrue();
    }

    private Instance start(Path jar) throws IOException {
        return fleet.start(jar, Ports.free(1).get(0), temp.resolve("shared"), temp);
    }

    /** From its health to a write at the leader. */
    private void awaitWorking(Instance instance) {
        await().atMost(LIMIT).until(() -> !health.role(instance.port()).equals("NONE") && works(instance));
    }

    private boolean isWell(Instance instance) throws InterruptedException {
        String said = health.body(instance.port());
        return says("$.status", "UP", said) && says("$.components.coord.details.role", "LEADER", said);
    }

    private boolean isDown(Instance instance) throws InterruptedException {
        return says("$.components.coord.status", "DOWN", health.body(instance.port()));
    }

    private static boolean says(String path, String value, String said) {
        try {
            return value.equals(JsonPath.read(said, path));
        } catch (JsonPathException e) {
            // Not what it says when it is well.
            return false;
        }
    }

    private static boolean works(Instance instance) {
        return new Api(instance.port())
                        .put("/api/flags/replaced", "{\"enabled\":true,\"value\":\"\"}")
                        .status()
                == 200;
    }

    /** The same application, and everything in it at another place of the file. */
    private static Path withEntriesElsewhere(Path jar, Path copy) throws IOException {
        try (var from = new ZipFile(jar.toFile());
                var to = new ZipOutputStream(Files.newOutputStream(copy))) {
            List<ZipEntry> entries = new ArrayList<>(Collections.list(from.entries()));
            Collections.reverse(entries);
            for (ZipEntry entry : entries) {
                var same = new ZipEntry(entry.getName());
                same.setMethod(entry.getMethod());
                if (entry.getMethod() == ZipEntry.STORED) {
                    same.setSize(entry.getSize());
                    same.setCrc(entry.getCrc());
                }
                to.putNextEntry(same);
                try (InputStream content = from.getInputStream(entry)) {
                    content.transferTo(to);
                }
                to.closeEntry();
            }
        }
        return copy;
    }

    /** The file stays the same one: whoever has it open reads the new content. */
    private static void writeOver(Path file, Path content) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            Files.copy(content, out);
        }
    }
}
