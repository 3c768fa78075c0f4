package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Somebody removes files that are in use: a person, or what cleans directories for temporary files. */
class CleanerProcessTest {
    private static final int SWEEPS = 20;

    @TempDir
    private Path root;

    @Test
    void whatIsRemovedIsMadeAgainAndAThirdProcessFindsTheOthers() throws IOException {
        try (Group group = Group.in(root)) {
            Participant leader = group.startAll(2);
            Participant follower = group.all().get(1);
            List<String> before = group.files().stream()
                    .filter(name -> !name.startsWith("coord-tmp-"))
                    .toList();
            for (String kind : List.of(".sock", "endpoint.", ".lock", "epoch")) {
                List<String> removed = remove(group, name -> name.contains(kind));
                assertThat(removed).as("files of kind %s", kind).isNotEmpty();
                awaitAll(group, removed);
            }
            remove(group, name -> !isData(name));

            Participant third = group.start();
            third.commit();
            follower.commit();
            awaitAll(group, before);

            assertThat(group.awaitAgreement()).isEqualTo(leader);
            assertThat(leader.lastTerm()).as("nobody lost anything").isEqualTo(1);
            leader.process().kill();
            assertThat(group.awaitLeaderAfter(1).term()).isEqualTo(2);
            group.assertOneLeaderAtATime();
        }
    }

    /** Removing goes on while processes commit, die and start. */
    @Test
    @Tag("campaign")
    void whatWasAcknowledgedSurvivesACleanerThatGoesOnAndOn() throws IOException {
        try (Group group = Group.in(root)) {
            group.startAll(3);
            group.putUnderLoad(Duration.ofMillis(5));
            var random = RandomGenerator.of("L64X128MixRandom");
            for (int sweep = 0; sweep < SWEEPS; sweep++) {
                remove(group, name -> !isData(name) && random.nextInt(3) == 0);
                if (sweep == SWEEPS / 3) {
                    Participant owner = group.awaitOwner();
                    owner.process().kill();
                    owner.process().awaitExit();
                } else if (sweep == SWEEPS * 2 / 3) {
                    group.launch();
                }
                Participant one = group.well().get(random.nextInt(group.well().size()));
                one.status();
            }
            Participant last = group.all().get(group.all().size() - 1);
            last.process().await("STARTED");
            last.load(Duration.ofMillis(5));
            group.awaitAgreement();
            group.awaitProgress();

            assertThat(group.killAndCheck()).isPositive();
        }
    }

    private static List<String> remove(Group group, Predicate<String> which) throws IOException {
        List<String> removed = group.files().stream().filter(which).toList();
        for (String name : removed) {
            Files.deleteIfExists(group.options().directory().resolve(name));
        }
        return removed;
    }

    private static void awaitAll(Group group, List<String> files) {
        await().pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(group.files()).containsAll(files));
    }

    /** What holds the data is made again by nobody. */
    private static boolean isData(String name) {
        return name.endsWith(".mv.db") || name.contains(".journal");
    }
}
