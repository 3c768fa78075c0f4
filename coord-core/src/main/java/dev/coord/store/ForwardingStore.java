package dev.coord.store;

import dev.coord.Registration;
import java.util.List;
import java.util.Optional;

/** A store that is another one, but for what a subclass does in a way of its own. Closing it closes the other. */
public abstract class ForwardingStore implements Store {
    private final Store store;

    /** Does what {@code store} does. */
    protected ForwardingStore(Store store) {
        this.store = store;
    }

    @Override
    public LeaseStore leases() {
        return store.leases();
    }

    @Override
    public ParticipantStore participants() {
        return store.participants();
    }

    @Override
    public WorldStore world() {
        return store.world();
    }

    @Override
    public CommitSignal signal() {
        return store.signal();
    }

    @Override
    public Optional<OwnedDatabase> ownedDatabase() {
        return store.ownedDatabase();
    }

    @Override
    public String lifeToken() {
        return store.lifeToken();
    }

    @Override
    public boolean isProvenDead(String lifeToken) {
        return store.isProvenDead(lifeToken);
    }

    @Override
    public boolean isSessionOver(String lifeToken) {
        return store.isSessionOver(lifeToken);
    }

    @Override
    public Registration onSessionEnded(Runnable listener) {
        return store.onSessionEnded(listener);
    }

    @Override
    public Optional<DatabaseState> database() {
        return store.database();
    }

    @Override
    public List<String> problems() {
        return store.problems();
    }

    @Override
    public void close() {
        store.close();
    }
}
