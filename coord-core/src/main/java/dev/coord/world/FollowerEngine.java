package dev.coord.world;

import dev.coord.CoordException;
import dev.coord.ParticipantId;
import dev.coord.store.CommitSignal;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A world for reading: a snapshot that goes on by the change log, as soon as the commit signal says that there is more. It reads
 * the whole world once, and again only if the log was truncated before it could follow, or the store has another world all of a
 * sudden.
 */
public final class FollowerEngine implements WorldEngine {
    private static final Logger LOG = LoggerFactory.getLogger(FollowerEngine.class);
    /** How often it looks when nothing tells it to. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration AFTER_ERROR = Duration.ofMillis(50);

    private final String group;
    private final CommitSignal signal;
    private final Supplier<WorldHead> head;
    private final Replica replica;
    private volatile boolean closed;
    private boolean failing;

    /** @param head how far the world is in the store now */
    FollowerEngine(String group, CommitSignal signal, Supplier<WorldHead> head, Replica replica) {
        this.group = group;
        this.signal = signal;
        this.head = head;
        this.replica = replica;
    }

    /** An engine on its own, outside of a coordinator. Call {@link #run()} on a thread. */
    public static FollowerEngine of(String group, WorldStore store, CommitSignal signal, WorldSettings settings) {
        var blocks = new Blocks(store, group, settings.blockCacheBytes());
        return new FollowerEngine(
                group,
                signal,
                () -> store.head(group),
                new Replica(
                        new WorldLoader(store, group),
                        blocks,
                        new Watchers(settings.maxQueueBytes()),
                        settings.resultCacheBytes()));
    }

    Replica replica() {
        return replica;
    }

    /** {@code again} has {@link #run()} called when this participant does not lead any more. */
    void whenToFollow(Runnable again) {
        replica.whenToFollow(again);
    }

    /** Follows until it is closed, this participant leads, or the thread is interrupted. */
    public void run() throws InterruptedException {
        boolean told = true;
        while (!closed && !replica.isLed()) {
            long seen = signal.current();
            if (tryFollow(told)) {
                told = awaitNews(seen);
            } else {
                signal.await(seen, AFTER_ERROR);
            }
        }
    }

    private boolean tryFollow(boolean told) {
        try {
            if (told || !replica.isAt(head.get())) {
                replica.follow();
            }
            failing = false;
            return true;
        } catch (CoordException e) {
            // Whoever leaves may well ask a store that is closing.
            if (!failing && !closed) {
                LOG.warn("Group {}: cannot follow the world, trying again: {}", group, e.getMessage());
            }
        } catch (RuntimeException | Error e) {
            if (!failing) {
                LOG.error("Group {}: following the world failed, trying again", group, e);
            }
        }
        failing = true;
        return false;
    }

    /** Waits until it may be time to look; says whether somebody said that there is something. */
    private boolean awaitNews(long seen) throws InterruptedException {
        Deadline deadline = Deadline.in(LOOK);
        long handled = seen;
        while (!closed && !deadline.isOver()) {
            long current = signal.await(handled, Set.of(CommitSignal.Topic.HEAD), deadline.left());
            if (signal.changedSince(handled, CommitSignal.Topic.HEAD)) {
                return true;
            }
            handled = current;
        }
        return false;
    }

    @Override
    public WorldTransaction newTransaction(boolean write) {
        if (write) {
            throw new ReadOnlyWorldException("transaction");
        }
        return new ReadTransaction(replica.view());
    }

    @Override
    public long seqno() {
        return replica.seqno();
    }

    @Override
    public boolean awaitSeqno(long seqno, Duration timeout) throws InterruptedException {
        return replica.awaitSeqno(seqno, timeout);
    }

    @Override
    public StorageCursor buildStorageCursor() {
        return replica.view().storage();
    }

    @Override
    public CompletableFuture<WorldResult> submit(WorldWrite write, String operationId, ParticipantId sender) {
        return CompletableFuture.failedFuture(new ReadOnlyWorldException(write.type()));
    }

    /** Ends {@link #run()}. */
    @Override
    public void close() {
        closed = true;
        signal.wake(CommitSignal.Topic.HEAD);
    }
}
