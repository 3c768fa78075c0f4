package dev.coord.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.IncompatibleVersionException;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreException;
import dev.coord.store.Participant;
import dev.coord.store.ProtocolVersion;
import dev.coord.store.Store;
import dev.coord.testing.FaultyParticipants;
import dev.coord.testing.Patience;
import dev.coord.time.SettableNanoClock;
import dev.coord.transport.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What a registry must do on every store. The tests of a class share one store and never a group. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class RegistryContract {
    private static final Duration EXPIRY = Duration.ofSeconds(10);
    private static final Duration A_NANO = Duration.ofNanos(1);
    private static final Duration NEVER = Duration.ofHours(1);

    private final SettableNanoClock clock = new SettableNanoClock();
    private final Set<String> dead = new HashSet<>();
    private Store store;
    private String group;
    private Instant wallClock;
    private Entrant a;
    private Entrant b;

    /** A new store; it may keep files in {@code directory}. */
    protected abstract Store open(Path directory);

    @BeforeAll
    void openStore(@TempDir Path directory) {
        store = open(directory);
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @BeforeEach
    void newGroup() {
        group = "group-" + UUID.randomUUID();
        wallClock = Instant.parse("2026-01-01T00:00:00Z");
        dead.clear();
        a = new Entrant("a");
        b = new Entrant("b");
    }

    @AfterEach
    void stopHeartbeats() throws Exception {
        a.stop();
        b.stop();
    }

    private final class Entrant {
        final ParticipantId id;
        final FaultyParticipants participants = new FaultyParticipants(store.participants());
        final Registry registry;
        private Thread heartbeats;

        Entrant(String name) {
            id = new ParticipantId(name + "-" + UUID.randomUUID());
            registry = new Registry(
                    participants,
                    Participant.builder(group, id)
                            .pid(4711)
                            .host("web-1")
                            .process("process of " + name)
                            .address(Address.parse("/run/" + name + ".sock"))
                            .capabilities(List.of("mail"))
                            .build(),
                    dead::contains,
                    EXPIRY,
                    clock,
                    () -> wallClock);
        }

        /** That of one that speaks {@code protocol}. */
        Participant entry(int protocol) {
            return Participant.builder(group, id)
                    .pid(4711)
                    .host("web-1")
                    .process("process of a")
                    .attributes(Map.of(ProtocolVersion.ATTRIBUTE, Integer.toString(protocol)))
                    .build();
        }

        Participant record() {
            return store.participants().get(group, id).orElseThrow();
        }

        boolean isRegistered() {
            return store.participants().get(group, id).isPresent();
        }

        void runHeartbeats(Duration interval) {
            heartbeats = new Thread(
                    () -> {
                        try {
                            registry.runHeartbeat(interval);
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    "test-heartbeat");
            heartbeats.start();
        }

        void stop() throws InterruptedException {
            registry.endHeartbeat();
            if (heartbeats != null) {
                heartbeats.join(Patience.MILLIS);
                assertThat(heartbeats.isAlive()).isFalse();
            }
        }
    }

    @Test
    void aRegisteredParticipantIsThereWithAllThatItIs() {
        a.registry.register();

        assertThat(a.record())
                .isEqualTo(Participant.builder(group, a.id)
                        .pid(4711)
                        .host("web-1")
                        .process("process of a")
                        .address(Address.parse("/run/a.sock"))
                        .capabilities(List.of("mail"))
                        .role(Role.UNKNOWN)
                        .started(wallClock)
                        .lastHeartbeat(wallClock)
                        .heartbeats(1)
                        .build());
    }

    @Test
    void whoeverCannotWorkTogetherWithThoseThatAreThereIsNotRegisteredAndSaysWhy() {
        int own = ProtocolVersion.current();
        store.participants().put(a.entry(own + 1));
        b.registry.register();
        assertThat(b.isRegistered()).as("neighbouring versions").isTrue();
        store.participants().put(a.entry(own + 2));
        var c = new Entrant("c");

        assertThatThrownBy(c.registry::register)
                .isInstanceOf(IncompatibleVersionException.class)
                .hasMessageContaining(a.id.value())
                .hasMessageContaining("process 4711 on web-1, speaks version " + (own + 2))
                .hasMessageContaining("this process version " + own);
        assertThat(c.isRegistered()).isFalse();
        // Others took it for gone while it was frozen, and went on to a version that it does not understand.
        store.participants().delete(group, b.id);
        assertThatThrownBy(b.registry::heartbeat).isInstanceOf(IncompatibleVersionException.class);
        assertThat(b.isRegistered()).isFalse();
        assertThat(b.registry.problem().orElseThrow()).contains("version " + (own + 2));

        store.participants().delete(group, a.id);
        b.registry.heartbeat();
        assertThat(b.isRegistered()).isTrue();
        assertThat(b.registry.problem()).isEmpty();
        dead.add("process of a");
        store.participants().put(a.entry(own + 2));
        c.registry.register();
        assertThat(c.isRegistered()).as("whoever is dead is not asked").isTrue();
    }

    @Test
    void registeringRemovesTheRecordsOfDeadProcesses() {
        a.registry.register();
        b.registry.register();
        dead.add("process of a");
        var c = new Entrant("c");

        c.registry.register();

        assertThat(a.isRegistered()).isFalse();
        assertThat(b.isRegistered()).isTrue();
        assertThat(c.isRegistered()).isTrue();
    }

    @Test
    void theRecordsOfOtherGroupsAreTheirs() {
        a.registry.register();
        Participant other = Participant.builder(
                        "group-" + UUID.randomUUID(), new ParticipantId("x-" + UUID.randomUUID()))
                .process("process of a")
                .build();
        store.participants().put(other);
        dead.add("process of a");

        b.registry.register();

        assertThat(a.isRegistered()).isFalse();
        assertThat(store.participants().list(other.group())).containsExactly(other);
    }

    @Test
    void theOwnRecordIsNeverRemoved() {
        a.registry.register();
        dead.add("process of a");
        a.registry.removeDead();
        clock.tick(EXPIRY.multipliedBy(2));

        a.registry.removeDead();

        assertThat(a.isRegistered()).isTrue();
    }

    @Test
    void aHeartbeatCountsAndShowsTheRole() {
        a.registry.register();
        a.registry.setRole(Role.LEADER);

        a.registry.heartbeat();

        assertThat(a.record().heartbeats()).isEqualTo(2);
        assertThat(a.record().role()).isEqualTo(Role.LEADER);
        a.registry.setRole(Role.UNKNOWN);
        a.registry.heartbeat();
        assertThat(a.record().heartbeats()).isEqualTo(3);
        assertThat(a.record().role()).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void aRecordThatSomebodyRemovedIsWrittenAgainAsItWas() {
        a.registry.register();
        a.registry.setRole(Role.FOLLOWER);
        a.registry.heartbeat();
        Participant before = a.record();
        store.participants().delete(group, a.id);
        wallClock = wallClock.plusSeconds(60);

        a.registry.heartbeat();

        assertThat(a.record())
                .isEqualTo(before.toBuilder()
                        .heartbeats(a.record().heartbeats())
                        .lastHeartbeat(wallClock)
                        .build());
        assertThat(a.record().heartbeats()).isGreaterThan(before.heartbeats());
    }

    @Test
    void whoGivesNoHeartbeatIsRemovedAfterTheExpiry() {
        a.registry.register();
        b.registry.register();

        a.registry.removeDead();
        clock.tick(EXPIRY);
        a.registry.removeDead();
        assertThat(b.isRegistered()).isTrue();

        clock.tick(A_NANO);
        a.registry.removeDead();
        assertThat(b.isRegistered()).isFalse();
    }

    @Test
    void aSingleLateLookIsNotEnough() {
        b.registry.register();
        clock.tick(Duration.ofHours(1));
        wallClock = wallClock.plusSeconds(3600);

        a.registry.register();
        assertThat(b.isRegistered()).isTrue();
        clock.tick(EXPIRY);
        a.registry.removeDead();
        assertThat(b.isRegistered()).isTrue();
    }

    @Test
    void oneHeartbeatIsEnoughToStay() {
        a.registry.register();
        b.registry.register();
        for (int i = 0; i < 5; i++) {
            a.registry.removeDead();
            clock.tick(EXPIRY);
            b.registry.heartbeat();
            clock.tick(A_NANO);
        }

        a.registry.removeDead();

        assertThat(b.isRegistered()).isTrue();
    }

    @Test
    void silenceWhileTheOwnHeartbeatsDidNotGetThroughIsNoSilence() {
        a.registry.register();
        b.registry.register();
        a.registry.heartbeat();
        a.registry.removeDead();
        a.participants.fail(1);
        clock.tick(EXPIRY.plus(A_NANO));
        assertThatThrownBy(a.registry::heartbeat).isInstanceOf(StoreException.class);

        a.registry.heartbeat();
        a.registry.removeDead();
        assertThat(b.isRegistered()).as("it could not heartbeat either").isTrue();

        // As far apart as heartbeats may be, and late.
        clock.tick(EXPIRY.dividedBy(2).plus(A_NANO));
        a.registry.heartbeat();
        a.registry.removeDead();
        assertThat(b.isRegistered()).isTrue();
        clock.tick(EXPIRY.dividedBy(2));
        a.registry.heartbeat();
        a.registry.removeDead();
        assertThat(b.isRegistered()).as("after a whole expiry").isFalse();
    }

    @Test
    void whoWasRemovedWhileItWasFrozenComesBackAndStays() {
        a.registry.register();
        b.registry.register();
        a.registry.removeDead();
        clock.tick(EXPIRY.plus(A_NANO));
        a.registry.removeDead();
        assertThat(b.isRegistered()).isFalse();

        b.registry.heartbeat();
        a.registry.removeDead();

        assertThat(b.isRegistered()).isTrue();
    }

    @Test
    void aChangeOfRoleIsShownAtOnce() {
        a.registry.register();
        a.runHeartbeats(NEVER);
        for (Role role : List.of(Role.FOLLOWER, Role.LEADER, Role.UNKNOWN, Role.LEADER)) {
            a.registry.setRole(role);
            await().until(() -> a.record().role() == role);
        }
    }

    @Test
    void heartbeatsComeAtTheirInterval() {
        a.registry.register();
        a.runHeartbeats(Duration.ofMillis(5));

        await().until(() -> a.record().heartbeats() > 5);
    }

    @Test
    void onlyALeaderRemovesTheDeadWithItsHeartbeats() {
        a.registry.register();
        b.registry.register();
        dead.add("process of b");
        a.registry.setRole(Role.FOLLOWER);
        a.runHeartbeats(Duration.ofMillis(5));
        long before = a.record().heartbeats();
        await().until(() -> a.record().heartbeats() > before + 3);
        assertThat(b.isRegistered()).isTrue();

        a.registry.setRole(Role.LEADER);

        await().until(() -> !b.isRegistered());
    }

    @Test
    void aStoreOutOfReachEndsNoHeartbeats() {
        a.registry.register();
        a.participants.fail(3);
        a.runHeartbeats(Duration.ofMillis(5));

        a.registry.setRole(Role.LEADER);

        await().until(() -> a.record().role() == Role.LEADER);
        assertThat(a.participants.hasFailuresLeft()).isFalse();
    }

    @Test
    void deregisteringRemovesTheRecordAndEndsTheHeartbeats() throws Exception {
        a.registry.register();
        a.runHeartbeats(Duration.ofMillis(5));

        a.registry.deregister();

        a.stop();
        assertThat(a.isRegistered()).isFalse();
        a.registry.heartbeat();
        assertThat(a.isRegistered())
                .as("a late heartbeat does not bring it back")
                .isFalse();
        a.registry.deregister();
    }

    @Test
    void aRecordIsNotWrittenAgainWhileItIsDeregistered() {
        a.registry.register();
        store.participants().delete(group, a.id);
        // The heartbeat found no record and is about to write it when the participant goes.
        a.participants.beforePut(() -> {
            a.participants.beforePut(() -> {});
            a.registry.deregister();
        });

        a.registry.heartbeat();

        assertThat(a.isRegistered()).isFalse();
    }

    @Test
    void whoDeregisteredCanRegisterAgain() {
        a.registry.register();
        a.registry.deregister();

        a.registry.register();
        store.participants().delete(group, a.id);
        a.registry.heartbeat();

        assertThat(a.isRegistered()).isTrue();
    }
}
