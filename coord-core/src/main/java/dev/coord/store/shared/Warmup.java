package dev.coord.store.shared;

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
import dev.coord.time.NanoClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads and compiles what an owner needs before this process has to be one: it opens a throw-away database file and runs the same
 * statements. A process that did so is owner three to seven times quicker.
 */
final class Warmup implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Warmup.class);
    private static final int ROUNDS = 50;

    private final SharedDirectory directory;
    private final EpochFile epochs;
    private final BooleanSupplier wanted;

    /** @param wanted false when this process has better things to do */
    Warmup(SharedDirectory directory, EpochFile epochs, BooleanSupplier wanted) {
        this.directory = directory;
        this.epochs = epochs;
        this.wanted = wanted;
    }

    @Override
    public void run() {
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
        String group = "warm-up";
        var id = new ParticipantId("warm-up");
        Term seen = leases.get(group).map(Lease::term).orElse(Term.NONE);
        var claimed = leases.claim(LeaseClaim.first(group, LeaseHolder.of(id), Integer.toString(round))
                .withSeen(seen, 0));
        Term term = claimed.lease().map(Lease::term).orElse(Term.NONE);
        leases.renew(new LeaseRenewal(group, id, term, 1, Duration.ZERO));
        participants.put(
                Participant.builder(group, id).capabilities(List.of("any")).build());
        participants.heartbeat(group, id, 1, Role.UNKNOWN);
        participants.list(group);
        participants.delete(group, id);
        leases.release(new LeaseRelease(group, id, term));
    }
}
