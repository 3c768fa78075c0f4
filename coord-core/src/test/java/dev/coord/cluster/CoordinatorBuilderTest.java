package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.CoordException;
import dev.coord.DirectoryException;
import dev.coord.InvalidSettingsException;
import dev.coord.Role;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.testing.FaultyParticipants;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoordinatorBuilderTest {
    @TempDir
    private Path directory;

    @Test
    void needsADirectoryOrAStore() {
        assertThatThrownBy(() -> Coordinator.builder().build())
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("a directory, a database or a store");
    }

    @Test
    void thePlaceThatIsNamedLastCounts() {
        try (Store store = TestStores.local(TestStores.memory());
                Coordinator coordinator = Coordinator.builder()
                        .directory(directory.resolve("unused"))
                        .store(store)
                        .build()) {
            coordinator.start();
            assertThat(directory).isEmptyDirectory();
        }
    }

    @Test
    void tellsWhatIsSetSoFar() {
        Coordinator.Builder builder = Coordinator.builder();
        assertThat(builder.hasPlace()).isFalse();
        assertThat(builder.group()).isEqualTo("default");
        assertThat(builder.settings()).isEqualTo(CoordinatorSettings.defaults());
        builder.directory(directory).group("jobs");
        assertThat(builder.hasPlace()).isTrue();
        assertThat(builder.group()).isEqualTo("jobs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\t\n"})
    void refusesABlankGroup(String group) {
        assertThatThrownBy(() ->
                        Coordinator.builder().directory(directory).group(group).build())
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("group");
    }

    @Test
    void refusesALongGroup() {
        assertThatThrownBy(() -> Coordinator.builder()
                        .directory(directory)
                        .group("x".repeat(101))
                        .build())
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("100");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "a,b", "a\nb", "ä"})
    void refusesOddCapabilities(String capability) {
        assertThatThrownBy(() -> Coordinator.builder()
                        .directory(directory)
                        .capabilities("mail", capability)
                        .build())
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("'" + capability + "'");
    }

    @Test
    void refusesMoreCapabilitiesThanFit() {
        var many = new String[200];
        for (int i = 0; i < many.length; i++) {
            many[i] = "capability-with-quite-a-long-name-" + i;
        }

        assertThatThrownBy(() -> {
                    try (Coordinator coordinator = Coordinator.builder()
                            .directory(directory)
                            .capabilities(many)
                            .build()) {
                        coordinator.start();
                    }
                })
                .isInstanceOf(CoordException.class)
                .isNotInstanceOf(StoreUnavailableException.class);
    }

    static Stream<Arguments> oddAttributes() {
        Map<String, String> many = new HashMap<>();
        for (int i = 0; i < 33; i++) {
            many.put("key" + i, "");
        }
        return Stream.of(
                Arguments.of(many, "not 33"),
                Arguments.of(Map.of("", "value"), "not 0: ''"),
                Arguments.of(Map.of("k".repeat(101), ""), "k".repeat(101)),
                Arguments.of(Map.of("url", "v".repeat(501)), "'url' has at most 500 bytes, not 501"),
                // Two bytes each.
                Arguments.of(Map.of("\u00e9".repeat(51), ""), "1 to 100 bytes, not 102"),
                Arguments.of(Map.of("city", "\u00e9".repeat(251)), "'city' has at most 500 bytes, not 502"),
                Arguments.of(Map.of("half", "\uD83D"), "'half'"));
    }

    @ParameterizedTest
    @MethodSource("oddAttributes")
    void refusesOddAttributesAndNamesTheKey(Map<String, String> attributes, String named) {
        assertThatThrownBy(() -> Coordinator.builder()
                        .directory(directory)
                        .attributes(attributes)
                        .build())
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(named);
    }

    @Test
    void buildingTouchesNothing() {
        Path missing = directory.resolve("missing");

        Coordinator.builder().directory(missing).build().close();

        assertThat(missing).doesNotExist();
    }

    @Test
    void whatCannotBeStartedLeavesNothingBehind() throws Exception {
        Path file = Files.createFile(directory.resolve("a-file"));
        Coordinator coordinator = Coordinator.builder().directory(file).build();

        assertThatThrownBy(coordinator::start)
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining(file.toString());

        assertThat(coordinator.role()).isEqualTo(Role.UNKNOWN);
        coordinator.close();
    }

    @Test
    void aStoreThatDoesNotAnswerInTimeFailsTheStart() {
        try (Store store = TestStores.local(TestStores.memory())) {
            var participants = new FaultyParticipants(store.participants());
            participants.fail(Integer.MAX_VALUE);
            Coordinator coordinator = Coordinator.builder()
                    .store(TestStores.with(store, store.leases(), participants))
                    .settings(CoordinatorSettings.defaults().withStartTimeout(Duration.ofMillis(50)))
                    .build();

            assertThatThrownBy(coordinator::start).isInstanceOf(StoreUnavailableException.class);

            participants.fail(0);
            assertThatThrownBy(coordinator::start)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("build another one");
            coordinator.close();
        }
    }

    @Test
    void aStoreThatAnswersLateIsWaitedFor() {
        try (Store store = TestStores.local(TestStores.memory())) {
            var participants = new FaultyParticipants(store.participants());
            participants.fail(2);
            try (Coordinator coordinator = Coordinator.builder()
                    .store(TestStores.with(store, store.leases(), participants))
                    .build()) {
                coordinator.start();
                assertThat(coordinator.countParticipants()).isEqualTo(1);
            }
        }
    }

    @Test
    void twoWithDifferentStoreSettingsCannotShareADirectory() {
        try (Coordinator first = Coordinator.builder().directory(directory).build();
                Coordinator second = Coordinator.builder()
                        .directory(directory)
                        .group("second")
                        .storeSettings(SharedStoreSettings.defaults().withSync(true))
                        .build()) {
            first.start();

            assertThatThrownBy(second::start)
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("sync=true");
        }
    }

    @Test
    void twoGroupsShareADirectoryUntilTheLastOneCloses() throws Exception {
        Coordinator first = Coordinator.builder()
                .directory(directory)
                .storeSettings(TestStores.PATIENT)
                .group("first")
                .settings(CoordinatorTestBase.SETTINGS)
                .build();
        Coordinator second = Coordinator.builder()
                .directory(directory)
                .storeSettings(TestStores.PATIENT)
                .group("second")
                .settings(CoordinatorTestBase.SETTINGS)
                .build();
        first.start();
        second.start();
        assertThat(first.awaitRole(Patience.LIMIT)).isEqualTo(Role.LEADER);
        assertThat(second.awaitRole(Patience.LIMIT)).isEqualTo(Role.LEADER);

        first.close();

        assertThat(second.leadership()).isPresent();
        assertThat(second.election().renewLease()).isTrue();
        second.close();
        try (var files = Files.list(directory)) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .as("what stays is the database and its epoch")
                    .containsExactlyInAnyOrder(
                            "coord.1.mv.db", "coord.1.journal", "coord.1.journal.1", "epoch", "owner.1.lock");
        }
    }
}
