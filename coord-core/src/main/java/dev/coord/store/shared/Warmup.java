package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads and compiles what a process needs that has to lead at once, or to own the database, before it has to: it asks the owner
 * often, opens a throw-away database file and runs the same statements. A process that did so is owner three to seven times quicker.
 * It begins when another process owns the database, and this one has had time to start.
 */
final class Warmup implements Workers.Work {
    private static final Logger LOG = LoggerFactory.getLogger(Warmup.class);
    private static final int ROUNDS = 50;
    /** So many calls, and the way to the owner and back is compiled. */
    private static final int READS = 300;
    /** An application that starts has better use for its processors. */
    private static final Duration SETTLING = Duration.ofSeconds(1);

    private static final String GROUP = "warm-up";

    private final SharedDirectory directory;
    private final EpochFile epochs;
    private final Routes routes;
    private final LeaseStore shared;
    private final BooleanSupplier wanted;

    /**
     * @param shared the leases of whoever owns the database
     * @param wanted false when this process has better things to do
     */
    Warmup(SharedDirectory directory, EpochFile epochs, Routes routes, LeaseStore shared, BooleanSupplier wanted) {
        this.directory = directory;
        this.epochs = epochs;
        this.routes = routes;
        this.shared = shared;
        this.wanted = wanted;
    }

    @Override
    public void run() throws InterruptedException {
        if (!routes.awaitAny() || routes.awaitClosed(Deadline.in(SETTLING)) || !wanted.getAsBoolean()) {
            return;
        }
        askOwner();
        useFile();
    }

    private void askOwner() {
        try {
            for (int i = 0; i < READS && wanted.getAsBoolean(); i++) {
                shared.get(GROUP);
            }
        } catch (CoordException e) {
            LOG.debug("The owner does not answer", e);
        }
    }

    private void useFile() {
        Path file = directory.temporaryDatabase();
        NanoClock clock = NanoClock.system();
        long start = clock.nanoTime();
        try {
            directory.disk().create(file).close();
            long epoch = epochs.get();
            JournaledDatabase.create(directory, file, directory.journal(file), epoch);
            // Twice: the first opens an empty file, the second one that was closed as if its process had died.
            use(file, epoch);
            use(file, epoch);
            LOG.debug("Warmed up in {} ms", clock.since(start).toMillis());
        } catch (Exception e) {
            // It only costs speed later, and the reason will show again if it stands.
            LOG.debug("Could not warm up", e);
        } finally {
            discard(file);
        }
    }

    private void discard(Path file) {
        try {
            directory.journal(file).delete();
        } catch (IOException e) {
            LOG.debug("Could not remove the journal of {}", file, e);
        }
        Database.discard(directory.disk(), file);
    }

    private void use(Path file, long epoch) throws Exception {
        var owner = new Owner(
                epoch, epochs, () -> JournaledDatabase.openTemporary(directory, file, epoch, wanted), Failpoints.NONE);
        try {
            owner.open();
            Function<StoreRequest, StoreResponse> send =
                    request -> owner.submit(request).join();
            for (int i = 0; i < ROUNDS && wanted.getAsBoolean(); i++) {
                operate(new StoreCalls.Leases(send), new StoreCalls.Participants(send), i);
            }
        } finally {
            owner.close();
        }
    }

    private static void operate(LeaseStore leases, ParticipantStore participants, int round) {
        var id = new ParticipantId("warm-up");
        Term seen = leases.get(GROUP).map(Lease::term).orElse(Term.NONE);
        var claimed = leases.claim(LeaseClaim.first(GROUP, LeaseHolder.of(id), Integer.toString(round))
                .withSeen(seen, 0));
        Term term = claimed.lease().map(Lease::term).orElse(Term.NONE);
        leases.renew(new LeaseRenewal(GROUP, id, term, 1, Duration.ZERO));
        participants.put(
                Participant.builder(GROUP, id).capabilities(List.of("any")).build());
        participants.heartbeat(GROUP, id, 1, Role.UNKNOWN);
        participants.list(GROUP);
        participants.delete(GROUP, id);
        leases.release(new LeaseRelease(GROUP, id, term));
    }
}
