package dev.coord.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.WorldChangeRecord;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldResultRecord;
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
        Lease free = Lease.free(group, new Term(term));
        store.leases().put(holder.isEmpty() ? free : free.withHolder(LeaseHolder.of(new ParticipantId(holder))));
    }

    private WorldWriter writer(String who, long term) {
        return new WorldWriter(group, new ParticipantId(who), new Term(term));
    }

    WorldAnswer begin(String who, long term) {
        return world.begin(writer(who, term));
    }

    /** {@code who} holds the lease, and its term has begun. */
    void lead(String who, long term) {
        lease(who, term);
        assertThat(begin(who, term).accepted()).isTrue();
    }

    /** What a leader commits. */
    record Commit(WorldWriter writer, long baseSeqno, List<StoredEntry> entries, List<StoredBlock> blocks) {
        Commit with(StoredBlock... written) {
            return new Commit(writer, baseSeqno, entries, List.of(written));
        }
    }

    Commit commit(String who, long term, long base, StoredEntry... entries) {
        return new Commit(writer(who, term), base, List.of(entries), List.of());
    }

    WorldAnswer send(Commit commit) {
        return world.commit(commit.writer(), commit.baseSeqno(), commit.entries(), commit.blocks());
    }

    void committed(Commit commit) {
        WorldAnswer answer = send(commit);
        assertThat(answer.accepted()).isTrue();
        assertThat(answer.head()).isEqualTo(head());
        assertThat(head().seqno())
                .isEqualTo(commit.baseSeqno() + commit.entries().size());
    }

    WorldAnswer truncate(String who, long term, long upTo) {
        return world.truncate(writer(who, term), upTo);
    }

    WorldAnswer removeBlocks(String who, long term, long base, BlockRef... refs) {
        return world.removeBlocks(writer(who, term), base, List.of(refs));
    }

    /** The head but for its checkpoint, as answers have it. */
    WorldHead head() {
        WorldHead head = world.head(group);
        return new WorldHead(head.term(), head.seqno(), head.truncatedSeqno(), 0);
    }

    List<StoredEntry> log() {
        return world.log(group, head().truncatedSeqno(), 1_000_000).entries();
    }

    /** Has the rows follow the log to its end. */
    void checkpoint() {
        while (world.checkpoint(group, 1_000_000) < world.head(group).seqno()) {
            assertThat(world.head(group).seqno()).isPositive();
        }
    }

    List<StoredObject> objects() {
        checkpoint();
        return world.objects(group, "", 1000).objects();
    }

    List<StoredQuad> quads() {
        checkpoint();
        return world.quads(group, StoredQuad.NONE, 1000).quads();
    }

    static StoredEntry entry(long seqno, long term, WorldChangeRecord... changes) {
        return entry("test", seqno, term, changes);
    }

    static StoredEntry entry(String type, long seqno, long term, WorldChangeRecord... changes) {
        return new StoredEntry(WorldEntryRecord.newBuilder()
                .setSeqno(seqno)
                .setTerm(term)
                .setOpId("op-" + seqno)
                .setType(type)
                .setSender("sender")
                .addAllChanges(List.of(changes))
                .setResult(WorldResultRecord.newBuilder().setSeqno(seqno).setTerm(term))
                .setCommittedAtNanos(1)
                .build()
                .toByteArray());
    }

    static BlockRef ref(String bucket, String address) {
        return new BlockRef(bucket, address.getBytes(UTF_8));
    }

    static StoredBlock block(String bucket, String address, String content) {
        return new StoredBlock(ref(bucket, address), content.getBytes(UTF_8));
    }

    private static WorldRef rootOf(String key) {
        return WorldRef.newBuilder()
                .setBucket("bucket")
                .setAddress(ByteString.copyFromUtf8("root of " + key))
                .build();
    }

    static WorldChangeRecord put(String key, long rev) {
        return WorldChangeRecord.newBuilder()
                .setObjectPut(WorldChangeRecord.ObjectPut.newBuilder()
                        .setKey(key)
                        .setRoot(rootOf(key))
                        .setRev(rev))
                .build();
    }

    static WorldChangeRecord removed(String key) {
        return WorldChangeRecord.newBuilder()
                .setObjectRemoved(WorldChangeRecord.ObjectRemoved.newBuilder().setKey(key))
                .build();
    }

    static WorldChangeRecord renamed(String from, String to, long rev) {
        return WorldChangeRecord.newBuilder()
                .setObjectRenamed(WorldChangeRecord.ObjectRenamed.newBuilder()
                        .setFrom(from)
                        .setTo(to)
                        .setRoot(rootOf(from))
                        .setRev(rev))
                .build();
    }

    static StoredQuad quad(String subject, String predicate, String object, String label) {
        return new StoredQuad(subject, predicate, object, label);
    }

    private static WorldQuad message(StoredQuad quad) {
        return WorldQuad.newBuilder()
                .setSubject(quad.subject())
                .setPredicate(quad.predicate())
                .setObject(quad.object())
                .setLabel(quad.label())
                .build();
    }

    static WorldChangeRecord set(StoredQuad quad) {
        return WorldChangeRecord.newBuilder().setQuadSet(message(quad)).build();
    }

    static WorldChangeRecord deleted(StoredQuad quad) {
        return WorldChangeRecord.newBuilder().setQuadDeleted(message(quad)).build();
    }

    static List<String> keys(List<StoredObject> objects) {
        List<String> keys = new ArrayList<>();
        objects.forEach(object -> keys.add(object.key() + "@" + object.rev()));
        return keys;
    }
}
