package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.ParticipantId;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.DatabaseState;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Participant;
import dev.coord.testing.AtOnce;
import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import dev.coord.testing.Postgres;
import dev.coord.testing.Sql;
import dev.coord.time.NanoClock;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseStoreTest {
    private static final String GROUP = "group";
    private static final LeaseHolder A = LeaseHolder.of(new ParticipantId("a"));
    private static final LeaseHolder B = LeaseHolder.of(new ParticipantId("b"));
    private static final String SESSIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'coord'";
    private static final String END_SESSIONS =
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())";

    private final String url = Postgres.newDatabase();

    private DatabaseStore open() {
        return DatabaseStore.open(Postgres.patient(url));
    }

    private static void awaitSession(DatabaseStore store) {
        await().until(() -> !store.lifeToken().isEmpty());
    }

    // The tables.

    @Test
    void twentyProcessesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        List<Callable<DatabaseStore>> starts = new ArrayList<>(Collections.nCopies(
                20, () -> DatabaseStore.open(Postgres.patient(url).withSession(false))));

        List<DatabaseStore> stores = AtOnce.run(starts);

        assertThat(stores)
                .allSatisfy(store -> assertThat(store.leases().get(GROUP)).isEmpty());
        stores.forEach(DatabaseStore::close);
        assertThat(Sql.number(url, "SELECT count(*) FROM coord_schema"))
                .isEqualTo(Schema.script(Dialect.POSTGRESQL).stream()
                        .filter(sql -> sql.startsWith("INSERT INTO coord_schema"))
                        .count());
    }

    @Test
    void theTablesLieInTheSchemaAndHaveThePrefixThatAreSet() {
        try (var store = DatabaseStore.open(Postgres.patient(url).withNames("apps", "orders_"))) {
            store.leases().put(Lease.free(GROUP, new Term(7)));

            assertThat(store.leases().get(GROUP)).isPresent();
        }
        assertThat(Sql.number(url, "SELECT term FROM apps.orders_lease")).isEqualTo(7);
        assertThat(Sql.number(url, "SELECT count(*) FROM pg_tables WHERE tablename LIKE 'coord%'"))
                .isZero();
    }

    @Test
    void twoApplicationsInOneDatabaseSeeNothingOfEachOther() throws Exception {
        try (var one = DatabaseStore.open(Postgres.patient(url).withNames("", "one_"));
                var two = DatabaseStore.open(Postgres.patient(url).withNames("", "two_"))) {
            awaitSession(two);
            one.leases().put(Lease.free(GROUP, new Term(7)));

            assertThat(two.leases().get(GROUP)).isEmpty();
        }
    }

    @Test
    void aRoleThatMayNotMakeTablesIsToldWhatToDo() {
        Sql.execute(url, "REVOKE CREATE ON SCHEMA public FROM public", "CREATE ROLE poor1 LOGIN PASSWORD 'secret'");
        DatabaseSettings poor = Postgres.patient(withoutUser()).withCredentials("poor1", "secret");

        assertThatThrownBy(() -> DatabaseStore.open(poor))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("may not make coord's tables")
                .hasMessageContaining("postgresql.sql")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aRoleWithoutThatRightUsesTablesThatTheScriptMade() throws Exception {
        DatabaseSettings poor = Postgres.patient(withoutUser())
                .withCredentials("poor2", "secret")
                .withTables(DatabaseSettings.Tables.VALIDATE);
        Sql.execute(url, "REVOKE CREATE ON SCHEMA public FROM public", "CREATE ROLE poor2 LOGIN PASSWORD 'secret'");
        assertThatThrownBy(() -> DatabaseStore.open(poor))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("There are no tables")
                .hasMessageContaining(Schema.scriptOf(Dialect.POSTGRESQL));

        Sql.execute(url, SchemaScriptTest.script(Dialect.POSTGRESQL));
        Sql.execute(url, "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO poor2");

        try (var store = DatabaseStore.open(poor)) {
            assertThat(store.leases().claim(LeaseClaim.first(GROUP, A, "nonce")).accepted())
                    .isTrue();
            awaitSession(store);
        }
    }

    @Test
    void tablesOfALaterVersionAreRefused() {
        open().close();
        Sql.execute(url, "INSERT INTO coord_schema (version) VALUES (999)");

        assertThatThrownBy(this::open).isInstanceOf(StoreException.class).hasMessageContaining("use the newer coord");
    }

    // Wrong settings.

    @Test
    void aWrongPasswordIsToldAtOnceAndNotRepeated() {
        Sql.execute(url, "CREATE ROLE member LOGIN PASSWORD 'right'");

        // The server of the tests trusts this machine, whatever the password; a role that is not there it does not.
        assertThatThrownBy(() -> DatabaseStore.open(
                        DatabaseSettings.at(withoutUser()).withCredentials("nobody", "wrong-secret")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("does not let 'nobody' in")
                .hasMessageNotContaining("wrong-secret")
                .extracting(e -> ((InvalidSettingsException) e).settings())
                .isEqualTo(List.of("store.username", "store.password"));
    }

    @Test
    void aDatabaseThatIsNotThereIsToldAtOnce() {
        assertThatThrownBy(() -> DatabaseStore.open(DatabaseSettings.at(url.replaceFirst("/test[0-9]+", "/nowhere"))))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("There is no database");
    }

    @Test
    void aMissingDriverIsToldAtOnce() {
        assertThatThrownBy(
                        () -> DatabaseStore.open(DatabaseSettings.at("jdbc:postgresq1://user:pw@host/db?password=pw2")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("org.postgresql:postgresql")
                .hasMessageContaining("jdbc:postgresq1://host/db")
                .hasMessageNotContaining("pw");
    }

    @Test
    void anotherDatabaseIsRefused() {
        assertThatThrownBy(() -> DatabaseStore.open(DatabaseSettings.at("jdbc:h2:mem:other")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("must be PostgreSQL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Upper_", "1_", "a b", "\"", "a;b"})
    void namesOfTablesThatAreNoneAreRefused(String prefix) {
        assertThatThrownBy(() -> DatabaseSettings.at(url).withNames("", prefix))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("'" + prefix + "'");
    }

    @Test
    void settingsShowNoPassword() {
        assertThat(DatabaseSettings.at("jdbc:postgresql://u:hidden@h/d?password=hidden")
                        .withCredentials("u", "hidden")
                        .toString())
                .doesNotContain("hidden");
    }

    @Test
    void aServerThatIsNotThereYetIsWaitedFor() {
        try (var store = DatabaseStore.open(DatabaseSettings.at("jdbc:postgresql://127.0.0.1:1/nowhere"))) {
            assertThatThrownBy(() -> store.leases().get(GROUP)).isInstanceOf(StoreUnavailableException.class);
            assertThat(store.problems())
                    .anySatisfy(problem -> assertThat(problem).contains("127.0.0.1:1"));
            assertThat(store.database().orElseThrow().session()).isEqualTo(DatabaseState.Session.CLOSED);
        }
    }

    @Test
    void aSessionThatCannotBeOpenedAtTheStartIsNoRefusalForEver() {
        // Enough for the tables; the check of the session needs two at a time.
        Sql.execute(
                url,
                "CREATE ROLE narrow LOGIN PASSWORD 'secret' CONNECTION LIMIT 1",
                "GRANT CREATE ON SCHEMA public TO narrow");
        try (var store = DatabaseStore.open(Postgres.patient(withoutUser()).withCredentials("narrow", "secret"))) {
            Sql.execute(url, "ALTER ROLE narrow CONNECTION LIMIT -1");

            await().ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> store.leases().get(GROUP).isEmpty());
            awaitSession(store);
            assertThat(store.problems()).isEmpty();
        }
    }

    // Servers that only read.

    @Test
    void onlyAServerThatWritesIsUsedUnlessTheUrlSaysOtherwise() throws Exception {
        readOnly("on");

        assertThatThrownBy(() -> new DatabaseConnector(Postgres.patient(url)).connect(Patience.LIMIT))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("primary");

        new DatabaseConnector(Postgres.patient(url + "&targetServerType=any"))
                .connect(Patience.LIMIT)
                .close();
    }

    @Test
    void aConnectionToAServerThatOnlyReadsIsNotUsedAgain() {
        open().close();
        var connector = new DatabaseConnector(Postgres.patient(url + "&targetServerType=any"));
        try (var pool = new ConnectionPool(
                connector::connect, 1, Patience.LIMIT, DatabaseSettings.DEFAULT_TABLE_PREFIX, "", NanoClock.system())) {
            var store = new JdbcStore(pool, Dialect.POSTGRESQL, InstantSource.system(), topics -> {});
            readOnly("on");
            assertThatThrownBy(() -> store.put(Lease.free(GROUP, new Term(7))))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining("read-only");
            assertThat(pool.open()).isZero();

            readOnly("off");
            store.put(Lease.free(GROUP, new Term(7)));
            assertThat(pool.open()).isEqualTo(1);
        }
    }

    /** Sessions from now on, as those of a standby. */
    private void readOnly(String set) {
        String name = withoutUser().replaceFirst(".*/", "");
        Sql.execute(
                url + "&options=-c%20default_transaction_read_only=off",
                "ALTER DATABASE " + name + " SET default_transaction_read_only = " + set);
    }

    // Signals.

    @Test
    void othersHearOfCommitsButNotOfRenewals() throws Exception {
        try (var one = open();
                var other = open()) {
            awaitSession(one);
            awaitSession(other);
            var claim = LeaseClaim.first(GROUP, A, "nonce");

            long seen = other.signal().current();
            assertThat(one.leases().claim(claim).accepted()).isTrue();
            assertThat(other.signal().await(seen, Set.of(Topic.LEASE), Patience.LIMIT))
                    .isGreaterThan(seen);
            assertThat(other.signal().changedSince(seen, Topic.HEAD)).isFalse();

            long claimed = other.signal().current();
            assertThat(one.leases()
                            .renew(new LeaseRenewal(GROUP, A.id(), new Term(1), 1, Duration.ZERO))
                            .accepted())
                    .isTrue();
            one.participants().put(Participant.builder(GROUP, A.id()).build());
            other.signal().await(claimed, Set.of(Topic.PARTICIPANTS), Patience.LIMIT);
            assertThat(other.signal().changedSince(claimed, Topic.LEASE))
                    .as("a renewal before it was told")
                    .isFalse();
        }
    }

    @Test
    void withoutASessionTheDatabaseIsAskedNowAndThen() throws Exception {
        try (var store =
                DatabaseStore.open(Postgres.patient(url).withSession(false).withPollInterval(Duration.ofMillis(20)))) {
            long seen = store.signal().current();

            assertThat(store.signal().await(seen, Patience.LIMIT)).isGreaterThan(seen);
            assertThat(store.lifeToken()).isEmpty();
            assertThat(store.database().orElseThrow().session()).isEqualTo(DatabaseState.Session.OFF);
        }
    }

    // The session.

    @Test
    void theLifeLockIsHeldOnceWhileTheProcessLives() {
        try (var other = open()) {
            String token;
            try (var store = open()) {
                awaitSession(store);
                token = store.lifeToken();
                assertThat(other.isSessionOver(token)).isFalse();
                assertThat(store.isSessionOver(token)).isFalse();
            }
            await().until(() -> other.isSessionOver(token));
            assertThat(other.isProvenDead(token)).as("its process lives").isFalse();
        }
    }

    @Test
    void whatIsNoTokenIsNoSessionThatIsOver() {
        try (var store = open()) {
            for (String text : List.of("", "pg-", "pg-1", "rubbish", "pg-00000000000000zz", "process-1.lock")) {
                assertThat(store.isSessionOver(text)).as(text).isFalse();
            }
        }
    }

    @Test
    void theEndOfASessionIsToldBeforeThereIsAnotherOne() {
        try (var store = open()) {
            awaitSession(store);
            String first = store.lifeToken();
            List<String> tokens = Collections.synchronizedList(new ArrayList<>());
            store.onSessionEnded(() -> tokens.add(store.lifeToken()));

            Sql.execute(url, END_SESSIONS);

            await().until(() ->
                    !store.lifeToken().isEmpty() && !store.lifeToken().equals(first));
            assertThat(tokens).containsExactly("");
            assertThat(store.isSessionOver(first)).isTrue();
            assertThat(store.problems()).isEmpty();
        }
    }

    @Test
    void commitsOfTheTimeWithoutASessionAreToldAfterwards() throws Exception {
        try (var one = open();
                var other = open()) {
            awaitSession(one);
            awaitSession(other);
            long seen = other.signal().current();
            Sql.execute(url, END_SESSIONS);
            one.leases().put(Lease.free(GROUP, new Term(7)));

            other.signal().await(seen, Set.of(Topic.LEASE), Patience.LIMIT);
            awaitSession(other);

            assertThat(other.signal().changedSince(seen, Topic.LEASE)).isTrue();
        }
    }

    @Test
    void anIdleProcessHasOneConnection() {
        try (var store = open()) {
            awaitSession(store);
            store.leases().put(Lease.free(GROUP, new Term(7)));
            store.world().head(GROUP);
            assertThat(store.database().orElseThrow().connections()).isBetween(2, 4);

            await().until(() -> Sql.number(url, SESSIONS) == 1);
            assertThat(store.database().orElseThrow().connections()).isEqualTo(1);
        }
        await().until(() -> Sql.number(url, SESSIONS) == 0);
    }

    @Test
    void connectionsThatWereCutAreReplaced() {
        try (var store = open()) {
            awaitSession(store);
            store.leases().put(Lease.free(GROUP, new Term(7)));
            Sql.execute(
                    url,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND pid <> pg_backend_pid()");

            await().ignoreExceptionsInstanceOf(StoreUnavailableException.class)
                    .until(() -> store.leases().get(GROUP).isPresent());
            awaitSession(store);
            await().until(() -> Sql.number(url, SESSIONS) == 1);
        }
    }

    @Test
    void leavesNoThreadBehind() {
        var own = new OwnThreads();
        open().close();
        await().until(() -> own.names("coord-store-database").isEmpty());
    }

    // Timeouts.

    @Test
    void aLockedRowMakesNobodyWaitForEver() throws Exception {
        try (var store =
                DatabaseStore.open(Postgres.patient(url).withTimeouts(Duration.ofMillis(200), Patience.LIMIT))) {
            LockedLease.assertNotWaitedFor(
                    store,
                    url,
                    () -> assertThat(Sql.number(url, "SELECT count(*) FROM pg_locks WHERE NOT granted"))
                            .as("what is waited for on the server")
                            .isZero());
        }
    }

    // Terms.

    @Test
    void aClaimLeavesRoomForTheTermsThatATimelineMayHaveGrantedAndLost() {
        try (var store = open()) {
            assertThat(store.leases()
                            .claim(LeaseClaim.first(GROUP, A, "1"))
                            .lease()
                            .orElseThrow()
                            .term())
                    .isEqualTo(new Term(1));
            // As if the server were promoted two times since.
            Sql.execute(url, "UPDATE coord_lease SET timeline = timeline - 2");
            store.leases().renew(new LeaseRenewal(GROUP, A.id(), new Term(1), 1, Duration.ZERO));

            Lease granted = store.leases()
                    .claim(LeaseClaim.first(GROUP, B, "2").withSeen(new Term(1), 1))
                    .lease()
                    .orElseThrow();

            assertThat(granted.term()).isEqualTo(new Term(2_000_002));
            assertThat(store.leases()
                            .claim(LeaseClaim.first(GROUP, A, "3").withSeen(granted.term(), 0))
                            .lease()
                            .orElseThrow()
                            .term())
                    .isEqualTo(new Term(2_000_003));
        }
    }

    private String withoutUser() {
        return url.replaceFirst("[?].*", "");
    }
}
