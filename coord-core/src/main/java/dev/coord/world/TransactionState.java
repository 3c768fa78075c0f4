package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.world.Snapshot.ObjectEntry;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot with the changes of one transaction, for its thread. It knows the rules of the world; nobody else sees the changes
 * until they are committed.
 */
final class TransactionState implements WorldState {
    /** What nothing refers to in the end is not stored, but takes memory until then. */
    private static final long MAX_WRITTEN_BYTES = 16L * ObjectRef.MAX_BLOCK;

    private final long base;
    private final Blocks blocks;
    /** Of the transactions before this one, and of the same commit. */
    private final Map<ObjectRef, byte[]> uncommitted;

    private final List<WorldChange> changes = new ArrayList<>();
    private final Map<ObjectRef, byte[]> written = new LinkedHashMap<>();
    private final long maxBytes;
    private Snapshot now;
    /** A little less than the log entry will have. */
    private long bytes;

    private long writtenBytes;
    private @Nullable String tooMuch;
    private volatile boolean ended;

    /** @param maxBytes of what changed, in the log; whatever has more is refused while it is done */
    TransactionState(Snapshot base, Blocks blocks, Map<ObjectRef, byte[]> uncommitted, long maxBytes) {
        this.maxBytes = maxBytes;
        this.now = base;
        this.base = base.seqno();
        this.blocks = blocks;
        this.uncommitted = uncommitted;
    }

    /** Whatever holds on to this can no longer use it. */
    void end() {
        ended = true;
    }

    private void checkOpen() {
        if (ended) {
            throw new IllegalStateException(
                    "The transaction that this view belonged to has ended: take a new view for new work");
        }
    }

    Snapshot snapshot() {
        return now;
    }

    List<WorldChange> changes() {
        return changes;
    }

    /** The large blocks that were written and that an object refers to now. */
    Map<ObjectRef, byte[]> referredBlocks() {
        Map<ObjectRef, byte[]> referred = new LinkedHashMap<>();
        for (WorldChange change : changes) {
            ObjectRef root = change instanceof ObjectSet set ? set.root() : ObjectRef.EMPTY;
            byte[] content = written.get(root);
            if (content != null) {
                referred.put(root, content);
            }
        }
        return referred;
    }

    /** @throws InvalidOperationException if it did more than one may, whatever became of the exception that said so then */
    void checkSize(String type) {
        if (tooMuch != null) {
            throw new InvalidOperationException(type, tooMuch);
        }
    }

    private void refuse(String what) {
        tooMuch = what + ". Divide it.";
        throw new InvalidOperationException("transaction", tooMuch);
    }

