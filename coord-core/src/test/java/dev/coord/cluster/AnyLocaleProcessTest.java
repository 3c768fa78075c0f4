package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes whose JVMs have other languages, digits, encodings and time zones form one group. */
class AnyLocaleProcessTest {
    private static final List<List<String>> PLACES = List.of(
            List.of(
                    "-Duser.language=ar",
                    "-Duser.country=EG",
                    "-Duser.extensions=u-nu-arab",
                    "-Dfile.encoding=US-ASCII"),
            List.of(
                    "-Duser.language=tr",
                    "-Duser.country=TR",
                    "-Duser.timezone=Asia/Kathmandu",
                    "-Dfile.encoding=ISO-8859-9"),
            List.of(
                    "-Duser.language=th",
                    "-Duser.country=TH",
                    "-Duser.timezone=America/St_Johns",
                    "-Dline.separator=\r\n"));

    @TempDir
    private Path root;

    @Test
    void theyElectAndTakeOverAndUseTheSameFiles() throws IOException {
        Path directory = root.resolve("shared");
        List<JavaProcess> group = new ArrayList<>();
        try {
            for (List<String> place : PLACES) {
                var flags = new ArrayList<>(JavaProcess.QUICK_START);
                flags.addAll(place);
                group.add(JavaProcess.start(
                        "p" + group.size(),
                        flags,
                        ParticipantMain.class,
                        ParticipantOptions.defaults(directory).toArguments()));
                group.get(group.size() - 1).await("STARTED");
                if (group.size() == 1) {
                    group.get(0).await("LEADER 1");
                }
            }
            for (JavaProcess process : group) {
                process.ask("commit", "COMMITTED");
            }
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files)
                        .allSatisfy(file ->
                                assertThat(file.getFileName().toString()).matches("[a-z0-9.-]+"));
            }
            group.get(0).kill();
            await().until(() -> group.stream()
                    .skip(1)
                    .flatMap(process -> process.lines().stream())
                    .anyMatch(line -> line.text().equals("LEADER 2")));
        } finally {
            group.forEach(JavaProcess::close);
        }
    }
}
