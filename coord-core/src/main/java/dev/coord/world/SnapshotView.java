package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.world.Snapshot.ObjectEntry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A snapshot for reading. */
final class SnapshotView implements WorldState {
    private final Snapshot snapshot;
    private final Blocks blocks;
    private final RevWaiter waiter;

    /** Waits for revisions of objects in the world as it goes on. */
    interface RevWaiter {
        boolean awaitRev(String key, long rev, Duration timeout) throws InterruptedException;
    }

    SnapshotView(Snapshot snapshot, Blocks blocks, RevWaiter waiter) {
        this.snapshot = snapshot;
        this.blocks = blocks;
        this.waiter = waiter;
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public long seqno() {
        return snapshot.seqno();
    }

    @Override
    public Optional<ObjectState> object(String key) {
        ObjectEntry entry = snapshot.object(key);
        return entry == null ? Optional.empty() : Optional.of(new View(key, entry));
    }

    @Override
    public ObjectIterator<ObjectState> objects(String prefix, boolean reversed) {
        return new SnapshotIterator(snapshot.objects(), prefix, reversed, View::new);
    }

    @Override
    public List<ObjectState> objectsOwnedBy(ParticipantId owner) {
        return snapshot.ownedBy(owner).stream()
                .flatMap(key -> object(key).stream())
                .toList();
    }

    @Override
    public int countObjects() {
        return snapshot.objects().size();
    }

    @Override
    public List<GraphQuad> lookUpQuads(QuadFilter filter, int limit) {
        return snapshot.quads(filter, limit);
    }

    @Override
    public StorageCursor storage() {
        return new Cursor(ObjectRef.EMPTY);
    }

    @Override
    public ObjectState createObject(String key, ObjectRef root, ObjectLifetime lifetime) {
        throw readOnly(key);
    }

    @Override
    public ObjectState putObject(String key, ObjectRef root) {
        throw readOnly(key);
    }

    @Override
    public ObjectState putObject(String key, ObjectRef root, ObjectLifetime lifetime) {
        throw readOnly(key);
    }

    @Override
    public boolean deleteObject(String key) {
        throw readOnly(key);
    }

    @Override
    public ObjectState renameObject(String from, String to, boolean descendants) {
        throw readOnly(from);
    }

    @Override
    public boolean setQuad(GraphQuad quad) {
        throw readOnly(quad.toString());
    }

    @Override
    public boolean deleteQuad(GraphQuad quad) {
        throw readOnly(quad.toString());
    }

    @Override
    public boolean deleteObjectQuads(String key) {
        throw readOnly(key);
    }

    @Override
    public WorldResult applyWorldOp(WorldOperation operation, ParticipantId sender) {
        throw readOnly(operation.type());
    }

    private static ReadOnlyWorldException readOnly(String what) {
        return new ReadOnlyWorldException(what);
    }

    private final class View implements ObjectState {
        private final String key;
        private final ObjectEntry entry;

        View(String key, ObjectEntry entry) {
            this.key = key;
            this.entry = entry;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public ObjectRef rootRef() {
            return entry.root();
        }

        @Override
        public long rev() {
            return entry.rev();
        }

        @Override
        public long modSeqno() {
            return entry.modSeqno();
        }

        @Override
        public ObjectLifetime lifetime() {
            return entry.lifetime();
        }

        @Override
        public byte[] content() {
            return blocks.read(entry.root()).clone();
        }

        @Override
        public long setRootRef(ObjectRef root) {
            throw readOnly(key);
        }

        @Override
        public long setContent(byte[] content) {
            throw readOnly(key);
        }

        @Override
        public long incrementRev() {
            throw readOnly(key);
        }

        @Override
        public long setLifetime(ObjectLifetime lifetime) {
            throw readOnly(key);
        }

        @Override
        public WorldResult applyObjectOp(ObjectOperation operation, ParticipantId sender) {
            throw readOnly(key);
        }

        @Override
        public boolean awaitRev(long rev, Duration timeout) throws InterruptedException {
            return waiter.awaitRev(key, rev, timeout);
        }

        @Override
        public String toString() {
            return key + "@" + entry.rev();
        }
    }

    private final class Cursor implements StorageCursor {
        private final ObjectRef ref;

        Cursor(ObjectRef ref) {
            this.ref = ref;
        }

        @Override
        public ObjectRef ref() {
            return ref;
        }

        @Override
        public StorageCursor at(ObjectRef other) {
            return new Cursor(other);
        }

        @Override
        public StorageCursor inBucket(String bucket) {
            return this;
        }

        @Override
        public byte[] read() {
            return blocks.read(ref).clone();
        }

        @Override
        public ObjectRef write(byte[] content) {
            throw readOnly("block");
        }
    }
}
