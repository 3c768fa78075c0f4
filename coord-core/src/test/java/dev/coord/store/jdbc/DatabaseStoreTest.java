package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.DatabaseState;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRenewal;
import dev.coord.testing.AtOnce;
import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import dev.coord.testing.Postgres;
import dev.coord.testing.Sql;
import dev.coord.time.NanoClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
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

/** On PostgreSQL. */
class DatabaseStoreTest extends DatabaseStoreContract {
    private static final String SESSIONS =
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'coord'";
    private static final String END_SESSIONS =
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())";
    private static final String END_ALL =
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                    + " AND pid <> pg_backend_pid()";

    DatabaseStoreTest() {
        super(Postgres.newDatabase());
    }

    @Override
    void endConnections(boolean all) {
        Sql.execute(url, all ? END_ALL : END_SESSIONS);
    }

    @Override
    long connections() {
        return Sql.number(url, SESSIONS);
    }

    @Override
    long waiting() {
        return Sql.number(url, "SELECT count(*) FROM pg_locks WHERE NOT granted");
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

    // Several hosts, and servers that only read.

    /** The kernel accepts connections for a process that is frozen. */
    @Test
    void aHostThatStandsStillKeepsNobodyFromTheOtherOneAndIsTriedLast() throws Exception {
        try (var silent = ServerSocketChannel.open()) {
            silent.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .configureBlocking(false);
            String hosts = "//127.0.0.1:" + silent.socket().getLocalPort() + ",";
            var connector = new DatabaseConnector(Postgres.patient(url.replace("//", hosts)));

            connector.connect(Patience.LIMIT).close();
            try (var tried = silent.accept()) {
                assertThat(tried).isNotNull();
            }
            connector.connect(Patience.LIMIT).close();
            assertThat(silent.accept()).as("another attempt there").isNull();
        }
    }

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
    void commitsOfTheTimeWithoutASessionAreToldAfterwards() throws Exception {
        try (var one = open();
                var other = open()) {
            awaitSession(one);
            awaitSession(other);
            long seen = other.signal().current();
            endConnections(false);
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

            await().until(() -> connections() == 1);
            assertThat(store.database().orElseThrow().connections()).isEqualTo(1);
        }
        await().until(() -> connections() == 0);
    }

    @Test
    void leavesNoThreadBehind() {
        var own = new OwnThreads();
        open().close();
        await().until(() -> own.names("coord-store-database").isEmpty());
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
