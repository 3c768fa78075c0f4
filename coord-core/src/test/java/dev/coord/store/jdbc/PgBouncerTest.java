package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.WorldHead;
import dev.coord.testing.Patience;
import dev.coord.testing.PgBouncer;
import dev.coord.testing.Postgres;
import dev.coord.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a real PgBouncer between the store and the server. */
class PgBouncerTest {
    private static final String GROUP = "group";
    private static final LeaseHolder A = LeaseHolder.of(new ParticipantId("a"));
    private static final int POOL_SIZE = 20;
    private static final String REFUSAL = "pooler in transaction mode";
    /** More than the driver needs to prepare a statement on the server. */
    private static final int OFTEN = 20;

    @TempDir
    private Path directory;

    private final String url = Postgres.newDatabase();

    private PgBouncer pooler(String mode, int poolSize) {
        return PgBouncer.start(directory, url, mode, poolSize);
    }

    private static void awaitSession(DatabaseStore store) {
        await().until(() -> !store.lifeToken().isEmpty());
    }

    private static void useOften(DatabaseStore store) {
        Lease granted = store.leases()
                .claim(LeaseClaim.first(GROUP, A, "nonce"))
                .lease()
                .orElseThrow();
        for (int i = 1; i <= OFTEN; i++) {
            assertThat(store.leases()
                            .renew(new LeaseRenewal(GROUP, A.id(), granted.term(), i, Duration.ZERO))
                            .accepted())
                    .isTrue();
        }
    }

    @Test
    void inSessionModeThereIsASessionAndItsEndIsKnown() throws Exception {
        try (var pooler = pooler("session", POOL_SIZE);
                var other = DatabaseStore.open(Postgres.patient(pooler.url()))) {
            awaitSession(other);
            String token;
            try (var store = DatabaseStore.open(Postgres.patient(pooler.url()))) {
                awaitSession(store);
                token = store.lifeToken();
                long seen = other.signal().current();
                useOften(store);
                other.signal().await(seen, Set.of(Topic.LEASE), Patience.LIMIT);
                assertThat(other.signal().changedSince(seen, Topic.LEASE)).isTrue();
                assertThat(other.isSessionOver(token)).isFalse();
            }
            await().until(() -> other.isSessionOver(token));
        }
    }

    @Test
    void inSessionModeAPoolerThatIsKilledEndsTheSessionAndThereIsAnotherOneAfterwards() {
        try (var pooler = pooler("session", POOL_SIZE);
                var store = DatabaseStore.open(Postgres.patient(pooler.url()))) {
            awaitSession(store);
            String first = store.lifeToken();
            List<String> tokens = Collections.synchronizedList(new ArrayList<>());
            store.onSessionEnded(() -> tokens.add(store.lifeToken()));

            pooler.restart();

            await().until(() ->
                    !store.lifeToken().isEmpty() && !store.lifeToken().equals(first));
            assertThat(tokens).containsExactly("");
            await().until(() -> store.isSessionOver(first));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, POOL_SIZE})
    void inTransactionModeTheStartIsRefusedAndNothingWasDone(int poolSize) {
        try (var pooler = pooler("transaction", poolSize)) {
            assertThatThrownBy(() -> DatabaseStore.open(Postgres.patient(pooler.url())))
                    .isInstanceOf(InvalidSettingsException.class)
                    .hasMessageContaining(REFUSAL)
                    .hasMessageContaining("coord.store.session=false")
                    .extracting(e -> ((InvalidSettingsException) e).settings())
                    .isEqualTo(List.of("store.url", "store.session"));

            assertNothingIsSet(pooler, 1);
        }
        assertThat(Sql.number(url, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'coord%'"))
                .isZero();
    }

    @Test
    void inTransactionModeTheStartIsRefusedWhileOthersUseThePoolerToo() throws Exception {
        try (var pooler = pooler("transaction", POOL_SIZE)) {
            List<Thread> others = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                var other = new Thread(() -> useNowAndThen(pooler.url()));
                other.start();
                others.add(other);
            }
            try {
                for (int i = 0; i < OFTEN; i++) {
                    assertStartIsRefused(pooler);
                }
            } finally {
                others.forEach(Thread::interrupt);
                for (Thread other : others) {
                    other.join(Patience.MILLIS);
                    assertThat(other.isAlive()).isFalse();
                }
            }
        }
    }

    /** At once, or as soon as there is an answer: on a machine that stands still a connection may come too late at first. */
    private static void assertStartIsRefused(PgBouncer pooler) {
        try (var store = DatabaseStore.open(Postgres.patient(pooler.url()))) {
            await().until(() -> store.problems().stream()
                    .anyMatch(problem -> problem.startsWith("the database ") && problem.contains(REFUSAL)));
        } catch (InvalidSettingsException e) {
            assertThat(e).hasMessageContaining(REFUSAL);
        }
    }

    private static void useNowAndThen(String url) {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            while (!Thread.currentThread().isInterrupted()) {
                statement.execute("SELECT pg_sleep(0.005)");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void inTransactionModeItWorksWithoutASessionAndLeavesNothingBehindForOthers() throws Exception {
        try (var pooler = pooler("transaction", POOL_SIZE)) {
            DatabaseSettings settings =
                    Postgres.patient(pooler.url()).withSession(false).withNames("apps", "coord_");
            try (var one = DatabaseStore.open(settings);
                    var other = DatabaseStore.open(settings)) {
                useOften(one);
                for (int i = 0; i < OFTEN; i++) {
                    assertThat(other.leases().get(GROUP).orElseThrow().term()).isEqualTo(new Term(1));
                    assertThat(other.participants().list(GROUP)).isEmpty();
                    assertThat(one.world().head(GROUP)).isEqualTo(WorldHead.NONE);
                }
            }
            assertThat(Sql.number(url, "SELECT renewals FROM apps.coord_lease")).isEqualTo(OFTEN);
            assertNothingIsSet(pooler, 4);
        }
    }

    /** Whatever connection of the server one gets has the settings of the server. */
    private static void assertNothingIsSet(PgBouncer pooler, int connections) {
        for (int i = 0; i < connections; i++) {
            assertThat(Sql.number(
                            pooler.url(),
                            "SELECT count(*) FROM pg_settings WHERE source = 'session' AND name IN ('statement_timeout',"
                                    + " 'lock_timeout', 'idle_in_transaction_session_timeout', 'search_path',"
                                    + " 'default_transaction_isolation')"))
                    .isZero();
        }
    }

    /** What the server would do without a limit of the transaction's own is not done to those who wait. */
    @Test
    void withoutASessionALockedRowMakesNobodyWaitForEver() throws Exception {
        try (var pooler = pooler("transaction", POOL_SIZE);
                var store = DatabaseStore.open(Postgres.patient(pooler.url())
                        .withSession(false)
                        .withTimeouts(Duration.ofMillis(200), Patience.LIMIT))) {
            LockedLease.assertNotWaitedFor(
                    store,
                    url,
                    () -> assertThat(Sql.number(url, "SELECT count(*) FROM pg_locks WHERE NOT granted"))
                            .as("what is waited for on the server")
                            .isZero());
        }
    }
}
