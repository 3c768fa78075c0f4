package dev.coord.world;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.coord.ParticipantId;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The world for reading and writing from any participant. Reads are local, each from the snapshot of that moment. Each write is a
 * transaction of its own that the leader carries out, wherever it is; it returns when it is committed and this participant's view
 * has it. All methods may be called from any thread.
 *
 * <p>Writes throw {@link BlockingCallException} on a thread that must not wait, the leader's {@link WorldException}s, and {@link WorldUnavailableException} if no leader answered within the
 * submit timeout.
 */
public final class ForwardingWorldState implements WorldState {
    private final Supplier<Replica> replica;
    private final Supplier<Forwarder> forwarder;
    private final Consumer<WorldWrite> checked;
    private final WorldSettings settings;
    /** Blocks that were written here, to be sent with what refers to them. */
    private final Cache<ObjectRef, byte[]> written;

    /** @param checked throws what a write is refused with before it is sent */
    ForwardingWorldState(
            Supplier<Replica> replica,
            Supplier<Forwarder> forwarder,
            Consumer<WorldWrite> checked,
            WorldSettings settings) {
        this.replica = replica;
        this.forwarder = forwarder;
        this.checked = checked;
        this.settings = settings;
        this.written = Caffeine.newBuilder()
                .maximumWeight(settings.blockCacheBytes())
                .weigher((ObjectRef ref, byte[] content) -> content.length)
                .executor(Runnable::run)
                .build();
    }

    /** The world as it is here at this moment, for reads that belong together. */
    public WorldView snapshot() {
        return view();
    }

    private SnapshotView view() {
        if (replica.get().snapshotOrNull() == null && !awaitLoaded()) {
            throw new WorldUnavailableException(
                    "",
                    "The world was not read from the store within "
                            + settings.submitTimeout().toMillis()
                            + " ms: it is being opened, or the store does not answer",
                    null);
        }
        return replica.get().view();
    }

