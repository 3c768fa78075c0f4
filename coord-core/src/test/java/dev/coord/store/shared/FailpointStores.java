package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.LoadAccount;
import dev.coord.testing.LoadCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Processes that share and use one store, see {@link FailpointStoreMain}; closing kills them. */
final class FailpointStores implements AutoCloseable {
    /** For an owner that is to count as frozen soon. */
    static final Duration SHORT = Duration.ofSeconds(2);

    private static final int SOME_STEPS = 10;
    private static final Pattern LIFE_LOCK = Pattern.compile("process-.*");
    private static final Pattern OF_AN_EPOCH = Pattern.compile("(coord|owner|endpoint)\\.\\d+(\\.mv\\.db|\\.lock)?");

    private final Path directory;
    private final Path notes;
    private final Path marker;
    private final SharedStoreSettings settings;
    private final List<JavaProcess> processes = new ArrayList<>();

    /** @param threshold after how long an owner counts as frozen */
    FailpointStores(Path root, FrozenOwner frozenOwner, Duration threshold) throws IOException {
        this.directory = root.resolve("shared");
        this.notes = Files.createDirectories(root.resolve("notes"));
        this.marker = root.resolve("marker");
        this.settings =
                SharedStoreSettings.defaults().withFrozenOwner(frozenOwner).withOwnerStaleThreshold(threshold);
    }

    /** Starts one more process. */
    JavaProcess launch() {
        return launch(List.of());
    }

    /** Starts one more process, armed from its start on. */
    JavaProcess launch(Failpoints.Step step, ArmedFailpoint.Action action) {
        return launch(List.of(step.name(), action.name(), marker.toString()));
    }

    private JavaProcess launch(List<String> arms) {
        String name = "s" + (processes.size() + 1);
        var arguments = new ArrayList<>(List.of(
                directory.toString(),
                settings.frozenOwner().name(),
                settings.ownerStaleThreshold().toString(),
                notes.resolve(name).toString()));
        arguments.addAll(arms);
        JavaProcess process = JavaProcess.start(name, JavaProcess.QUICK_START, FailpointStoreMain.class, arguments);
        processes.add(process);
        return process;
    }

    /** Starts three processes, the first a little earlier; returns the one that is owner. */
    JavaProcess startThree() throws IOException {
        awaitProgress(launch());
        launch();
        launch();
        processes.forEach(this::awaitProgress);
        long owner = Endpoint.read(new SharedDirectory(directory), epoch())
                .orElseThrow()
                .pid();
        return processes.stream()
                .filter(process -> process.pid() == owner)
                .findFirst()
                .orElseThrow();
    }

    /** Whichever of {@code some} is the first to come to {@code step} dies, freezes or holds there. */
    void arm(List<JavaProcess> some, Failpoints.Step step, ArmedFailpoint.Action action) {
        some.forEach(process -> process.ask("arm " + step + " " + action + " " + marker, "ARMED"));
    }

    /** Prepares the empty database for {@link #freezeInAnOperation}. */
    void makeFreezable() throws SQLException, IOException {
        try (Store store = SharedStore.open(directory, settings)) {
            store.participants().list("any");
        }
        FreezingTrigger.install(database());
    }

    /** Freezes {@code owner} in the middle of an operation, which goes on to write when it thaws. */
    void freezeInAnOperation(JavaProcess owner) {
        owner.send("put " + FreezingTrigger.request(notes.resolve("frozen-once")));
        owner.awaitFrozen();
    }

    List<JavaProcess> processes() {
        return List.copyOf(processes);
    }

    List<JavaProcess> except(JavaProcess... some) {
        return processes.stream()
                .filter(process -> !List.of(some).contains(process))
                .toList();
    }

    /** Waits until one of the processes came to {@code step}; returns it. */
    JavaProcess awaitAt(Failpoints.Step step) {
        return await("a process at " + step)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> at(step), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<JavaProcess> at(Failpoints.Step step) {
        return processes.stream()
                .filter(process ->
                        process.lines().stream().anyMatch(line -> line.text().equals("AT " + step)))
                .findFirst();
    }

    /** Waits until {@code process} got more acknowledged. */
    void awaitProgress(JavaProcess process) {
        LoadAccount account = account(process);
        long before = account.acknowledged();
        await("progress of " + process).pollInterval(Duration.ofMillis(5)).until(() -> {
            assertThat(process.isAlive()).as("%s is alive", process).isTrue();
            return account.acknowledged() > before + SOME_STEPS;
        });
    }

    private LoadAccount account(JavaProcess process) {
        return LoadAccount.open(notes.resolve(process.name()));
    }

    /** The database of the highest epoch. */
    Path database() throws IOException {
        return new SharedDirectory(directory).database(epoch());
    }

    private long epoch() throws IOException {
        return new SharedDirectory(directory).highestComplete(Long.MAX_VALUE).orElseThrow();
    }

    /** Kills all, and checks what they left in the database and in the directory. */
    void killAndCheck() throws IOException {
        killAndCheck(store -> {});
    }

    void killAndCheck(Consumer<Store> more) throws IOException {
        close();
        List<LoadAccount> accounts = processes.stream().map(this::account).toList();
        try (Store store = SharedStore.open(directory, settings)) {
            assertThat(LoadCheck.check(store, accounts)).isPositive();
            more.accept(store);
            await("housekeeping").untilAsserted(this::assertTidy);
        }
    }

    private void assertTidy() throws IOException {
        assertThat(names(LIFE_LOCK)).as("locks of this process only").hasSize(1);
        String epoch = "." + epoch();
        assertThat(names(OF_AN_EPOCH))
                .as("files of the last epoch only")
                .hasSize(3)
                .allMatch(name -> name.contains(epoch));
    }

    private List<String> names(Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(pattern.asMatchPredicate())
                    .toList();
        }
    }

    @Override
    public void close() {
        processes.forEach(JavaProcess::close);
    }
}
