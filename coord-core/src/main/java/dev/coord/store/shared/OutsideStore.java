package dev.coord.store.shared;

import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.CommitSignal;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store of a directory for whoever looks in from outside, and is none of the processes that use it. */
abstract class OutsideStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(OutsideStore.class);

    final SharedDirectory directory;
    final SignalBoard board = new SignalBoard();
    private final LeaseStore leases = new StoreCalls.Leases(this::call);
    private final ParticipantStore participants = new StoreCalls.Participants(this::call);
    private final WorldStore world = new WorldCalls(this::call);

    OutsideStore(SharedDirectory directory) {
        this.directory = directory;
    }

    /** Has an operation carried out. */
    abstract StoreResponse call(StoreRequest request);

    /** {@code response} with the paths as they are here. */
    final StoreResponse answer(StoreResponse response) {
        if (response.getFull()) {
            throw new StoreUnavailableException("The store of " + directory.root() + ": " + response.getError(), null);
        }
        if (!response.getError().isEmpty()) {
            throw new StoreException("The store of " + directory.root() + ": " + response.getError(), null);
        }
        return directory.names().local(response);
    }

    @Override
    public LeaseStore leases() {
        return leases;
    }

    @Override
    public ParticipantStore participants() {
        return participants;
    }

    @Override
    public WorldStore world() {
        return world;
    }

    @Override
    public CommitSignal signal() {
        return board;
    }

    @Override
    public boolean isProvenDead(String lifeToken) {
        try {
            return LifeLocks.isProvenDead(directory, lifeToken);
        } catch (IOException e) {
            LOG.debug("Cannot look at {}", lifeToken, e);
            return false;
        }
    }
}
