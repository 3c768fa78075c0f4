package dev.coord.spring.lifetime;

import static dev.coord.spring.Quiet.assertQuiet;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * An application that is started and closed many times in one JVM leaves nothing behind, and says nothing. In a JVM of its own. Here
 * each way to live and end comes twice; {@link StartStopCampaign} has more lives.
 */
@EnabledOnOs(OS.LINUX)
class StartStopTest {
    @TempDir
    private Path temp;

    @Test
    void nothingIsLeftBehindAndNothingSaid() throws Exception {
        assertNothingLeft(temp, 2 * StartStopMain.WAYS);
    }

    static void assertNothingLeft(Path temp, int lives) throws Exception {
        // For the shutdown hooks.
        List<String> flags = List.of("--add-opens=java.base/java.lang=ALL-UNNAMED");
        List<String> lines;
        try (Jvm jvm = Jvm.start(
                temp, flags, StartStopMain.class, temp.resolve("shared").toString(), Integer.toString(lives))) {
            lines = jvm.awaitEnd();
        }

        assertQuiet("The application", lines);
        List<List<String>> census = census(lines);
        assertThat(census).hasSize(2);
        var left = new ArrayList<>(census.get(1));
        census.get(0).forEach(left::remove);
        assertThat(left)
                .as("after %d lives, and not after %d", lives, StartStopMain.WAYS)
                .isEmpty();
        assertThat(census.get(1))
                .as("of coord")
                .filteredOn(line -> line.contains("coord"))
                .containsExactlyInAnyOrder("file coord.1.journal", "file coord.1.journal.1", "file coord.1.mv.db");
        assertThat(lines).as("no context is held on to").contains("CONTEXTS 0");
    }

    private static List<List<String>> census(List<String> lines) {
        var all = new ArrayList<List<String>>();
        var current = new ArrayList<String>();
        for (String line : lines) {
            if (line.equals("CENSUS-END")) {
                all.add(List.copyOf(current));
                current.clear();
            } else if (line.startsWith("CENSUS ")) {
                current.add(line.substring("CENSUS ".length()));
            }
        }
        return all;
    }
}
