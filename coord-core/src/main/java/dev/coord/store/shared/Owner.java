package dev.coord.store.shared;

import dev.coord.DirectoryException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.journal.NoSpaceException;
import dev.coord.time.NanoClock;
import dev.coord.work.Trouble;
import dev.coord.work.Workers;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open database of one epoch. Every answer, an acknowledgement, a read or a refusal, is given only if the epoch is still
 * its own after the work was done: whatever was acknowledged was then in the journal before anyone could have copied it.
 *
 * <p>Leases come first, whatever else waits. Of the rest, those that wait are a group of as many as take little time: they are
 * appended to the journal together, carried out one after the other, forced to the disk together if any of them demands it, and
 * answered.
 */
final class Owner implements Route {
    private static final Logger LOG = LoggerFactory.getLogger(Owner.class);

    private static final int MOST_IN_GROUP = 256;

    private static final long MOST_BYTES_IN_GROUP = 1024 * 1024;
    /** A lease waits for the group before it, so a group that takes longer makes the next ones smaller. */
    private static final long GROUP_NANOS = Duration.ofMillis(5).toNanos();

    private final long epoch;
    private final EpochFile epochs;
    private final Failpoints failpoints;
    private final Opening opening;
    private final ExecutorService jdbc;
    private final ExecutorService forcing;
    private final Queue<Asked> leases = new ConcurrentLinkedQueue<>();
    private final Queue<Asked> commits = new ConcurrentLinkedQueue<>();
    private final Queue<Asked> others = new ConcurrentLinkedQueue<>();
    private boolean othersTurn;
    private int mostInGroup = MOST_IN_GROUP;
    private final InstantSource wallClock = InstantSource.system();
    private final NanoClock clock = NanoClock.system();
    private final AtomicBoolean signWaits = new AtomicBoolean();
    private final AtomicBoolean forcingNow = new AtomicBoolean();
    private volatile @Nullable JournaledDatabase database;
    private volatile @Nullable Throwable failure;
    private volatile boolean working;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Set<CompletableFuture<?>> unanswered = ConcurrentHashMap.newKeySet();
    private final Trouble trouble = new Trouble(LOG, "An operation of the owner", NanoClock.system());
    private final Trouble full = new Trouble(LOG, "Writing to the journal", NanoClock.system());

    /** Opens the database, on the thread that it is for. */
    interface Opening {
        JournaledDatabase open() throws IOException, SQLException;
    }

    /** An operation that waits for its turn. */
    private record Asked(StoreRequest request, CompletableFuture<StoreResponse> answer) {}

    Owner(long epoch, EpochFile epochs, Opening opening, Failpoints failpoints) {
        this.epoch = epoch;
        this.epochs = epochs;
        this.opening = opening;
        this.failpoints = failpoints;
        // A thread of its own (E8), which nobody interrupts: an interrupt would close the database for all processes.
        // One alone, because H2 (2.4.240, MVStore.collectChangedMapRoots) takes the state of its maps one after the
        // other when it stores a commit: of a transaction that another thread is in, a change may be stored without the
        // record that undoes it, and shows after a crash.
        this.jdbc = Executors.newSingleThreadExecutor(work -> Workers.daemon("coord-store-jdbc", work));
        // A disk may take long, and leases do not wait for it.
        this.forcing = Executors.newSingleThreadExecutor(work -> Workers.daemon("coord-store-force", work));
    }

    long epoch() {
        return epoch;
    }

