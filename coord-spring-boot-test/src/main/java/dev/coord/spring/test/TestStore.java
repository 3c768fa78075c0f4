package dev.coord.spring.test;

import dev.coord.store.ForwardingStore;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.DirectStore;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.store.shared.MemoryDatabase;
import java.time.InstantSource;

/** A store in the memory of this JVM. */
final class TestStore extends ForwardingStore {
    private final TestLeases leases;

    TestStore() {
        this(new MemoryDatabase());
    }

    private TestStore(MemoryDatabase database) {
        super(new DirectStore(
                committed -> new JdbcStore(database.connections(), Dialect.H2, InstantSource.system(), committed),
                database::close));
        leases = new TestLeases(super.leases());
    }

    @Override
    public TestLeases leases() {
        return leases;
    }
}
