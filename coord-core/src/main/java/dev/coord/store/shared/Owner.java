package dev.coord.store.shared;

import dev.coord.DirectoryException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.CommitSignal;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.time.NanoClock;
import dev.coord.work.Trouble;
import dev.coord.work.Workers;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open database of one epoch. Every answer, an acknowledgement, a read or a refusal, is given only if the epoch is still
 * its own after the work was done: whatever was acknowledged was then in the file before anyone could have copied it.
 */
final class Owner implements Route {
    private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

    private final long epoch;
    private final EpochFile epochs;
    private final Database database;
    private final JdbcStore store;
    private final Failpoints failpoints;
    private final ExecutorService jdbc;
    private final AtomicBoolean signWaits = new AtomicBoolean();
    private volatile boolean working;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private final Trouble trouble = new Trouble(LOG, "An operation of the owner", NanoClock.system());

    Owner(
            long epoch,
            EpochFile epochs,
            Database database,
            Consumer<Set<CommitSignal.Topic>> committed,
            Failpoints failpoints) {
        this.epoch = epoch;
        this.epochs = epochs;
        this.database = database;
        this.failpoints = failpoints;
        this.store = new JdbcStore(database.connections(), Dialect.H2, InstantSource.system(), committed);
        // A thread of its own, which nobody interrupts: an interrupt would close the database for all processes. One
        // alone,
        // because H2 (2.4.240, MVStore.collectChangedMapRoots) takes the state of its maps one after the other when it
        // stores a
        // commit: of a transaction that another thread is in, a change may be stored without the record that undoes it,
        // and
        // shows after a crash.
        this.jdbc = Executors.newSingleThreadExecutor(work -> Workers.daemon("coord-store-jdbc", work));
    }

    long epoch() {
        return epoch;
    }

    /** Makes the tables, or brings them up to date. */
    void migrate() throws NotOwnerException, SQLException {
        await(submit(() -> {
            store.migrate();
            return Boolean.TRUE;
        }));
    }

    /** Forces what was committed to the disk. */
    void sync() throws NotOwnerException, SQLException {
        await(submit(() -> {
            database.sync();
            return Boolean.TRUE;
        }));
    }

    /**
     * Carries out {@code request} on the JDBC thread. Fails with {@link NotOwnerException} if nobody may be told, and at once when
     * this owner ends, whatever that thread is busy with: another one may serve already.
     */
    CompletableFuture<StoreResponse> submit(StoreRequest request) {
        CompletableFuture<StoreResponse> answer = submit(() -> run(request));
        var unused = answer.whenComplete((response, failure) -> {
            if (failure instanceof RuntimeException || failure instanceof Error) {
                trouble.failed(failure);
            }
        });
        return answer;
    }

    /** Everything that is done with the database, for there must be no transaction beside it. */
    private interface Work<T> {
        T run() throws NotOwnerException, SQLException;
    }

    // Futures are compared by identity here, which is meant.
    @SuppressWarnings("CollectionUndefinedEquality")
    private <T> CompletableFuture<T> submit(Work<T> work) {
        var answer = new CompletableFuture<T>();
        unanswered.add(answer);
        var unused = answer.whenComplete((result, failure) -> unanswered.remove(answer));
        if (ended.getCount() == 0) {
            answer.completeExceptionally(over());
            return answer;
        }
        try {
            jdbc.execute(() -> {
                try {
                    answer.complete(work.run());
                } catch (NotOwnerException | SQLException | RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new NotOwnerException("the owner of epoch " + epoch + " is closing", e));
        }
        return answer;
    }

    private static void await(CompletableFuture<Boolean> work) throws NotOwnerException, SQLException {
        try {
            var unused = work.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failed) {
                throw failed;
            }
            if (cause instanceof RuntimeException failed) {
                throw failed;
            }
            throw new NotOwnerException(String.valueOf(cause), e);
        }
    }

    private NotOwnerException over() {
        return new NotOwnerException("the owner of epoch " + epoch + " has ended");
    }

    @Override
    public StoreResponse execute(StoreRequest request, long timeoutNanos)
            throws NotOwnerException, TimeoutException, InterruptedException {
        try {
            return submit(request).get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new NotOwnerException("the owner of epoch " + epoch + " gave no answer", e);
        }
    }

    private StoreResponse run(StoreRequest request) throws NotOwnerException {
        if (ended.getCount() == 0) {
            throw over();
        }
        StoreResponse response;
        try {
            response = StoreCalls.execute(store, request);
            working |= StoreCalls.writes(request);
            if (request.getSync() && StoreCalls.writes(request)) {
                database.sync();
            }
        } catch (StoreUnavailableException | SQLException e) {
            endIfUnusable();
            throw new NotOwnerException(String.valueOf(e.getMessage()), e);
        } catch (StoreException e) {
            endIfUnusable();
            response = failure(request, e);
        } catch (RuntimeException e) {
            trouble.failed(e);
            response = failure(request, e);
        }
        failpoints.reached(Failpoints.Step.DONE_NOT_ANSWERED);
        // The fence: whatever the answer is, it holds only if nobody can have copied the file before the work was done.
        checkCurrent();
        return response;
    }

    private void checkCurrent() throws NotOwnerException {
        boolean current;
        boolean still;
        try {
            current = epochs.get() == epoch;
            still = epochs.isStill(epoch);
        } catch (DirectoryException e) {
            end();
            throw new NotOwnerException("the epoch cannot be read", e);
        }
        if (!current) {
            end();
            throw new NotOwnerException("epoch " + epoch + " is over");
        }
        if (!still) {
            // The file was removed, and is about to be made again: until then others may count the epochs by another
            // one.
            throw new NotOwnerException("the epoch file is not in place");
        }
    }

    /** Runs {@code sign} on the JDBC thread, unless the last one still waits: an owner that hangs gives no sign of life. */
    void giveSign(Runnable sign) {
        if (signWaits.compareAndSet(false, true)) {
            try {
                jdbc.execute(() -> {
                    signWaits.set(false);
                    sign.run();
                });
            } catch (RejectedExecutionException e) {
                LOG.trace("The owner of epoch {} is closing", epoch, e);
            }
        }
    }

    private static StoreResponse failure(StoreRequest request, Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return StoreResponse.newBuilder()
                .setError(e instanceof StoreException ? message : request.getOperationCase() + " failed: " + message)
                .build();
    }

    private void endIfUnusable() throws NotOwnerException {
        if (ended.getCount() == 0 || !database.isUsable()) {
            end();
            throw new NotOwnerException("the database of epoch " + epoch + " is closed");
        }
    }

    /** Whether it has lately carried out an operation that writes, and none has failed since. */
    boolean isWorking() {
        return working;
    }

    /** Ends this owner; nobody gets an answer any more, and those who wait for one are told so. */
    void end() {
        ended.countDown();
        // Who comes later finds it ended.
        unanswered.forEach(answer -> answer.completeExceptionally(over()));
    }

    /** Waits until this owner has ended, at most for {@code max}; says whether it has. */
    boolean awaitEnd(Duration max) throws InterruptedException {
        return ended.await(max.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Waits for operations under way, then closes the database without writing anything. */
    void close() {
        end();
        jdbc.shutdown();
        try {
            if (!jdbc.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("Closing the database of epoch {} under operations that did not end within 1 s", epoch);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        database.close();
    }
}
