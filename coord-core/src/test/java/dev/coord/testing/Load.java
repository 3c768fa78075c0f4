package dev.coord.testing;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A worker that makes one small transaction after the other, each repeated until it is answered: it puts a new record, counts a
 * counter of its own on, and renews a lease of its own, over and over. What must be true afterwards is in {@link LoadCheck}.
 */
public final class Load implements AutoCloseable {
    /** The group of the records that are put. */
    static final String RECORDS = "load-records";
    /** The group of the counters, one for each worker. */
    static final String COUNTERS = "load-counters";

    private static final int PREPARATIONS = 2;

    private final Store store;
    private final String worker;
    private final LoadAccount account;
    private final long pauseNanos;
    private final Thread thread = new Thread(this::run, "load");
    private volatile boolean closed;

    /** What a step does. */
    enum Kind {
        CLAIM,
        MAKE_COUNTER,
        PUT,
        COUNT,
        RENEW
    }

    /** Starts a worker that waits for {@code pause} between two steps. */
    public static Load start(Store store, LoadAccount account, Duration pause) {
        var load = new Load(store, account, pause.toNanos());
        load.thread.setDaemon(true);
        load.thread.start();
        return load;
    }

    private Load(Store store, LoadAccount account, long pauseNanos) {
        this.store = store;
        this.worker = account.worker();
        this.account = account;
        this.pauseNanos = pauseNanos;
    }

    public String worker() {
        return worker;
    }

    /** What {@code step} does; they are counted from 1. */
    static Kind kind(long step) {
        if (step <= PREPARATIONS) {
            return step == 1 ? Kind.CLAIM : Kind.MAKE_COUNTER;
        }
        return switch ((int) ((step - PREPARATIONS - 1) % 3)) {
            case 0 -> Kind.PUT;
            case 1 -> Kind.COUNT;
            default -> Kind.RENEW;
        };
    }

    /** How many steps of one kind are among the first {@code steps}. */
    static long count(Kind kind, long steps) {
        return switch (kind) {
            case CLAIM -> Math.min(steps, 1);
            case MAKE_COUNTER -> steps >= PREPARATIONS ? 1 : 0;
            case PUT -> Math.max(0, steps - PREPARATIONS + 2) / 3;
            case COUNT -> Math.max(0, steps - PREPARATIONS + 1) / 3;
            case RENEW -> Math.max(0, steps - PREPARATIONS) / 3;
        };
    }

    static String leaseGroup(String worker) {
        return "load-" + worker;
    }

    static String record(String worker, long number) {
        return worker + "-" + number;
    }

    private void run() {
        for (long step = account.acknowledged() + 1; !closed; step++) {
            account.submit(step);
            if (!answered(step)) {
                return;
            }
            account.acknowledge(step);
            if (pauseNanos > 0) {
                LockSupport.parkNanos(pauseNanos);
            }
        }
    }

    /** Repeats until there is an answer; false if there was none when the load was closed. */
    private boolean answered(long step) {
        while (!closed) {
            try {
                BooleanSupplier work = work(kind(step), count(kind(step), step));
                if (!work.getAsBoolean()) {
                    wrong(step, "refused");
                }
                return true;
            } catch (StoreUnavailableException e) {
                // Its outcome is unknown: it is repeated.
                LockSupport.parkNanos(1_000_000);
            } catch (RuntimeException e) {
                wrong(step, e.toString());
                LockSupport.parkNanos(1_000_000);
            }
        }
        return false;
    }

    private void wrong(long step, String what) {
        account.noteWrong(step);
        Console.say("WRONG " + worker + " step " + step + " " + kind(step) + " " + what);
    }

    private BooleanSupplier work(Kind kind, long number) {
        return switch (kind) {
            case CLAIM ->
                () -> store.leases()
                        .claim(LeaseClaim.first(leaseGroup(worker), LeaseHolder.of(new ParticipantId(worker)), worker))
                        .accepted();
            case MAKE_COUNTER -> () -> put(COUNTERS, worker);
            case PUT -> () -> put(RECORDS, record(worker, number));
            case COUNT ->
                () -> store.participants().heartbeat(COUNTERS, new ParticipantId(worker), number, Role.UNKNOWN)
                        && store.participants()
                                .get(COUNTERS, new ParticipantId(worker))
                                .filter(counter -> counter.heartbeats() == number)
                                .isPresent();
            case RENEW ->
                () -> store.leases()
                        .renew(new LeaseRenewal(
                                leaseGroup(worker), new ParticipantId(worker), new Term(1), number, Duration.ZERO))
                        .accepted();
        };
    }

    private boolean put(String group, String id) {
        store.participants()
                .put(Participant.builder(group, new ParticipantId(id)).build());
        return true;
    }

    /** Ends it after the step under way. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
