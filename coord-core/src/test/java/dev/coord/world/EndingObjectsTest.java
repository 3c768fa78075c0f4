package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.NotBefore;
import dev.coord.time.SettableNanoClock;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** Objects that end by themselves; what a killed process leaves behind is in {@link EphemeralProcessTest}. */
class EndingObjectsTest {
    private static final byte[] CONTENT = {1};
    private static final Duration EXPIRY = Duration.ofSeconds(20);

    private static WorldGroup group;

    private final String key;

    EndingObjectsTest(TestInfo test) {
        key = test.getDisplayName();
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        group.join();
        group.join();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static void submit(Member member, WorldBatch batch) {
        var unused = member.world().submit(UUID.randomUUID().toString(), batch);
    }

    private static Optional<? extends ObjectView> object(World world, String key) {
        return world.read(view -> view.object(key));
    }

    private void awaitGone() {
        group.all()
                .forEach(member -> await().until(() ->
                        member.coordinator().leader().isEmpty()
                                || member.world().read(view -> view.object(key)).isEmpty()));
    }

    @Test
    void anObjectWhoseTimeIsOverIsDeletedByACommitAndNotBefore() {
        NotBefore written = NotBefore.fromNow();
        Duration time = Duration.ofMillis(200);
        submit(group.follower(), new WorldBatch().put(key, CONTENT, ObjectLifetime.timeToLive(time)));
        awaitGone();
        written.assertPassed(time);
        assertThat(group.leader().world().changes(0, 10_000))
                .filteredOn(entry -> entry.type().equals("expire"))
                .flatExtracting(LogEntry::changes)
                .contains(new WorldChange.ObjectDeleted(key));
    }

    @Test
    void theNextLeaderLetsItEndToo() {
        submit(group.follower(), new WorldBatch().put(key, CONTENT, ObjectLifetime.timeToLive(Duration.ofSeconds(2))));
        group.changeLeader();
        awaitGone();
    }

    @Test
    void anotherLifetimeTakesThePlaceOfTheOneBefore() {
        ObjectLifetime hour = ObjectLifetime.timeToLive(Duration.ofHours(1));
        ForwardingWorldState state = group.follower().world().state();
        ObjectState object = state.createObject(key, ObjectRef.EMPTY, hour);
        assertThat(object.lifetime()).isEqualTo(hour);
        assertThat(object.setLifetime(hour)).as("the same one begins anew").isEqualTo(2);
        assertThat(state.putObject(key, ObjectRef.of(CONTENT)).lifetime()).isEqualTo(hour);
        assertThat(object.setLifetime(ObjectLifetime.timeToLive(Duration.ofMillis(1))))
                .isEqualTo(4);
        awaitGone();
    }

    @Test
    void whatAParticipantOwnsEndsWithIt() {
        Member third = group.join();
        ParticipantId owner = third.handler().participant();
        submit(third, new WorldBatch().createEphemeral(key, CONTENT).create(key + "/stays", CONTENT));
        submit(third, new WorldBatch().put(key + "/2", CONTENT).putEphemeral(key + "/2", CONTENT));
        submit(third, new WorldBatch().setQuad(GraphQuad.of(key, "of", key + "/stays")));
        World reader = group.follower().world();
        long unused = reader.sync();
        List<? extends ObjectView> owned = reader.read(view -> view.objectsOwnedBy(owner));
        assertThat(owned).extracting(ObjectView::key).containsExactly(key, key + "/2");
        assertThat(object(reader, key).orElseThrow().lifetime()).isEqualTo(ObjectLifetime.ownedBy(owner));

        third.coordinator().close();

        awaitGone();
        Member leader = group.leader();
        await().until(() ->
                leader.world().read(view -> view.objectsOwnedBy(owner)).isEmpty());
        assertThat(object(leader.world(), key + "/stays")).isPresent();
        List<GraphQuad> quads = leader.world().read(view -> view.lookUpQuads(QuadFilter.to(key + "/stays"), 10));
        assertThat(quads).isEmpty();
        assertThat(leader.world().changes(0, 10_000))
                .filteredOn(entry -> entry.type().equals("end_ephemeral"))
                .filteredOn(entry -> entry.changes().contains(new WorldChange.ObjectDeleted(key)))
                .singleElement()
                .satisfies(entry -> assertThat(entry.changes())
                        .as("all in one commit")
                        .contains(new WorldChange.ObjectDeleted(key + "/2")));
    }

    @Test
    void whatIsOfAParticipantThatIsThereStays() {
        submit(group.follower(), new WorldBatch().createEphemeral(key, CONTENT));
        // One that has left ends at once; those that are there were looked at then, too.
        Member left = group.join();
        submit(left, new WorldBatch().createEphemeral(key + "/x", CONTENT));
        left.coordinator().close();
        await().until(() ->
                group.leader().world().read(view -> view.object(key + "/x")).isEmpty());
        assertThat(object(group.leader().world(), key)).isPresent();
    }

    @Test
    void theRowsHaveWhatTheLogHas() {
        var lifetime =
                ObjectLifetime.ownedBy(group.leader().handler().participant()).withTimeToLive(Duration.ofHours(1));
        submit(group.leader(), new WorldBatch().put(key, CONTENT).put(key, CONTENT, lifetime));
        try (Store store = group.openStore()) {
            long head = store.world().head("default").seqno();
            while (store.world().checkpoint("default", 100_000) < head) {
                assertThat(store.world().head("default").seqno()).isGreaterThanOrEqualTo(head);
            }
            var read = new WorldLoader(store.world(), "default").load(entry -> {});
            assertThat(read.object(key)).isNotNull();
            assertThat(read.object(key).lifetime()).isEqualTo(lifetime);
            assertThat(store.world().objects("default", "", 10_000).objects())
                    .filteredOn(row -> row.key().equals(key))
                    .singleElement()
                    .satisfies(row -> {
                        assertThat(row.modSeqno()).isEqualTo(read.object(key).modSeqno());
                        assertThat(row.ttlMillis()).isEqualTo(3_600_000);
                        assertThat(row.owner()).isEqualTo(lifetime.ownerValue());
                    });
            assertThat(read.limited()).contains(key);
        }
    }

    @Test
    void aParticipantThatIsNotRememberedYetHasNotEnded() {
        var id = new ParticipantId("one");
        Participant living = Participant.builder("group", id).process("alive").build();
        Participant dead = Participant.builder("group", id).process("dead").build();
        Set<ParticipantId> one = Set.of(id);
        assertThat(ended(List.of(living), List.of()).apply(one)).isEmpty();
        assertThat(ended(List.of(), List.of(living)).apply(one)).isEmpty();
        assertThat(ended(List.of(dead), List.of(dead)).apply(one)).isEqualTo(one);
    }

    private static EndedParticipants ended(List<Participant> remembered, List<Participant> stored) {
        return ended(() -> remembered, () -> stored, new SettableNanoClock());
    }

    private static EndedParticipants ended(
            Supplier<List<Participant>> remembered, Supplier<List<Participant>> stored, SettableNanoClock clock) {
        return new EndedParticipants(remembered, stored, "dead"::equals, EXPIRY, clock);
    }

    @Test
    void oneThatWasListedAndIsNotAnyMoreHasEndedAtOnce() {
        var id = new ParticipantId("one");
        List<Participant> list = new ArrayList<>();
        list.add(Participant.builder("group", id).process("alive").build());
        EndedParticipants ended = ended(() -> list, () -> list, new SettableNanoClock());
        ended.look();
        list.clear();
        assertThat(ended.apply(Set.of(id))).containsExactly(id);
    }

    @Test
    void oneThatWasNeverListedHasEndedOnlyAfterTheExpiry() {
        var id = new ParticipantId("one");
        var clock = new SettableNanoClock();
        List<Participant> list = new ArrayList<>();
        EndedParticipants ended = ended(() -> list, () -> list, clock);
        for (int i = 0; i < 4; i++) {
            assertThat(ended.apply(Set.of(id))).isEmpty();
            clock.tick(EXPIRY.dividedBy(4));
        }
        assertThat(ended.apply(Set.of(id))).containsExactly(id);

        clock.tick(EXPIRY);
        assertThat(ended.apply(Set.of(id))).as("nobody looked all that time").isEmpty();
        list.add(Participant.builder("group", id).process("alive").build());
        assertThat(ended.apply(Set.of(id))).as("it has registered").isEmpty();
    }

    @Test
    void whoeverHasNotStartedCannotOwnObjectsYet() {
        Member early = group.build(EngineFactory.defaults());
        early.coordinator().open();
        ParticipantId self = early.handler().participant();
        List<WorldBatch> batches = List.of(
                new WorldBatch().createEphemeral(key, CONTENT),
                new WorldBatch().ifAbsent(key).putEphemeral(key, CONTENT),
                new WorldBatch().put(key, CONTENT).setLifetime(key, ObjectLifetime.ownedBy(self)));
        for (WorldBatch batch : batches) {
            assertThatThrownBy(() -> submit(early, batch))
                    .isInstanceOf(OperationRejectedException.class)
                    .hasMessageContaining("takes part only when the coordinator of group default has started");
        }
        submit(early, new WorldBatch().put(key, CONTENT));
        assertThat(object(early.world(), key).orElseThrow().rev()).isEqualTo(1);

        group.start(early);
        submit(early, new WorldBatch().putEphemeral(key, CONTENT));

        assertThat(object(early.world(), key).orElseThrow().lifetime()).isEqualTo(ObjectLifetime.ownedBy(self));
        early.coordinator().close();
        awaitGone();
    }
}