    private boolean awaitLoaded() {
        try {
            return replica.get().awaitSeqno(0, settings.submitTimeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public long seqno() {
        return view().seqno();
    }

    @Override
    public Optional<ObjectState> object(String key) {
        return view().object(key).map(seen -> new ForwardedObject(seen));
    }

    @Override
    public ObjectIterator<ObjectState> objects(String prefix, boolean reversed) {
        ObjectIterator<ObjectState> seen = view().objects(prefix, reversed);
        return new ObjectIterator<>() {
            @Override
            public void seek(String key) {
                seen.seek(key);
            }

            @Override
            public boolean hasNext() {
                return seen.hasNext();
            }

            @Override
            public ObjectState next() {
                return new ForwardedObject(seen.next());
            }
        };
    }

    @Override
    public List<ObjectState> objectsOwnedBy(ParticipantId owner) {
        return view().objectsOwnedBy(owner).stream()
                .<ObjectState>map(seen -> new ForwardedObject(seen))
                .toList();
    }

    @Override
    public int countObjects() {
        return view().countObjects();
    }

    @Override
    public List<GraphQuad> lookUpQuads(QuadFilter filter, int limit) {
        return view().lookUpQuads(filter, limit);
    }

    @Override
    public ObjectState createObject(String key, ObjectRef root, ObjectLifetime lifetime) {
        var unused = write(withBlock(WorldWrite.create(key, root, WorldCodec.message(lifetime)), root));
        return new ForwardedObject(seen(key));
    }

    @Override
    public ObjectState putObject(String key, ObjectRef root) {
        var unused = write(withBlock(WorldWrite.put(key, root), root));
        return new ForwardedObject(seen(key));
    }

    @Override
    public ObjectState putObject(String key, ObjectRef root, ObjectLifetime lifetime) {
        var unused = write(withBlock(WorldWrite.put(key, root, WorldCodec.message(lifetime)), root));
        return new ForwardedObject(seen(key));
    }

    @Override
    public boolean deleteObject(String key) {
        return write(WorldWrite.delete(key)).found();
    }

    @Override
    public ObjectState renameObject(String from, String to, boolean descendants) {
        var unused = write(WorldWrite.rename(from, to, descendants));
        return new ForwardedObject(seen(to));
    }

    /** It was there in the commit; another one may have deleted it by now. */
    private ObjectState seen(String key) {
        return view().object(key).orElseThrow(() -> new ObjectNotFoundException(key));
    }

    @Override
    public boolean setQuad(GraphQuad quad) {
        return write(WorldWrite.setQuad(quad)).found();
    }

    @Override
    public boolean deleteQuad(GraphQuad quad) {
        return write(WorldWrite.deleteQuad(quad)).found();
    }

    @Override
    public boolean deleteObjectQuads(String key) {
        return write(WorldWrite.deleteQuads(key)).found();
    }

    @Override
    public WorldResult applyWorldOp(WorldOperation operation, ParticipantId sender) {
        return write(WorldWrite.of(operation));
    }

    /** Carries out several writes together, or none of them. */
    public WorldResult apply(WorldBatch batch) {
        return write(WorldWrite.of(batch));
    }

    /** Has the leader remove the blocks that no object refers to, which it also does by itself at times. */
    public void sweep() {
        var unused = write(WorldWrite.sweep());
    }

    @Override
    public StorageCursor storage() {
        return new Cursor(view().storage(), "");
    }

    private WorldWrite withBlock(WorldWrite write, ObjectRef root) {
        byte[] content = root.isInline() ? null : written.getIfPresent(root);
        return content == null ? write : write.withBlock(root, content);
    }

    private WorldResult write(WorldWrite write) {
        return write(write, UUID.randomUUID().toString());
    }

    WorldResult write(WorldWrite write, String operationId) {
        Applying.checkWait(WorldKeys.shortened(write.type()));
        BlockingCalls.check(
                "A write to the world waits for the leader's answer",
                "Use World.submitAsync() or WorldTemplate.submitAsync(), or call it on a thread that may wait; an operation"
                        + " changes the state that it is given");
        Deadline deadline = Deadline.in(settings.submitTimeout());
        try {
            forwarder.get().awaitRoom(write, deadline);
            CompletableFuture<WorldResult> answer = send(write, operationId);
            // The forwarder gives up by itself; an engine that is not ours may not.
            Duration limit = settings.submitTimeout().plus(settings.operationTimeout());
            WorldResult result = answer.get(limit.toNanos(), TimeUnit.NANOSECONDS);
            // At least a moment: the commit has happened, and an error would say otherwise.
            long left = Math.max(Duration.ofSeconds(1).toNanos(), deadline.leftNanos());
            if (!replica.get().awaitSeqno(result.seqno(), Duration.ofNanos(left))) {
                throw WorldUnavailableException.outcomeUnknown(
                        operationId,
                        "it was committed as " + result.seqno() + ", but this view does not get there",
                        null);
            }
            return result;
        } catch (ExecutionException e) {
            throw Failures.thrown(e.getCause());
        } catch (TimeoutException e) {
            throw WorldUnavailableException.outcomeUnknown(operationId, "the engine gave no answer in time", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw WorldUnavailableException.outcomeUnknown(operationId, "waiting for its answer was interrupted", e);
        }
    }

    /** See {@link World#syncAsync}; what depends on it may block. */
    CompletableFuture<Long> syncAsync() {
        Replica own = replica.get();
        Duration timeout = settings.submitTimeout();
        // The forwarder gives up by itself; this is for what comes after.
        return send(WorldWrite.sync(), UUID.randomUUID().toString())
                .thenCompose(asked -> own.reached(asked.seqno()).orTimeout(timeout.toNanos(), TimeUnit.NANOSECONDS))
                .handleAsync(
                        (seqno, failure) -> {
                            Throwable cause = Failures.cause(failure);
                            if (cause == null) {
                                return seqno;
                            }
                            throw cause instanceof WorldException refused ? refused : notSynced(cause);
                        },
                        AnswerPool.EXECUTOR);
    }

    private WorldUnavailableException notSynced(Throwable cause) {
        String why = cause instanceof TimeoutException
                ? "this participant does not get to the commit that the leader named"
                : "no leader of this group said how far the world is";
        return new WorldUnavailableException(
                "",
                "Reads here may be old: " + why + " within "
                        + settings.submitTimeout().toMillis() + " ms. Try again, or read what is here",
                cause);
    }

    /** See {@link World#sync}. */
    long sync() {
        Applying.checkWait("sync");
        BlockingCalls.check(
                "A sync waits for the leader's answer",
                "Use World.syncAsync() or WorldTemplate.syncAsync(), or call it on a thread that may wait");
        try {
            return syncAsync().get();
        } catch (ExecutionException e) {
            throw Failures.thrown(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorldUnavailableException("", "Reads here may be old: waiting for the leader was interrupted", e);
        }
    }

    CompletableFuture<WorldResult> send(WorldWrite write, String operationId) {
        try {
            Applying.checkSubmit(WorldKeys.shortened(write.type()));
            checked.accept(write);
        } catch (BlockingCallException | OperationRejectedException e) {
            return CompletableFuture.failedFuture(e);
        }
        return forwarder.get().submit(write, operationId, settings.submitTimeout());
    }

    /** An object as it was seen, whose writes go to the leader. */
    private final class ForwardedObject implements ObjectState {
        private final ObjectState seen;

        ForwardedObject(ObjectState seen) {
            this.seen = seen;
        }

        private ObjectState now() {
            return view().object(key()).orElse(seen);
        }

        @Override
        public String key() {
            return seen.key();
        }

        @Override
        public ObjectRef rootRef() {
            return now().rootRef();
        }

        @Override
        public long rev() {
            return now().rev();
        }

        @Override
        public long modSeqno() {
            return now().modSeqno();
        }

        @Override
        public ObjectLifetime lifetime() {
            return now().lifetime();
        }

        @Override
        public byte[] content() {
            return now().content();
        }

        @Override
        public long setRootRef(ObjectRef root) {
            return write(withBlock(WorldWrite.setRoot(key(), root), root)).rev();
        }

        @Override
        public long setContent(byte[] content) {
            return setRootRef(storage().write(content));
        }

        @Override
        public long incrementRev() {
            return write(WorldWrite.incrementRev(key())).rev();
        }

        @Override
        public long setLifetime(ObjectLifetime lifetime) {
            return write(WorldWrite.setLifetime(key(), lifetime)).rev();
        }

        @Override
        public WorldResult applyObjectOp(ObjectOperation operation, ParticipantId sender) {
            return write(WorldWrite.of(key(), operation));
        }

        @Override
        public boolean awaitRev(long rev, Duration timeout) throws InterruptedException {
            return seen.awaitRev(rev, timeout);
        }

        @Override
        public String toString() {
            return now().toString();
        }
    }

    private final class Cursor implements StorageCursor {
        private final StorageCursor stored;
        private final String bucket;

        Cursor(StorageCursor stored, String bucket) {
            this.stored = stored;
            this.bucket = bucket;
        }

        @Override
        public ObjectRef ref() {
            return stored.ref();
        }

        @Override
        public StorageCursor at(ObjectRef ref) {
            return new Cursor(stored.at(ref), bucket);
        }

        @Override
        public StorageCursor inBucket(String name) {
            return new Cursor(stored, name);
        }

        @Override
        public byte[] read() {
            byte[] own = written.getIfPresent(ref());
            return own == null ? stored.read() : own.clone();
        }

        @Override
        public ObjectRef write(byte[] content) {
            ObjectRef made = ObjectRef.of(bucket, content);
            if (!made.isInline()) {
                written.put(made, content.clone());
            }
            return made;
        }
    }
}
