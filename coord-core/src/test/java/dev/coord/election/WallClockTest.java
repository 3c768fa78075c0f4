package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.registry.Registry;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.TestStores;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wall clock of one process is wrong, or is moved. It shows in the records, and nowhere else. */
class WallClockTest {
    private static final LeaseTiming TIMING =
            new LeaseTiming(Duration.ofMillis(250), Duration.ofMillis(750), Duration.ofSeconds(1));

    private final SettableNanoClock clock = new SettableNanoClock();
    private Instant wallClockOfA = Instant.parse("2026-01-01T00:00:00Z");
    private Instant wallClockOfB = wallClockOfA;

    @ParameterizedTest(name = "{0} h")
    @ValueSource(ints = {-1, 1, -24 * 365, 24 * 365})
    void aClockThatIsMovedInTheMiddleChangesNothing(int hours) {
        List<String> undisturbed = run(Duration.ZERO);
        wallClockOfA = Instant.parse("2026-01-01T00:00:00Z");
        wallClockOfB = wallClockOfA;

        assertThat(run(Duration.ofHours(hours))).isEqualTo(undisturbed);
        assertThat(undisturbed)
                .contains("a leads 1", "a lost", "b leads 2", "a leads 3")
                .doesNotContain("b purged a");
    }

    /** What two processes do in ten seconds, in steps of 50 ms; the clock of A jumps after two of them. */
    private List<String> run(Duration jump) {
        var pool = TestStores.memory();
        Store storeOfA = TestStores.local(pool, () -> wallClockOfA);
        Store storeOfB = TestStores.local(pool, () -> wallClockOfB);
        try (storeOfA) {
            Election a = election("a", storeOfA);
            Election b = election("b", storeOfB);
            Registry registryOfA = registry("a", storeOfA);
            Registry registryOfB = registry("b", storeOfB);
            registryOfA.register();
            registryOfB.register();
            var happened = new ArrayList<String>();
            boolean aLed = false;
            boolean bLed = false;
            for (int step = 0; step < 200; step++) {
                int millis = step * 50;
                wallClockOfA = wallClockOfA.plusMillis(50);
                wallClockOfB = wallClockOfB.plusMillis(50);
                if (millis == 2000) {
                    wallClockOfA = wallClockOfA.plus(jump);
                }
                // A does nothing for the lease from 4 s to 6 s, and B releases it at 8 s.
                boolean aWorks = millis < 4000 || millis >= 6000;
                if (millis % 250 == 0) {
                    registryOfA.heartbeat();
                    registryOfB.heartbeat();
                    registryOfB.removeDead();
                    if (aWorks) {
                        a.renewLease();
                    }
                    b.renewLease();
                }
                if (millis == 8000) {
                    b.releaseLease();
                }
                if (aWorks) {
                    a.tryReelect();
                }
                if (millis < 8000) {
                    b.tryReelect();
                }
                aLed = note(happened, "a", a, aLed);
                bLed = note(happened, "b", b, bLed);
                if (storeOfB.participants().list("group").size() != 2) {
                    happened.add("b purged a");
                }
                clock.tickMillis(50);
            }
            return happened;
        }
    }

    private static boolean note(List<String> happened, String name, Election election, boolean led) {
        boolean leads = election.isLeader();
        if (leads != led) {
            happened.add(
                    leads
                            ? name + " leads "
                                    + election.leadership().orElseThrow().term()
                            : name + " lost");
        }
        return leads;
    }

    private Election election(String name, Store store) {
        return new Election(
                store.leases(),
                new Candidate("group", new ParticipantId(name), 1, Optional.empty(), ""),
                TIMING,
                clock,
                process -> false,
                () -> false);
    }

    private Registry registry(String name, Store store) {
        return new Registry(
                store.participants(),
                Participant.builder("group", new ParticipantId(name)).build(),
                process -> false,
                Duration.ofSeconds(1),
                clock,
                name.equals("a") ? () -> wallClockOfA : () -> wallClockOfB);
    }
}
