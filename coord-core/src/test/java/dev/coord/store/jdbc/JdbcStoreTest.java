package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.ParticipantId;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.CommitSignal;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Participant;
import dev.coord.testing.AtOnce;
import dev.coord.testing.Leases;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcStoreTest {
    private static final String GROUP = "group";
    private static final ParticipantId A = new ParticipantId("a");
    private static final ParticipantId B = new ParticipantId("b");
    private static final Lease LEASE =
            Lease.free(GROUP, new Term(4)).withHolder(LeaseHolder.of(new ParticipantId("a")));
    private static final Participant PARTICIPANT =
            Participant.builder(GROUP, new ParticipantId("a")).build();

    private final JdbcConnectionPool pool = TestStores.memory();
    private final List<Set<CommitSignal.Topic>> signals = new ArrayList<>();
    private final JdbcStore store = new JdbcStore(pool, Dialect.H2, InstantSource.system(), signals::add);

    @BeforeEach
    void migrate() {
        store.migrate();
    }

    @AfterEach
    void close() {
        TestStores.shutdown(pool);
    }

    @Test
    void theSameOperationsWorkInsideOneTransaction() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            store.leasesInTransaction().put(connection, LEASE);
            store.participantsInTransaction().put(connection, PARTICIPANT);
            assertThat(store.leasesInTransaction().get(connection, GROUP)).contains(LEASE);
            assertThat(store.participantsInTransaction().get(connection, GROUP, A))
                    .contains(PARTICIPANT);
            assertThat(store.participantsInTransaction().list(connection, GROUP))
                    .containsExactly(PARTICIPANT);
            assertThat(store.get(GROUP)).as("others, before the commit").isEmpty();

            connection.commit();
        }
        assertThat(store.get(GROUP)).contains(LEASE);
        assertThat(store.list(GROUP)).containsExactly(PARTICIPANT);
    }

    @Test
    void whatIsRolledBackNeverWas() throws SQLException {
        store.put(LEASE);
        store.put(PARTICIPANT);
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            store.leasesInTransaction().delete(connection, GROUP);
            assertThat(store.participantsInTransaction().delete(connection, GROUP, A))
                    .isTrue();
            assertThat(store.participantsInTransaction().delete(connection, GROUP, B))
                    .isFalse();
            connection.rollback();
        }
        assertThat(store.get(GROUP)).contains(LEASE);
        assertThat(store.list(GROUP)).containsExactly(PARTICIPANT);
    }

    @Test
    void onlyTheHolderPassesTheFence() throws SQLException {
        store.put(LEASE);
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            JdbcLeases leases = store.leasesInTransaction();
            assertThat(leases.lockIfHeld(connection, GROUP, A, new Term(4))).isTrue();
            assertThat(leases.lockIfHeld(connection, GROUP, A, new Term(3))).isFalse();
            assertThat(leases.lockIfHeld(connection, GROUP, A, new Term(5))).isFalse();
            assertThat(leases.lockIfHeld(connection, GROUP, B, new Term(4))).isFalse();
            assertThat(leases.lockIfHeld(connection, "another", A, new Term(4))).isFalse();
            connection.rollback();
        }
    }

    @Test
    void nobodyTakesTheLeaseUnderATransactionThatPassedTheFence() throws Exception {
        JdbcConnectionPool patient = JdbcConnectionPool.create(
                "jdbc:h2:mem:patient;LOCK_TIMEOUT=" + Patience.MILLIS + ";DB_CLOSE_DELAY=-1", "test", "");
        var locked = new JdbcStore(patient, Dialect.H2, InstantSource.system(), changed -> {});
        locked.migrate();
        locked.put(LEASE);
        var accepted = new AtomicBoolean();
        try (Connection connection = patient.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(locked.leasesInTransaction().lockIfHeld(connection, GROUP, A, new Term(4)))
                    .isTrue();

            Thread claim = AtOnce.startAndAwaitBlocked(
                    () -> accepted.set(locked.claim(claim(4)).accepted()));

            assertThat(locked.get(GROUP)).map(Lease::term).contains(new Term(4));
            connection.commit();
            claim.join(Patience.MILLIS);
            assertThat(accepted).isTrue();
        } finally {
            TestStores.shutdown(patient);
        }
    }

    @Test
    void aLockThatIsHeldForLongMakesTheStoreUnavailable() throws SQLException {
        JdbcConnectionPool impatient =
                JdbcConnectionPool.create("jdbc:h2:mem:impatient;LOCK_TIMEOUT=10;DB_CLOSE_DELAY=-1", "test", "");
        var locked = new JdbcStore(impatient, Dialect.H2, InstantSource.system(), changed -> {});
        locked.migrate();
        locked.put(LEASE);
        try (Connection connection = impatient.getConnection()) {
            connection.setAutoCommit(false);
            assertThat(locked.leasesInTransaction().lockIfHeld(connection, GROUP, A, new Term(4)))
                    .isTrue();

            assertThatThrownBy(() -> locked.claim(claim(4)))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("claim the lease of group")
                    .hasMessageContaining("ask again");
            connection.rollback();
        } finally {
            TestStores.shutdown(impatient);
        }
    }

    @Test
    void migratingAgainChangesNothing() {
        store.put(LEASE);

        store.migrate();
        new JdbcStore(pool, Dialect.H2, InstantSource.system(), changed -> {}).migrate();

        assertThat(store.get(GROUP)).contains(LEASE);
    }

    @Test
    void tablesOfANewerVersionAreRefused() throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("INSERT INTO coord_schema (version) VALUES (99)");
        }

        assertThatThrownBy(store::migrate)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("99")
                .hasMessageContaining("use the newer coord");
    }

    @Test
    void tablesThatWereNeverReleasedAreRefused() throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM coord_schema");
            statement.execute("INSERT INTO coord_schema (version) VALUES (1)");
        }

        assertThatThrownBy(store::migrate)
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("version 1")
                .hasMessageContaining("begin with a new database");
    }

    @Test
    void whatTheDatabaseRefusesIsATypedError() throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE coord_lease");
        }
        signals.clear();

        assertThatThrownBy(() -> store.claim(claim(0)))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("claim the lease of group");
        assertThat(signals).as("nothing was committed").isEmpty();
    }

    @Test
    void whatFailsInTheMiddleIsRolledBack() {
        assertThatThrownBy(() -> store.inTransaction("fail", connection -> {
                    store.leasesInTransaction().put(connection, LEASE);
                    throw new IllegalStateException("in the middle");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(store.get(GROUP)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"40001", "08006", "08001", "HYT00", "23505"})
    void whatMayPassIsTriedAgain(String state) {
        var attempts = new AtomicInteger();

        String result = store.inTransaction("try", connection -> {
            if (attempts.incrementAndGet() < 3) {
                throw new SQLException("for a moment, on purpose", state);
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
    }

    @Test
    void aDatabaseOutOfReachIsUnavailable() {
        var unreachable = new JdbcStore(failing("08001"), Dialect.H2, InstantSource.system(), changed -> {});

        assertThatThrownBy(() -> unreachable.get(GROUP))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining("read the lease of group")
                .hasRootCauseInstanceOf(SQLException.class);
    }

    @Test
    void aCommitWhoseAnswerWasLostIsRecognised() {
        var unlucky = new JdbcStore(losingAnswers(), Dialect.H2, InstantSource.system(), changed -> {});

        LeaseAnswer claimed = unlucky.claim(claim(0));
        assertThat(claimed.accepted()).isTrue();
        assertThat(claimed.lease().orElseThrow().term().value())
                .as("claimed once")
                .isEqualTo(1);

        LeaseAnswer renewed =
                unlucky.renew(new LeaseRenewal(GROUP, new ParticipantId("b"), new Term(1), 1, Duration.ZERO));
        assertThat(renewed.accepted()).isTrue();
        assertThat(store.get(GROUP).orElseThrow().renewals()).isEqualTo(1);

        unlucky.release(new LeaseRelease(GROUP, new ParticipantId("b"), new Term(1)));
        assertThat(Leases.holderOf(store.get(GROUP).orElseThrow())).isEmpty();
    }

    private static LeaseClaim claim(long seenTerm) {
        return LeaseClaim.first(GROUP, LeaseHolder.of(new ParticipantId("b")), "nonce")
                .withSeen(new Term(seenTerm), 0);
    }

    private static DataSource failing(String state) {
        return (DataSource) Proxy.newProxyInstance(
                JdbcStoreTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    throw new SQLException("out of reach, on purpose", state);
                });
    }

    /** Every second commit is done, and its answer lost together with the connection. */
    private DataSource losingAnswers() {
        var commits = new AtomicInteger();
        return (DataSource) Proxy.newProxyInstance(
                JdbcStoreTest.class.getClassLoader(), new Class<?>[] {DataSource.class}, (proxy, method, arguments) -> {
                    assertThat(method.getName()).isEqualTo("getConnection");
                    return losingAnswers(pool.getConnection(), commits);
                });
    }

    private static Connection losingAnswers(Connection connection, AtomicInteger commits) {
        return (Connection) Proxy.newProxyInstance(
                JdbcStoreTest.class.getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                    try {
                        Object result = method.invoke(connection, arguments);
                        if (method.getName().equals("commit") && commits.incrementAndGet() % 2 == 1) {
                            throw new SQLException("the answer is lost, on purpose", "08006");
                        }
                        return result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
