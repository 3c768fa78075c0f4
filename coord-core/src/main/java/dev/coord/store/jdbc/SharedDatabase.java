package dev.coord.store.jdbc;

import dev.coord.store.ForwardingStore;
import dev.coord.store.Store;
import java.util.HashMap;
import java.util.Map;

/** One user's part in a {@link DatabaseStore} that several groups of a process use: so a process has one session. */
final class SharedDatabase extends ForwardingStore {
    /** Guarded by itself; opening under the lock, so that there are never two. */
    private static final Map<DatabaseSettings, Used> OPEN = new HashMap<>();

    private final DatabaseSettings settings;
    private boolean closed;

    private static final class Used {
        private final DatabaseStore store;
        private int users;

        Used(DatabaseStore store) {
            this.store = store;
        }
    }

    private SharedDatabase(DatabaseSettings settings, DatabaseStore store) {
        super(store);
        this.settings = settings;
    }

    static Store open(DatabaseSettings settings) {
        synchronized (OPEN) {
            Used used = OPEN.get(settings);
            if (used == null) {
                used = new Used(DatabaseStore.open(settings));
                OPEN.put(settings, used);
            }
            used.users++;
            return new SharedDatabase(settings, used.store);
        }
    }

    @Override
    public void close() {
        synchronized (OPEN) {
            Used used = OPEN.get(settings);
            if (closed || used == null) {
                return;
            }
            closed = true;
            used.users--;
            if (used.users > 0) {
                return;
            }
            OPEN.remove(settings);
        }
        super.close();
    }
}
