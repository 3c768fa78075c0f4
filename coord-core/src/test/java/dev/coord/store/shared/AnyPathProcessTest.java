package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.Coordinator;
import dev.coord.store.OwnedDatabase;
import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import dev.coord.transport.PathNames;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of any legal name, which processes share. */
class AnyPathProcessTest {
    private static final List<String> NAMES = List.of(
            "b\u00fccher",
            "with  space ",
            " leading",
            "'single' \"double\" `back`",
            "100%",
            "%41%2F%ZZ",
            "#hash?query&a=b+c",
            "a;b;IFEXISTS=FALSE",
            "back\\slash\\",
            "line\nbreak\n",
            "tab\tand\rreturn",
            "~",
            "~root",
            "$HOME ${user.home} %USERPROFILE%",
            "C:",
            "nio:memFS:x",
            "jar:a!b",
            "{json} [list] <tag>",
            "\u65e5\u672c\u8a9e",
            "\ud83c\udf89 party",
            "e\u0301 and \u00e9",
            "\u0130stanbul \u0131",
            "*.sock",
            "-rf",
            "..dots..",
            "\u0645\u0644\u0641",
            "long-" + "\u00fc".repeat(100));

    /** Such that each kind of name is there once. */
    private static final List<String> SHARED = List.of(
            "b\u00fccher",
            "a;b;IFEXISTS=FALSE %41%2F%ZZ #hash?query&a=b+c",
            " 'single' \"double\" back\\slash\\line\nbreak\n",
            "~",
            "nio:memFS:x jar:a!b C: \u65e5\u672c\u8a9e \ud83c\udf89",
            "long-" + "\u00fc".repeat(100));

    /** Patient: the processes are starting, on a machine that may be busy. */
    private static final SharedStoreSettings SETTINGS =
            SharedStoreSettings.defaults().withCallTimeout(Duration.ofSeconds(30));

    @TempDir
    private Path root;

    @Test
    void theFormOfAddressesIsPlainAndCanBeReadBack() {
        for (String name : NAMES) {
            Path path = Path.of("/tmp", name, "x");

            assertThat(PathNames.encode(path)).matches("[A-Za-z0-9/._%-]+");
            assertThat(PathNames.decode(PathNames.encode(path))).isEqualTo(path);
        }
        assertThat(PathNames.encode(Path.of("/home/me/.coord/app-1_2"))).isEqualTo("/home/me/.coord/app-1_2");
    }

    /** One process opens them all and is the owner of each; this one joins, commits through its socket, and takes over. */
    @Test
    void twoProcessesShareADirectoryOfAnyName() throws Exception {
        List<Path> directories = SHARED.stream().map(root::resolve).toList();
        List<String> arguments = directories.stream().map(PathNames::encode).toList();
        try (JavaProcess owner = JavaProcess.start("owner", JavaProcess.QUICK_START, AnyPathMain.class, arguments)) {
            owner.await("OPENED");
            for (Path directory : directories) {
                joinAndCommit(directory, owner.pid());
            }
        }
        for (Path directory : directories) {
            try (Store store = SharedStore.open(directory, SETTINGS)) {
                assertThat(store.participants().list("group"))
                        .as("acknowledged in %s", directory)
                        .hasSize(2);
            }
        }
        try (Stream<Path> made = Files.list(root)) {
            assertThat(made).containsExactlyInAnyOrderElementsOf(directories);
        }
    }

    private static void joinAndCommit(Path directory, long owner) {
        try (Store store = SharedStore.open(directory, SETTINGS)) {
            AnyPathMain.put(store);
            assertThat(store.ownedDatabase().flatMap(OwnedDatabase::owner).map(StoreOwner::pid))
                    .as("the owner of %s", directory)
                    .hasValue(owner);
        }
    }

    /** Everything at once, in a group with its mesh. */
    @Test
    @Tag("campaign")
    void aGroupElectsAndTakesOverInADirectoryOfAnyName() throws Exception {
        Path odd = Files.createDirectory(root.resolve("b\u00fc '\"%41#?;\\\u65e5\ud83c\udf89 !+\n"));
        try (Group group = Group.in(odd)) {
            Participant leader = group.startAll(2);
            Participant follower = group.all().get(1);
            follower.commit();
            leader.process().kill();

            assertThat(group.awaitLeaderAfter(leader.lastTerm()).participant()).isEqualTo(follower);
            follower.commit();
        }
        try (Coordinator here =
                        Coordinator.builder().directory(odd.resolve("two")).build();
                Coordinator other =
                        Coordinator.builder().directory(odd.resolve("two")).build()) {
            here.start();
            other.start();
            Awaitility.await().until(() -> here.watcher().participants().size() == 2);
            dev.coord.store.Participant there = here.watcher().participants().stream()
                    .filter(record -> record.id().equals(other.id()))
                    .findFirst()
                    .orElseThrow();

            Awaitility.await()
                    .ignoreExceptions()
                    .until(() -> here.mesh().connect(there).info().id(), other.id()::equals);
        }
    }
}
