package dev.coord.spring.test;

import dev.coord.ParticipantId;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The leases of a store, each of which only the participant that is meant to lead can claim. */
final class TestLeases implements LeaseStore {
    /** Whoever is refused asks again at once. */
    private static final long REFUSAL_MILLIS = 20;

    private final LeaseStore leases;
    private final Map<String, ParticipantId> meant = new HashMap<>();

    TestLeases(LeaseStore leases) {
        this.leases = leases;
    }

    /** From now on nobody but {@code participant} can claim the lease of {@code group}; who holds it keeps it. */
    synchronized void setMeant(String group, ParticipantId participant) {
        meant.put(group, participant);
        notifyAll();
    }

    /**
     * As {@link #setMeant}, and whoever else holds the lease has lost it. What {@code participant} may have claimed meanwhile
     * stands.
     */
    synchronized void depose(String group, ParticipantId participant) {
        setMeant(group, participant);
        if (leases.get(group)
                .filter(lease -> lease.holder().isPresent() && !lease.isHeldBy(participant))
                .isPresent()) {
            leases.delete(group);
        }
    }

    // Not beside depose(), which would take away what was just granted.
    @Override
    public synchronized LeaseAnswer claim(LeaseClaim claim) {
        return awaitMeant(claim) ? leases.claim(claim) : new LeaseAnswer(false, leases.get(claim.group()));
    }

    private boolean awaitMeant(LeaseClaim claim) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(REFUSAL_MILLIS);
        while (!isMeant(claim)) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private boolean isMeant(LeaseClaim claim) {
        return claim.participant().equals(meant.get(claim.group()));
    }

    @Override
    public List<String> groups() {
        return leases.groups();
    }

    @Override
    public Optional<Lease> get(String group) {
        return leases.get(group);
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
    public LeaseAnswer renew(LeaseRenewal renewal) {
        return leases.renew(renewal);
    }

    @Override
    public LeaseAnswer release(LeaseRelease release) {
        return leases.release(release);
    }
}