    /** Opens the database. Waits for it even if this owner ends meanwhile: until then, it may still write. */
    void open() throws IOException, NotOwnerException, SQLException {
        CompletableFuture<JournaledDatabase> open = CompletableFuture.supplyAsync(
                () -> {
                    try {
                        return opening.open();
                    } catch (IOException | SQLException e) {
                        throw new CompletionException(e);
                    }
                },
                jdbc);
        try {
            database = open.join();
        } catch (CompletionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof SQLException failed) {
                throw failed;
            }
            if (cause instanceof IOException failed) {
                throw failed;
            }
            if (cause instanceof RuntimeException failed) {
                throw failed;
            }
            throw new NotOwnerException(String.valueOf(cause), e);
        }
    }

    /** Looks whether its files are in place, and stores what waits to be stored for long already. */
    void rest() {
        between(() -> {
            opened().checkInPlace();
            storeIfDue();
        });
    }

    /**
     * Carries out {@code request} on the JDBC thread. Fails with {@link NotOwnerException} if nobody may be told, and at once when
     * this owner ends, whatever that thread is busy with: another one may serve already.
     */
    // Futures are compared by identity here, which is meant.
    @SuppressWarnings("CollectionUndefinedEquality")
    CompletableFuture<StoreResponse> submit(StoreRequest request) {
        var answer = new CompletableFuture<StoreResponse>();
        unanswered.add(answer);
        var unused = answer.whenComplete((response, failed) -> unanswered.remove(answer));
        waiting(request).add(new Asked(request, answer));
        if (ended.getCount() == 0) {
            answer.completeExceptionally(over());
        } else if (!execute(this::carryOutGroup)) {
            answer.completeExceptionally(new NotOwnerException("the owner of epoch " + epoch + " is closing"));
        }
        return answer;
    }

    private Queue<Asked> waiting(StoreRequest request) {
        return switch (StoreCalls.urgency(request)) {
            case LEASE -> leases;
            case COMMIT -> commits;
            case OTHER -> others;
        };
    }

    /** Whether {@code work}, which is to be done with the database, will be: there must be no transaction beside it. */
    private boolean execute(Runnable work) {
        try {
            jdbc.execute(work);
            return true;
        } catch (RejectedExecutionException e) {
            LOG.trace("The owner of epoch {} is closing", epoch, e);
            return false;
        }
    }

    private interface Work {
        void run() throws IOException, NotOwnerException, SQLException;
    }

    /** Does {@code work} between operations, unless this owner has ended; it ends if that fails. */
    private void between(Work work) {
        var unused = execute(() -> {
            if (ended.getCount() == 0) {
                return;
            }
            try {
                work.run();
            } catch (NotOwnerException e) {
                LOG.debug("The owner of epoch {} cannot look after its database", epoch, e);
            } catch (IOException | SQLException | RuntimeException | Error e) {
                var unusedToo = failed(e);
            }
        });
    }

    private NotOwnerException over() {
        return new NotOwnerException("the owner of epoch " + epoch + " has ended");
    }

    @Override
    public StoreResponse execute(StoreRequest request, long timeoutNanos)
            throws NotOwnerException, TimeoutException, InterruptedException {
        CompletableFuture<StoreResponse> answer = submit(request);
        try {
            return answer.get(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (TimeoutException | InterruptedException e) {
            // If it has not begun, it need not.
            answer.cancel(false);
            throw e;
        } catch (ExecutionException e) {
            throw new NotOwnerException("the owner of epoch " + epoch + " gave no answer", e);
        }
    }

    private void carryOutGroup() {
        if (ended.getCount() == 0) {
            return;
        }
        List<Asked> group = new ArrayList<>();
        try {
            JournaledDatabase opened = opened();
            long began = clock.nanoTime();
            List<Optional<StoreResponse>> answers = carryOutNext(group, opened);
            failpoints.reached(Failpoints.Step.DONE_NOT_ANSWERED);
            // The fence (E4): whatever the answers are, they hold only if nobody can have copied the journal before the
            // work was done.
            checkCurrent();
            for (int i = 0; i < answers.size(); i++) {
                CompletableFuture<StoreResponse> answer = group.get(i).answer();
                answers.get(i)
                        .ifPresentOrElse(
                                answer::complete,
                                () -> answer.completeExceptionally(
                                        new NotOwnerException("it could not be carried out")));
            }
            adapt(group.size(), clock.nanoTime() - began);
            storeIfDue();
        } catch (NotOwnerException e) {
            group.forEach(asked -> asked.answer().completeExceptionally(e));
        } catch (IOException | SQLException | RuntimeException | Error e) {
            NotOwnerException told = failed(e);
            group.forEach(asked -> asked.answer().completeExceptionally(told));
        }
    }

    /**
     * Carries out the next ones, which it adds to {@code group}: leases first, and by themselves, so that they wait for nothing
     * else; then commits and the others in turn.
     */
    private List<Optional<StoreResponse>> carryOutNext(List<Asked> group, JournaledDatabase opened) throws IOException {
        if (take(leases, group, MOST_IN_GROUP)) {
            return carryOut(group, opened);
        }
        boolean othersFirst = othersTurn;
        othersTurn = !othersTurn;
        if (!(othersFirst && !others.isEmpty()) && take(commits, group, mostInGroup)) {
            return carryOut(group, opened);
        }
        Asked next = next(others);
        if (next == null) {
            take(commits, group, mostInGroup);
            return carryOut(group, opened);
        }
        group.add(next);
        return StoreCalls.writes(next.request()) ? carryOut(group, opened) : read(group, opened);
    }

    /** The answers to {@code group}, which it adds more reads to as long as that takes little time. */
    private List<Optional<StoreResponse>> read(List<Asked> group, JournaledDatabase opened) {
        long began = clock.nanoTime();
        List<Optional<StoreResponse>> answers = new ArrayList<>();
        while (true) {
            answers.add(carryOut(0, group.get(group.size() - 1).request(), opened));
            Asked waiting = others.peek();
            if (waiting == null
                    || StoreCalls.writes(waiting.request())
                    || group.size() == MOST_IN_GROUP
                    || !leases.isEmpty()
                    || clock.nanoTime() - began >= GROUP_NANOS) {
                return answers;
            }
            // Nobody else takes any.
            group.add(others.remove());
        }
    }

    private static boolean take(Queue<Asked> waiting, List<Asked> group, int most) {
        long bytes = 0;
        while (group.size() < most && bytes < MOST_BYTES_IN_GROUP) {
            Asked next = next(waiting);
            if (next == null) {
                break;
            }
            group.add(next);
            bytes += next.request().getSerializedSize();
        }
        return !group.isEmpty();
    }

    private static @Nullable Asked next(Queue<Asked> waiting) {
        Asked next = waiting.poll();
        // Whoever was told already, or waits no more, has given up.
        while (next != null && next.answer().isDone()) {
            next = waiting.poll();
        }
        return next;
    }

    private void adapt(int size, long nanos) {
        if (nanos > GROUP_NANOS && size > 1) {
            mostInGroup = Math.max(1, Math.min(mostInGroup, size) / 2);
        } else if (nanos < GROUP_NANOS / 2 && size >= mostInGroup) {
            mostInGroup = Math.min(MOST_IN_GROUP, 2 * mostInGroup);
        }
    }

    /** The answers to {@code group}; none for what failed in a way that may pass. */
    private List<Optional<StoreResponse>> carryOut(List<Asked> group, JournaledDatabase opened) throws IOException {
        var numbers = new long[group.size()];
        boolean force = false;
        boolean writes = false;
        Instant now = wallClock.instant();
        for (int i = 0; i < numbers.length; i++) {
            StoreRequest request = group.get(i).request();
            if (StoreCalls.writes(request)) {
                numbers[i] = opened.add(request, now);
                writes = true;
                force |= request.getSync() || StoreCalls.grantsTerm(request);
            }
        }
        if (writes) {
            try {
                opened.append();
            } catch (NoSpaceException e) {
                full.failedBadly(e);
                return refused(group, e);
            }
        }
        List<Optional<StoreResponse>> answers = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            answers.add(carryOut(numbers[i], group.get(i).request(), opened));
        }
        if (force) {
            opened.force();
        }
        if (writes) {
            opened.acknowledge();
            working = true;
            full.worked();
        }
        return answers;
    }

    /** Nothing of {@code group} is in the journal, so nothing of it will ever happen (J10). */
    private static List<Optional<StoreResponse>> refused(List<Asked> group, NoSpaceException why) {
        StoreResponse refusal = StoreResponse.newBuilder()
                .setFull(true)
                .setError(why.getMessage() + ". Nothing of it happened; make space, and repeat it")
                .build();
        return Collections.nCopies(group.size(), Optional.of(refusal));
    }

    private Optional<StoreResponse> carryOut(long number, StoreRequest request, JournaledDatabase opened) {
        try {
            return Optional.of(opened.carryOut(number, request));
        } catch (RuntimeException e) {
            if (!JournaledDatabase.isRepeatable(e)) {
                // The next owner, which carries out the journal, may succeed: what is told must not depend on it (J8).
                throw e;
            }
            if (e instanceof StoreUnavailableException) {
                LOG.debug("It may pass, and the one who asked will ask again", e);
                return Optional.empty();
            }
            if (!(e instanceof StoreException)) {
                trouble.failed(e);
            }
            return Optional.of(failure(request, e));
        }
    }

    /** Ends this owner because of {@code why}: what is in the journal and not carried out, the next one carries out. */
    private NotOwnerException failed(Throwable why) {
        synchronized (unanswered) {
            // What follows of it is no news.
            if (failure == null) {
                failure = why;
            }
        }
        end();
        return new NotOwnerException("the owner of epoch " + epoch + " failed: " + why, why);
    }

    private JournaledDatabase opened() throws NotOwnerException {
        JournaledDatabase opened = database;
        if (opened == null) {
            throw new NotOwnerException("the database of epoch " + epoch + " is not open yet");
        }
        return opened;
    }

    private void storeIfDue() throws IOException, SQLException, NotOwnerException {
        JournaledDatabase opened = opened();
        if (!opened.isStoreDue() || ended.getCount() == 0) {
            return;
        }
        // A deposed owner leaves its file alone, so that a copy of it can be made (E5).
        checkCurrent();
        if (opened.store() && forcingNow.compareAndSet(false, true)) {
            long stored = opened.stored();
            forcing.execute(() -> {
                try {
                    opened.forceStored();
                    between(() -> opened.forced(stored));
                } catch (IOException | RuntimeException | Error e) {
                    if (ended.getCount() > 0) {
                        var unused = failed(e);
                    }
                } finally {
                    forcingNow.set(false);
                }
            });
        }
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
            var unused = execute(() -> {
                signWaits.set(false);
                sign.run();
            });
        }
    }

    private static StoreResponse failure(StoreRequest request, Throwable e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return StoreResponse.newBuilder()
                .setError(e instanceof StoreException ? message : request.getOperationCase() + " failed: " + message)
                .build();
    }

    /** Why it ended, if it failed. */
    @Nullable
    Throwable failure() {
        return failure;
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

    /** Waits for operations under way, then closes the database without writing anything (E5). */
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
        forcing.shutdown();
        JournaledDatabase opened = database;
        if (opened != null) {
            opened.close();
        }
    }
}