    private void add(WorldChange change) {
        if (bytes + ChangeSize.of(change) > maxBytes || tooMuch != null) {
            refuse("It changes too much: its log entry has more than " + maxBytes + " bytes after " + changes.size()
                    + " changes");
        }
        bytes += ChangeSize.of(change);
        now = now.with(change);
        changes.add(change);
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public long seqno() {
        return base;
    }

    @Override
    public Optional<ObjectState> object(String key) {
        checkOpen();
        return now.object(key) == null ? Optional.empty() : Optional.of(new ObjectInTransaction(key));
    }

    private ObjectEntry existing(String key) {
        checkOpen();
        ObjectEntry entry = now.object(key);
        if (entry == null) {
            throw new ObjectNotFoundException(key);
        }
        return entry;
    }

    @Override
    public ObjectState createObject(String key, ObjectRef root, ObjectLifetime lifetime) {
        checkOpen();
        WorldKeys.checked(key);
        if (now.object(key) != null) {
            throw new ObjectExistsException(key);
        }
        checkStored(root);
        set(key, root, 1, lifetime);
        return new ObjectInTransaction(key);
    }

    @Override
    public ObjectState putObject(String key, ObjectRef root) {
        checkOpen();
        if (now.object(WorldKeys.checkedCharacters(key)) == null) {
            return createObject(key, root);
        }
        var unused = setRoot(key, root);
        return new ObjectInTransaction(key);
    }

    @Override
    public ObjectState putObject(String key, ObjectRef root, ObjectLifetime lifetime) {
        checkOpen();
        ObjectEntry entry = now.object(WorldKeys.checkedCharacters(key));
        if (entry == null) {
            return createObject(key, root, lifetime);
        }
        checkStored(root);
        set(key, root, entry.rev() + 1, lifetime);
        return new ObjectInTransaction(key);
    }

    private void set(String key, ObjectRef root, long rev, ObjectLifetime lifetime) {
        add(new ObjectSet(key, root, rev, base + 1, lifetime));
    }

    private void checkStored(ObjectRef root) {
        if (!root.isInline()
                && !written.containsKey(root)
                && !uncommitted.containsKey(root)
                && !blocks.isStored(root)) {
            throw new BlockNotFoundException(root);
        }
    }

    /** What {@code work} changed is undone if it fails: whoever called it may go on. */
    private byte[] whole(String type, Transactions.OperationWork work) {
        Snapshot before = now;
        int changesBefore = changes.size();
        long bytesBefore = bytes;
        boolean done = false;
        try {
            byte[] value = Transactions.guarded(type, work);
            done = true;
            return value;
        } finally {
            if (!done) {
                now = before;
                bytes = bytesBefore;
                changes.subList(changesBefore, changes.size()).clear();
            }
        }
    }

    @Override
    public boolean deleteObject(String key) {
        checkOpen();
        WorldKeys.checkedCharacters(key);
        if (now.object(key) == null) {
            return false;
        }
        List<GraphQuad> quads = now.quadsOf(key);
        quads.forEach(quad -> add(new QuadDeleted(quad)));
        add(new ObjectDeleted(key));
        touch(ends(quads, key));
        return true;
    }

    private static Set<String> ends(Collection<GraphQuad> quads, String except) {
        Set<String> ends = new LinkedHashSet<>();
        for (GraphQuad quad : quads) {
            ends.add(quad.subject());
            ends.add(quad.object());
        }
        ends.remove(except);
        return ends;
    }

    private void touch(Set<String> keys) {
        for (String key : keys) {
            ObjectEntry entry = existing(key);
            set(key, entry.root(), entry.rev() + 1, entry.lifetime());
        }
    }

    @Override
    public ObjectState renameObject(String from, String to, boolean descendants) {
        existing(WorldKeys.checkedCharacters(from));
        WorldKeys.checked(to);
        Map<String, String> renames = new LinkedHashMap<>();
        renames.put(from, to);
        if (descendants) {
            now.descendants(from).forEach(key -> renames.put(key, to + key.substring(from.length())));
        }
        if (from.equals(to)) {
            return new ObjectInTransaction(to);
        }
        for (String key : renames.values()) {
            WorldKeys.checked(key);
            if (now.object(key) != null && !renames.containsKey(key)) {
                throw new ObjectExistsException(key);
            }
        }
        rename(renames);
        return new ObjectInTransaction(to);
    }

    /** All at once: a new key may be one of the old ones. */
    private void rename(Map<String, String> renames) {
        Set<GraphQuad> quads = new LinkedHashSet<>();
        renames.keySet().forEach(key -> quads.addAll(now.quadsOf(key)));
        quads.forEach(quad -> add(new QuadDeleted(quad)));
        boolean overlapping = renames.values().stream().anyMatch(renames::containsKey);
        if (overlapping) {
            Map<String, ObjectEntry> moved = new LinkedHashMap<>();
            renames.forEach((from, to) -> moved.put(to, existing(from)));
            renames.keySet().forEach(key -> add(new ObjectDeleted(key)));
            moved.forEach((key, entry) -> set(key, entry.root(), entry.rev(), entry.lifetime()));
        } else {
            renames.forEach((from, to) -> {
                ObjectEntry entry = existing(from);
                add(new ObjectRenamed(from, to, entry.root(), entry.rev(), base + 1, entry.lifetime()));
            });
        }
        for (GraphQuad quad : quads) {
            add(new QuadSet(new GraphQuad(
                    renames.getOrDefault(quad.subject(), quad.subject()),
                    quad.predicate(),
                    renames.getOrDefault(quad.object(), quad.object()),
                    quad.label())));
        }
    }

    @Override
    public ObjectIterator<ObjectState> objects(String prefix, boolean reversed) {
        checkOpen();
        return new SnapshotIterator(now.objects(), prefix, reversed, (key, entry) -> new ObjectInTransaction(key));
    }

    @Override
    public List<ObjectState> objectsOwnedBy(ParticipantId owner) {
        checkOpen();
        return now.ownedBy(owner).stream()
                .<ObjectState>map(ObjectInTransaction::new)
                .toList();
    }

    @Override
    public int countObjects() {
        checkOpen();
        return now.objects().size();
    }

    @Override
    public List<GraphQuad> lookUpQuads(QuadFilter filter, int limit) {
        checkOpen();
        return now.quads(filter, limit);
    }

    @Override
    public boolean setQuad(GraphQuad quad) {
        existing(quad.subject());
        existing(quad.object());
        if (now.bySubject().contains(quad)) {
            return false;
        }
        add(new QuadSet(quad));
        touch(ends(List.of(quad), ""));
        return true;
    }

    @Override
    public boolean deleteQuad(GraphQuad quad) {
        checkOpen();
        if (!now.bySubject().contains(quad)) {
            return false;
        }
        add(new QuadDeleted(quad));
        touch(ends(List.of(quad), ""));
        return true;
    }

    @Override
    public boolean deleteObjectQuads(String key) {
        checkOpen();
        WorldKeys.checkedCharacters(key);
        List<GraphQuad> quads = now.quadsOf(key);
        quads.forEach(quad -> add(new QuadDeleted(quad)));
        touch(ends(quads, ""));
        return !quads.isEmpty();
    }

    @Override
    public WorldResult applyWorldOp(WorldOperation operation, ParticipantId sender) {
        checkOpen();
        return WorldResult.of(whole(operation.type(), () -> operation.apply(this, sender)));
    }

    @Override
    public StorageCursor storage() {
        return new CursorInTransaction("", ObjectRef.EMPTY);
    }

    private long setRoot(String key, ObjectRef root) {
        ObjectEntry entry = existing(key);
        if (entry.root().equals(root)) {
            return entry.rev();
        }
        checkStored(root);
        set(key, root, entry.rev() + 1, entry.lifetime());
        return entry.rev() + 1;
    }

    private final class ObjectInTransaction implements ObjectState {
        private final String key;

        ObjectInTransaction(String key) {
            this.key = key;
        }

        @Override
        public String key() {
            return key;
        }

        @Override
        public ObjectRef rootRef() {
            return existing(key).root();
        }

        @Override
        public long rev() {
            return existing(key).rev();
        }

        @Override
        public long modSeqno() {
            return existing(key).modSeqno();
        }

        @Override
        public ObjectLifetime lifetime() {
            return existing(key).lifetime();
        }

        @Override
        public byte[] content() {
            return new CursorInTransaction("", rootRef()).read();
        }

        @Override
        public long setRootRef(ObjectRef root) {
            return setRoot(key, root);
        }

        @Override
        public long setContent(byte[] content) {
            return setRoot(key, storage().write(content));
        }

        @Override
        public long incrementRev() {
            ObjectEntry entry = existing(key);
            set(key, entry.root(), entry.rev() + 1, entry.lifetime());
            return entry.rev() + 1;
        }

        @Override
        public long setLifetime(ObjectLifetime lifetime) {
            ObjectEntry entry = existing(key);
            set(key, entry.root(), entry.rev() + 1, lifetime);
            return entry.rev() + 1;
        }

        @Override
        public WorldResult applyObjectOp(ObjectOperation operation, ParticipantId sender) {
            existing(key);
            return WorldResult.of(whole(operation.type(), () -> operation.apply(this, sender)));
        }

        @Override
        public boolean awaitRev(long rev, Duration timeout) {
            throw new UnsupportedOperationException(
                    "A transaction that waited for '" + key + "' would wait for itself: wait outside of it");
        }

        @Override
        public String toString() {
            ObjectEntry entry = now.object(key);
            return entry == null ? key + " (deleted)" : key + "@" + entry.rev();
        }
    }

    private final class CursorInTransaction implements StorageCursor {
        private final String bucket;
        private final ObjectRef ref;

        CursorInTransaction(String bucket, ObjectRef ref) {
            this.bucket = bucket;
            this.ref = ref;
        }

        @Override
        public ObjectRef ref() {
            return ref;
        }

        @Override
        public StorageCursor at(ObjectRef other) {
            return new CursorInTransaction(bucket, other);
        }

        @Override
        public StorageCursor inBucket(String name) {
            return new CursorInTransaction(name, ref);
        }

        @Override
        public byte[] read() {
            checkOpen();
            byte[] own = written.getOrDefault(ref, uncommitted.get(ref));
            return (own == null ? blocks.read(ref) : own).clone();
        }

        @Override
        public ObjectRef write(byte[] content) {
            checkOpen();
            ObjectRef made = ObjectRef.of(bucket, content);
            if (!made.isInline() && !written.containsKey(made)) {
                if (writtenBytes + content.length > MAX_WRITTEN_BYTES) {
                    refuse("It writes too much: more than " + MAX_WRITTEN_BYTES + " bytes of blocks");
                }
                writtenBytes += content.length;
                written.put(made, content.clone());
            }
            return made;
        }
    }
}
