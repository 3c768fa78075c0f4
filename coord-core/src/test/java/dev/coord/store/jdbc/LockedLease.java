package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Store;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;

/** A lease whose row is locked by somebody's open transaction. */
final class LockedLease {
    private static final String GROUP = "group";
    private static final LeaseHolder HOLDER = LeaseHolder.of(new ParticipantId("a"));

    private LockedLease() {}

    /**
     * Asserts that a renewal does not wait for it, and succeeds afterwards.
     *
     * @param url of the database of {@code store}
     * @param nobodyWaits asserts that nothing is waited for on the server, while the row is locked
     */
    static void assertNotWaitedFor(Store store, String url, Runnable nobodyWaits) throws SQLException {
        try (var someone = DriverManager.getConnection(url);
                var statement = someone.createStatement()) {
            store.leases().put(Lease.free(GROUP, new Term(7)).withHolder(HOLDER));
            someone.setAutoCommit(false);
            statement.execute("SELECT * FROM coord_lease FOR UPDATE");

            assertThatThrownBy(() -> store.leases().renew(renewal(1))).isInstanceOf(StoreUnavailableException.class);

            nobodyWaits.run();
            someone.rollback();
            await().ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> store.leases().renew(renewal(2)).accepted());
        }
    }

    private static LeaseRenewal renewal(long number) {
        return new LeaseRenewal(GROUP, HOLDER.id(), new Term(7), number, Duration.ZERO);
    }
}
