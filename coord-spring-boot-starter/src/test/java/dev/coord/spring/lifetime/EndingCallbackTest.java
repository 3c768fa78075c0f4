package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderChangeReason;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.RoleChange;
import dev.coord.election.LeaseTiming;
import dev.coord.spring.lifetime.EndingCallbackMain.End;
import dev.coord.spring.lifetime.EndingCallbackMain.Place;
import dev.coord.store.shared.SharedStoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Applications in JVMs of their own that end themselves from inside a callback. They release the lease at once, and not when
 * somebody's patience with the callback is over, which would be said.
 */
class EndingCallbackTest {
    /** However busy the machine is, nobody loses the lease for that. */
    private static final CoordinatorSettings PATIENT = CoordinatorSettings.defaults()
            .withLease(new LeaseTiming(
                    LeaseTiming.defaults().renewalInterval(), Duration.ofSeconds(20), Duration.ofSeconds(30)));

    @TempDir
    private Path temp;

    /** In one JVM for all callbacks: which of them is the first to exit is chance, the others wait in their own calls. */
    @Test
    void exitInACallbackHandsOver() throws Exception {
        List<Place> places = List.of(Place.values());
        Map<Place, Coordinator> others = new EnumMap<>(Place.class);
        try {
            for (Place place : places) {
                if (place.follows()) {
                    others.put(place, leader(directory(place, End.EXIT)));
                }
            }
            try (Jvm jvm = start(places, List.of(End.EXIT))) {
                jvm.awaitLines("STARTED", places.size());
                for (Place place : places) {
                    if (!place.follows()) {
                        others.put(place, follower(directory(place, End.EXIT)));
                    }
                }
                jvm.tell("end");
                for (Place place : places) {
                    assertLeads(others.get(place), place);
                }
                assertThat(jvm.awaitExit()).isEqualTo(EndingCallbackMain.CODE);
                assertQuiet(jvm);
            }
        } finally {
            others.values().forEach(Coordinator::close);
        }
    }

    @Test
    void closingTheContextInACallbackHandsOver() throws Exception {
        List<End> ends = List.of(End.CLOSE, End.SPRING_EXIT);
        List<Place> places = List.of(Place.values());
        Map<Path, Coordinator> others = new HashMap<>();
        try {
            // Before the process that is to follow: it goes on to the next directory by itself.
            for (Place place : places) {
                for (End end : ends) {
                    if (place.follows()) {
                        others.put(directory(place, end), leader(directory(place, end)));
                    }
                }
            }
            try (Jvm jvm = start(places, ends)) {
                int started = 0;
                for (Place place : places) {
                    for (End end : ends) {
                        started++;
                        Path directory = directory(place, end);
                        jvm.awaitLines("STARTED", started);
                        if (!place.follows()) {
                            others.put(directory, follower(directory));
                        }
                        jvm.tell("end");
                        assertLeads(others.get(directory), place);
                        jvm.awaitLines("ENDED", started);
                        others.remove(directory).close();
                    }
                }
                assertThat(jvm.awaitExit()).isZero();
                assertQuiet(jvm);
            }
        } finally {
            others.values().forEach(Coordinator::close);
        }
    }

    private Jvm start(List<Place> callbacks, List<End> ends) throws Exception {
        var arguments = new ArrayList<String>();
        for (Place callback : callbacks) {
            for (End end : ends) {
                arguments.addAll(List.of(
                        callback.name(), end.name(), directory(callback, end).toString()));
            }
        }
        return Jvm.start(
                Files.createDirectory(temp.resolve("jvm")),
                List.of(),
                EndingCallbackMain.class,
                arguments.toArray(String[]::new));
    }

    private Path directory(Place callback, End end) {
        return temp.resolve(callback + "-" + end);
    }

    private static Coordinator started(Path directory) {
        Coordinator coordinator = Coordinator.builder()
                .directory(directory)
                .settings(PATIENT)
                .storeSettings(SharedStoreSettings.defaults()
                        .withCallTimeout(LIMIT.dividedBy(2))
                        .withFrozenOwner(SharedStoreSettings.FrozenOwner.WAIT))
                .shutdownHook(false)
                .build();
        coordinator.start();
        return coordinator;
    }

    private static Coordinator leader(Path directory) throws InterruptedException {
        Coordinator coordinator = started(directory);
        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
        return coordinator;
    }

    private static Coordinator follower(Path directory) throws InterruptedException {
        Coordinator coordinator = started(directory);
        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
        return coordinator;
    }

    private static void assertLeads(Coordinator other, Place callback) {
        await().atMost(LIMIT).until(() -> other.role() == Role.LEADER && other.countParticipants() == 1);
        List<RoleChange> changes = other.roleChanges();
        assertThat(changes.get(changes.size() - 1).reason())
                .as("why the one beside %s leads", callback)
                .isEqualTo((callback.follows() ? LeaderChangeReason.FIRST_SEEN : LeaderChangeReason.RELEASED).name());
    }

    private static void assertQuiet(Jvm jvm) {
        assertThat(jvm.lines()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
    }
}
