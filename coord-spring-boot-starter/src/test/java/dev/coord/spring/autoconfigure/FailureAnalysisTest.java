package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.MeshService;
import dev.coord.store.Participant;
import dev.coord.store.ProtocolVersion;
import dev.coord.store.shared.SharedStore;
import dev.coord.store.shared.SharedStoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What a user reads when an application that uses the starter does not start. */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTest {
    @TempDir
    private Path temp;

    @Test
    void withoutANameOrADirectory(CapturedOutput output) {
        assertFails();
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("Set the property 'spring.application.name'")
                .contains("set the property 'coord.dir' to an absolute path");
    }

    @Test
    void aRelativeDirectory(CapturedOutput output) {
        assertFails("--coord.dir=some/where");
        assertThat(output)
                .contains("'some/where' (coord.dir) is not an absolute path")
                .contains("Set the property 'coord.dir' to an absolute path");
    }

    @Test
    void aDirectoryThatIsAFile(CapturedOutput output) throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertFails("--coord.dir=" + file);
        assertThat(output).contains(file + ": is not a directory").contains("set the property 'coord.dir'");
    }

    @Test
    void aDamagedDatabase(CapturedOutput output) throws IOException {
        Path dir = temp.resolve("shared");
        try (var coordinator = Coordinator.builder().directory(dir).build()) {
            coordinator.start();
        }
        Path database;
        try (var files = Files.list(dir)) {
            database = files.filter(file -> file.toString().endsWith(".mv.db"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.writeString(database, "this is no database, and never was one\n".repeat(1_000));
        assertFails("--coord.dir=" + dir);
        assertThat(output)
                .contains("is damaged and cannot be opened")
                .contains("Stop all processes of the application");
    }

    @Test
    void aMeshServiceThatIsNone(CapturedOutput output) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class, NoService.class)
                        .web(WebApplicationType.NONE)
                        .run("--coord.dir=" + temp.resolve("shared")))
                .isInstanceOf(RuntimeException.class);
        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("is a @MeshService, but no gRPC service")
                .contains("Let it implement the interface AsyncService");
    }

    @Test
    void settingsOfADirectoryThatIsOpenWithOthers(CapturedOutput output) {
        Path dir = temp.resolve("shared");
        try (var coordinator = Coordinator.builder().directory(dir).build()) {
            coordinator.start();
            assertFails("--coord.dir=" + dir, "--coord.store.h2.sync=true", "--coord.store.call-timeout=4s");
        }
        assertThat(output)
                .contains("is open in this process with other settings")
                .contains("Correct the property 'coord.store.call-timeout', 'coord.store.h2.sync'");
    }

    @Test
    void aVersionOfCoordThatCannotWorkWithTheOthers(CapturedOutput output) {
        Path dir = temp.resolve("shared");
        int version = ProtocolVersion.current() + 2;
        try (var store = SharedStore.open(dir, SharedStoreSettings.defaults())) {
            var other = new ParticipantId("other-" + UUID.randomUUID());
            store.participants()
                    .put(Participant.builder("app", other)
                            .attributes(Map.of(ProtocolVersion.ATTRIBUTE, Integer.toString(version)))
                            .build());
            assertFails("--coord.dir=" + dir, "--coord.group=app");
        }
        assertThat(output)
                .contains("speaks version " + version + " of coord's protocol")
                .contains("Deploy a version of the application in between");
    }

    @Test
    void aSettingThatNoPropertyIsKnownFor() {
        var unknown = new InvalidSettingsException("The moon must be full");
        FailureAnalysis analysis = new InvalidSettingsFailureAnalyzer().analyze(new IllegalStateException(unknown));
        assertThat(analysis.getAction()).contains("the properties that start with 'coord.'");
    }

    @Test
    void aStoreThatDoesNotAnswer() {
        var unavailable = new StoreUnavailableException("no answer", null);
        FailureAnalysis analysis =
                new StoreUnavailableFailureAnalyzer().analyze(new IllegalStateException(unavailable));
        assertThat(analysis.getAction()).contains("'coord.start-timeout'");
    }

    private static void assertFails(String... arguments) {
        assertThatThrownBy(() -> new SpringApplicationBuilder(Application.class)
                        .web(WebApplicationType.NONE)
                        .run(arguments))
                .isInstanceOf(RuntimeException.class);
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @MeshService
    static class NoService {}
}
