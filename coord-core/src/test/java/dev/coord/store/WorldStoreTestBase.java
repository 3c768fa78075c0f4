package dev.coord.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.WorldBegin;
import dev.coord.proto.WorldBlockRemoval;
import dev.coord.proto.WorldChange;
import dev.coord.proto.WorldCommit;
import dev.coord.proto.WorldEntry;
import dev.coord.proto.WorldHead;
import dev.coord.proto.WorldObject;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldResult;
import dev.coord.proto.WorldStoredBlock;
import dev.coord.proto.WorldTruncation;
import dev.coord.store.WorldStore.WorldAnswer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A store, and a new group for each test. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class WorldStoreTestBase {
    static final String A = "a";
    static final String B = "b";

    Store store;
    WorldStore world;
    String group = "";

    /** A new store; it may keep files in {@code directory}. */
    protected abstract Store open(Path directory);

    @BeforeAll
    void openStore(@TempDir Path directory) {
        store = open(directory);
        world = store.world();
        store.leases().get("wait until it answers");
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @BeforeEach
    void newGroup() {
        group = "group-" + UUID.randomUUID();
    }

    /** From now on {@code holder} holds the lease; nobody if it is empty. */
    void lease(String holder, long term) {
        store.leases()
                .put(LeaseRecord.newBuilder()
                        .setGroup(group)
                        .setTerm(term)
                        .setLeaderId(holder)
                        .build());
    }

    WorldAnswer begin(String who, long term) {
        return world.begin(WorldBegin.newBuilder()
                .setGroup(group)
                .setParticipantId(who)
                .setTerm(term)
                .build());
    }

    /** {@code who} holds the lease, and its term has begun. */
    void lead(String who, long term) {
        lease(who, term);
        assertThat(begin(who, term).accepted()).isTrue();
    }

    WorldCommit commit(String who, long term, long base, WorldEntry... entries) {
        return WorldCommit.newBuilder()
                .setGroup(group)
                .setParticipantId(who)
                .setTerm(term)
                .setBaseSeqno(base)
                .addAllEntries(List.of(entries))
                .build();
    }

    void committed(WorldCommit commit) {
        WorldAnswer answer = world.commit(commit);
        assertThat(answer.accepted()).isTrue();
        assertThat(answer.head()).isEqualTo(head());
        assertThat(head().getSeqno()).isEqualTo(commit.getBaseSeqno() + commit.getEntriesCount());
    }

    WorldAnswer truncate(String who, long term, long upTo) {
        return world.truncate(WorldTruncation.newBuilder()
                .setGroup(group)
                .setParticipantId(who)
                .setTerm(term)
                .setUpToSeqno(upTo)
                .build());
    }

    WorldAnswer removeBlocks(String who, long term, long base, WorldRef... refs) {
        return world.removeBlocks(WorldBlockRemoval.newBuilder()
                .setGroup(group)
                .setParticipantId(who)
                .setTerm(term)
                .setBaseSeqno(base)
                .addAllRefs(List.of(refs))
                .build());
    }

    /** The head but for its checkpoint, as answers have it. */
    WorldHead head() {
        return world.head(group).toBuilder().clearCheckpointSeqno().build();
    }

    List<WorldEntry> log() {
        return world.log(group, head().getTruncatedSeqno(), 1_000_000).entries();
    }

    /** Has the rows follow the log to its end. */
    void checkpoint() {
        while (world.checkpoint(group, 1_000_000) < world.head(group).getSeqno()) {
            assertThat(world.head(group).getSeqno()).isPositive();
        }
    }

    List<WorldObject> objects() {
        checkpoint();
        return world.objects(group, "", 1000).objects();
    }

    List<WorldQuad> quads() {
        checkpoint();
        return world.quads(group, WorldQuad.getDefaultInstance(), 1000).quads();
    }

    static WorldEntry entry(long seqno, long term, WorldChange... changes) {
        return WorldEntry.newBuilder()
                .setSeqno(seqno)
                .setTerm(term)
                .setOpId("op-" + seqno)
                .setType("test")
                .setSender("sender")
                .addAllChanges(List.of(changes))
                .setResult(WorldResult.newBuilder().setSeqno(seqno).setTerm(term))
                .setCommittedAtNanos(1)
                .build();
    }

    static WorldRef ref(String bucket, String address) {
        return WorldRef.newBuilder()
                .setBucket(bucket)
                .setAddress(ByteString.copyFromUtf8(address))
                .build();
    }

    static WorldStoredBlock block(String bucket, String address, String content) {
        return WorldStoredBlock.newBuilder()
                .setRef(ref(bucket, address))
                .setContent(ByteString.copyFromUtf8(content))
                .build();
    }

    static WorldChange put(String key, long rev) {
        return WorldChange.newBuilder()
                .setObjectPut(WorldChange.ObjectPut.newBuilder()
                        .setKey(key)
                        .setRoot(ref("bucket", "root of " + key))
                        .setRev(rev))
                .build();
    }

    static WorldChange removed(String key) {
        return WorldChange.newBuilder()
                .setObjectRemoved(WorldChange.ObjectRemoved.newBuilder().setKey(key))
                .build();
    }

    static WorldChange renamed(String from, String to, long rev) {
        return WorldChange.newBuilder()
                .setObjectRenamed(WorldChange.ObjectRenamed.newBuilder()
                        .setFrom(from)
                        .setTo(to)
                        .setRoot(ref("bucket", "root of " + from))
                        .setRev(rev))
                .build();
    }

    static WorldQuad quad(String subject, String predicate, String object, String label) {
        return WorldQuad.newBuilder()
                .setSubject(subject)
                .setPredicate(predicate)
                .setObject(object)
                .setLabel(label)
                .build();
    }

    static WorldChange set(WorldQuad quad) {
        return WorldChange.newBuilder().setQuadSet(quad).build();
    }

    static WorldChange deleted(WorldQuad quad) {
        return WorldChange.newBuilder().setQuadDeleted(quad).build();
    }

    static List<String> keys(List<WorldObject> objects) {
        List<String> keys = new ArrayList<>();
        objects.forEach(object -> keys.add(object.getKey() + "@" + object.getRev()));
        return keys;
    }
}
