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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Applications in one JVM that end themselves from inside a callback, each in a group with another participant, who is in this
 * JVM. They release the lease at once, and not when somebody's patience with the callback is over, which would be said.
 */
final class EndingCallbacks {
    /** However busy the machine is, nobody loses the lease for that. */
    private static final CoordinatorSettings PATIENT = CoordinatorSettings.defaults()
            .withLease(new LeaseTiming(
                    LeaseTiming.defaults().renewalInterval(), Duration.ofSeconds(20), Duration.ofSeconds(30)));

    private final Path root;
    private final List<Case> closing;
    private final List<Case> exiting;
    private final Map<Case, Coordinator> others = new HashMap<>();

    /** Where the callback is, and how it ends its application. */
    record Case(Place place, End end) {}

    /**
     * Those that close their contexts do so one after the other. Those that exit do so together, at the end: which of them is the
     * first is chance, the others wait in their own calls.
     */
    EndingCallbacks(Path root, List<Case> cases) {
        this.root = root;
        this.closing = cases.stream().filter(one -> one.end() != End.EXIT).toList();
        this.exiting = cases.stream().filter(one -> one.end() == End.EXIT).toList();
    }

    void check() throws Exception {
        try {
            // Before the process that is to follow: it goes on to the next directory by itself.
            for (Case one : all()) {
                if (one.place().follows()) {
                    others.put(one, started(one, Role.LEADER));
                }
            }
            try (Jvm jvm = start()) {
                int started = 0;
                for (Case one : closing) {
                    started++;
                    jvm.awaitLines("STARTED", started);
                    awaitOther(one);
                    jvm.tell("end");
                    assertLeads(one);
                    jvm.awaitLines("ENDED", started);
                    others.remove(one).close();
                }
                jvm.awaitLines("STARTED", started + exiting.size());
                for (Case one : exiting) {
                    awaitOther(one);
                }
                jvm.tell("end");
                for (Case one : exiting) {
                    assertLeads(one);
                }
                assertThat(jvm.awaitExit()).isEqualTo(EndingCallbackMain.CODE);
                assertThat(jvm.lines()).noneMatch(line -> line.contains(" WARN ") || line.contains(" ERROR "));
            }
        } finally {
            others.values().forEach(Coordinator::close);
        }
    }

    private List<Case> all() {
        return Stream.concat(closing.stream(), exiting.stream()).toList();
    }

    private Jvm start() throws Exception {
        var arguments = new ArrayList<String>();
        for (Case one : all()) {
            arguments.addAll(
                    List.of(one.place().name(), one.end().name(), directory(one).toString()));
        }
        return Jvm.start(
                Files.createDirectory(root.resolve("jvm")),
                List.of(),
                EndingCallbackMain.class,
                arguments.toArray(String[]::new));
    }

    private Path directory(Case one) {
        return root.resolve(one.place() + "-" + one.end());
    }

    /** Where the callback is that of a leader, the other one comes now. */
    private void awaitOther(Case one) throws InterruptedException {
        if (!one.place().follows()) {
            others.put(one, started(one, Role.FOLLOWER));
        }
    }

    private Coordinator started(Case one, Role role) throws InterruptedException {
        Coordinator coordinator = Coordinator.builder()
                .directory(directory(one))
                .settings(PATIENT)
                .storeSettings(SharedStoreSettings.defaults()
                        .withCallTimeout(LIMIT.dividedBy(2))
                        .withFrozenOwner(SharedStoreSettings.FrozenOwner.WAIT))
                .shutdownHook(false)
                .build();
        coordinator.start();
        assertThat(coordinator.awaitRole(LIMIT)).as("of the one beside %s", one).isEqualTo(role);
        return coordinator;
    }

    private void assertLeads(Case one) {
        Coordinator other = others.get(one);
        await("the one beside " + one)
                .atMost(LIMIT)
                .until(() -> other.role() == Role.LEADER && other.countParticipants() == 1);
        List<RoleChange> changes = other.roleChanges();
        assertThat(changes.get(changes.size() - 1).reason())
                .as("why the one beside %s leads", one)
                .isEqualTo(
                        (one.place().follows() ? LeaderChangeReason.FIRST_SEEN : LeaderChangeReason.RELEASED).name());
    }
}
