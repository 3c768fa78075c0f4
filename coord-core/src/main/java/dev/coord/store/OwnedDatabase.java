package dev.coord.store;

import dev.coord.transport.PrivateServer;
import java.util.Optional;

/** What only a store has whose database is open in one of the processes that use it, the owner, which serves the others. */
public interface OwnedDatabase {
    /**
     * The private server that the store already has in this process, for all the participants that use the store: so a process
     * needs one socket, however many groups it takes part in. It ends with the store.
     */
    PrivateServer server();

    /** Who has the database open; empty while nobody does, as far as this process knows. */
    Optional<StoreOwner> owner();

    /** How often this process has become the owner. */
    long takeovers();
}
