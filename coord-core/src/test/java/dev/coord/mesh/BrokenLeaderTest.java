package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.store.Participant;
import dev.coord.testing.TestTransport;
import dev.coord.time.NanoClock;
import dev.coord.transport.Address;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the end of the connection to the leader says of its process. */
// Some are closed in the middle; the second time does nothing.
@SuppressWarnings("try")
class BrokenLeaderTest {
    private static final String PROCESS = "the leader's process";

    @TempDir
    Path directory;

    private volatile Optional<LeaderInfo> leader = Optional.empty();
    private volatile List<Participant> participants = List.of();

    private final MeshDirectory known = new MeshDirectory() {
        @Override
        public List<Participant> participants() {
            return participants;
        }

        @Override
        public Optional<LeaderInfo> leader() {
            return leader;
        }

        @Override
        public Registration onChange(Runnable listener) {
            return () -> {};
        }
    };

    private Mesh mesh(TestTransport transport, String id) {
        var self = new ParticipantId(id);
        var made = new Mesh(
                "test",
                self,
                known,
                () -> new ParticipantInfo("test", self, 0, Role.FOLLOWER, new Term(1), List.of(), new TreeMap<>()),
                Members.PATIENT,
                () -> {},
                transport.in(directory),
                NanoClock.system());
        made.listen();
        made.serve();
        return made;
    }

    private void leads(Relay relay) throws Exception {
        var id = new ParticipantId("leader");
        participants = List.of(Participant.builder("test", id)
                .address(relay.address())
                .process(PROCESS)
                .build());
        leader = Optional.of(
                new LeaderInfo("test", id, new Term(1), 0, relay.address().toString()));
    }

    @ParameterizedTest
    @EnumSource(TestTransport.class)
    void whoseConnectionBrokeAndWhoseKernelRefusesAnotherIsGone(TestTransport transport) throws Exception {
        try (var led = mesh(transport, "leader");
                var follower = mesh(transport, "follower");
                var relay = new Relay(directory, transport, Address.parse(led.address()))) {
            leads(relay);
            await().until(() -> follower.isWatching(new ParticipantId("leader")));
            assertThat(follower.isGone(PROCESS)).isFalse();
            relay.close();
            relay.cut();
            await().until(() -> follower.isGone(PROCESS));
        }
    }

    @ParameterizedTest
    @EnumSource(TestTransport.class)
    void aConnectionThatBrokeSaysNothingOfTheOneAfterIt(TestTransport transport) throws Exception {
        try (var led = mesh(transport, "leader");
                var follower = mesh(transport, "follower");
                var relay = new Relay(directory, transport, Address.parse(led.address()))) {
            leads(relay);
            var id = new ParticipantId("leader");
            await().until(() -> follower.isWatching(id));
            relay.cut();
            await().until(() -> !follower.isWatching(id));
            await().until(() -> follower.isWatching(id));
            relay.close();
            // With a farewell: its process goes on.
            led.close();
            await().until(() -> !follower.isWatching(id));

            assertThat(follower.isGone(PROCESS)).isFalse();
        }
    }
}
