package dev.coord.testing;

import dev.coord.StoreUnavailableException;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Leases whose answers can be lost or late, as a test says. What happened to a call that throws is unknown to its caller. */
public final class FaultyLeases implements LeaseStore {
    /** What goes wrong with a call. */
    public enum Fault {
        NONE,
        /** Nothing is done. */
        BEFORE,
        /** It is done, and the answer is lost. */
        AFTER
    }

    private final LeaseStore leases;
    private final AtomicLong calls = new AtomicLong();
    private Supplier<Fault> next = () -> Fault.NONE;
    private Runnable onTheWay = () -> {};
    private Runnable onTheWayBack = () -> {};

    public FaultyLeases(LeaseStore leases) {
        this.leases = leases;
    }

    /** Asked for each call what goes wrong with it. */
    public void faults(Supplier<Fault> faults) {
        next = faults;
    }

    /** The next call fails so, and the later ones do not fail. */
    public void failOnce(Fault fault) {
        next = () -> {
            next = () -> Fault.NONE;
            return fault;
        };
    }

    /** What happens before each call is carried out, and before its answer is there. */
    public void delays(Runnable before, Runnable after) {
        onTheWay = before;
        onTheWayBack = after;
    }

    @Override
    public List<String> groups() {
        return leases.groups();
    }

    @Override
    public Optional<Lease> get(String group) {
        return call(() -> leases.get(group));
    }

    @Override
    public void put(Lease lease) {
        leases.put(lease);
    }

    @Override
    public void delete(String group) {
        leases.delete(group);
    }

    @Override
    public LeaseAnswer claim(LeaseClaim claim) {
        return call(() -> leases.claim(claim));
    }

    @Override
    public LeaseAnswer renew(LeaseRenewal renewal) {
        return call(() -> leases.renew(renewal));
    }

    @Override
    public LeaseAnswer release(LeaseRelease release) {
        return call(() -> leases.release(release));
    }

    /** How many calls there were. */
    public long calls() {
        return calls.get();
    }

    private <T> T call(Supplier<T> work) {
        calls.incrementAndGet();
        Fault fault = next.get();
        onTheWay.run();
        if (fault == Fault.BEFORE) {
            throw new StoreUnavailableException("a fault before anything was done", null);
        }
        T answer = work.get();
        onTheWayBack.run();
        if (fault == Fault.AFTER) {
            throw new StoreUnavailableException("a fault after it was done", null);
        }
        return answer;
    }
}
