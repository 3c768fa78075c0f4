package dev.coord.spring.autoconfigure;

import dev.coord.store.CommitSignal;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.store.shared.MemoryDatabase;
import java.time.InstantSource;

/** A store in the memory of this JVM. */
final class TestStore implements Store {
    private final SignalBoard signal = new SignalBoard();
    private final MemoryDatabase database = new MemoryDatabase();
    private final JdbcStore jdbc;
    private final TestLeases leases;

    TestStore() {
        jdbc = new JdbcStore(database.connections(), Dialect.H2, InstantSource.system(), signal::publish);
        jdbc.migrate();
        leases = new TestLeases(jdbc);
    }

    @Override
    public TestLeases leases() {
        return leases;
    }

    @Override
    public ParticipantStore participants() {
        return jdbc;
    }

    @Override
    public WorldStore world() {
        return jdbc;
    }

    @Override
    public CommitSignal signal() {
        return signal;
    }

    @Override
    public void close() {
        database.close();
    }
}
