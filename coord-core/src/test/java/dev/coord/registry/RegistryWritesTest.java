package dev.coord.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreException;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.store.Store;
import dev.coord.testing.FaultyParticipants;
import dev.coord.testing.TestStores;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether the store writes, as the heartbeats tell: a full disk takes one write and refuses the next. */
class RegistryWritesTest {
    private final SettableNanoClock clock = new SettableNanoClock();
    private final Store store = TestStores.local(TestStores.memory());
    private final FaultyParticipants participants = new FaultyParticipants(store.participants());
    private final Registry registry = registry(participants);

    private Registry registry(ParticipantStore on) {
        return new Registry(
                on,
                Participant.builder("group", new ParticipantId("a")).build(),
                process -> false,
                Duration.ofSeconds(10),
                clock,
                InstantSource.system());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void afterAFailureSomeHeartbeatsInARowHaveToSucceed() {
        registry.register();
        assertThat(registry.isWriting()).isTrue();

        participants.fail(1);
        assertThatThrownBy(registry::heartbeat).isInstanceOf(StoreException.class);
        assertThat(registry.isWriting()).isFalse();
        registry.heartbeat();
        registry.heartbeat();
        participants.fail(1);
        assertThatThrownBy(registry::heartbeat).isInstanceOf(StoreException.class);
        registry.heartbeat();
        registry.heartbeat();
        assertThat(registry.isWriting()).isFalse();
        registry.heartbeat();
        assertThat(registry.isWriting()).isTrue();
    }

    @Test
    void aDoubtIsAFailure() {
        registry.register();
        registry.doubt();
        assertThat(registry.isWriting()).isFalse();
    }

    @Test
    void aHeartbeatThatHangsIsNoProof() {
        var hangs = new AtomicBoolean();
        var asked = new AtomicBoolean();
        var during = new Registry[1];
        Store slow = TestStores.with(store, store.leases(), store.participants());
        during[0] = registry(new SlowParticipants(slow.participants(), () -> {
            assertThat(during[0].isWriting()).isTrue();
            clock.tick(Duration.ofSeconds(1));
            hangs.set(!during[0].isWriting());
            asked.set(true);
        }));
        during[0].register();

        during[0].heartbeat();

        assertThat(asked).isTrue();
        assertThat(hangs).isTrue();
        assertThat(during[0].isWriting()).isTrue();
    }

    private record SlowParticipants(ParticipantStore store, Runnable onTheWay) implements ParticipantStore {
        @Override
        public Optional<Participant> get(String group, ParticipantId participant) {
            return store.get(group, participant);
        }

        @Override
        public void put(Participant participant) {
            store.put(participant);
        }

        @Override
        public void delete(String group, ParticipantId participant) {
            store.delete(group, participant);
        }

        @Override
        public List<Participant> list(String group) {
            return store.list(group);
        }

        @Override
        public boolean heartbeat(String group, ParticipantId participant, long heartbeats, Role role) {
            onTheWay.run();
            return store.heartbeat(group, participant, heartbeats, role);
        }
    }
}
