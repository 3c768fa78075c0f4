package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRenewal;
import dev.coord.testing.AtOnce;
import dev.coord.testing.MariaDb;
import dev.coord.testing.MariaDbServer;
import dev.coord.testing.Patience;
import dev.coord.testing.Postgres;
import dev.coord.testing.Sql;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On MariaDB. */
class MariaDbStoreTest extends DatabaseStoreContract {
    private static final String OTHERS =
            "FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";

    private final String database = url.replaceFirst(".*/([^/?]*)[?].*", "$1");

    MariaDbStoreTest() {
        super(MariaDb.newDatabase());
    }

    private DatabaseSettings as(String user) {
        Sql.execute(url, "CREATE USER IF NOT EXISTS " + user + " IDENTIFIED BY 'secret'");
        return Postgres.patient(url.replaceFirst("[?].*", "")).withCredentials(user, "secret");
    }

    @Override
    void endConnections(boolean all) {
        try (var connection = DriverManager.getConnection(url);
                var select = connection.createStatement();
                var rows = select.executeQuery("SELECT id " + OTHERS + (all ? "" : " ORDER BY id LIMIT 1"))) {
            while (rows.next()) {
                try (var statement = connection.createStatement()) {
                    statement.execute("KILL " + rows.getLong(1));
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    long connections() {
        return Sql.number(url, "SELECT COUNT(*) " + OTHERS);
    }

    @Override
    long waiting() {
        return Sql.number(url, "SELECT COUNT(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'");
    }

    // The tables.

    @Test
    void twentyProcessesThatStartAtOnceMakeTheTablesOnce() throws Exception {
        List<Callable<DatabaseStore>> starts = new ArrayList<>(Collections.nCopies(
                20, () -> DatabaseStore.open(settings().withSession(false).withNames(database + "_b", "own_"))));

        List<DatabaseStore> stores = AtOnce.run(starts);

        stores.get(0).leases().put(Lease.free(GROUP, new Term(7)));
        assertThat(stores)
                .allSatisfy(store -> assertThat(store.leases().get(GROUP)).isPresent());
        stores.forEach(DatabaseStore::close);
        assertThat(Sql.number(url, "SELECT term FROM " + database + "_b.own_lease"))
                .isEqualTo(7);
        assertThat(Sql.number(url, "SELECT COUNT(*) FROM " + database + "_b.own_schema"))
                .isEqualTo(Schema.script(Dialect.MARIADB).stream()
                        .filter(sql -> sql.startsWith("INSERT INTO coord_schema"))
                        .count());
        assertThat(Sql.number(url, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"))
                .as("tables elsewhere")
                .isZero();
    }

    @Test
    void aUserThatMayNotMakeTablesIsToldWhatToDo() {
        DatabaseSettings poor = as("poor1");
        Sql.execute(url, "GRANT SELECT, INSERT, UPDATE, DELETE ON " + database + ".* TO poor1");

        assertThatThrownBy(() -> DatabaseStore.open(poor))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("may not make coord's tables")
                .hasMessageContaining("mariadb.sql")
                .hasMessageNotContaining("secret");
    }

    @Test
    void aUserWithoutThatRightUsesTablesThatTheScriptMade() throws Exception {
        DatabaseSettings poor = as("poor2").withTables(DatabaseSettings.Tables.VALIDATE);
        Sql.execute(url, "GRANT SELECT, INSERT, UPDATE, DELETE ON " + database + ".* TO poor2");
        assertThatThrownBy(() -> DatabaseStore.open(poor))
                .isInstanceOf(StoreException.class)
                .hasMessageContaining("There are no tables")
                .hasMessageContaining("mariadb.sql");

        Sql.execute(url, SchemaScriptTest.script(Dialect.MARIADB));

        try (var store = DatabaseStore.open(poor)) {
            assertThat(store.leases().claim(LeaseClaim.first(GROUP, A, "nonce")).accepted())
                    .isTrue();
            awaitSession(store);
        }
    }

    @Test
    void namesAreOtherNamesByTheirBlanksAndTheirCase() {
        try (var store = open()) {
            store.leases().put(Lease.free(GROUP, new Term(7)));

            assertThat(store.leases().get(GROUP + " ")).isEmpty();
            assertThat(store.leases().get("GROUP")).isEmpty();
        }
    }

    // Wrong settings.

    @Test
    void aWrongPasswordIsToldAtOnce() {
        DatabaseSettings wrong = as("member").withCredentials("member", "wrong-secret");

        assertThatThrownBy(() -> DatabaseStore.open(wrong))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("does not let 'member' in")
                .hasMessageNotContaining("wrong-secret");
    }

    @Test
    void aDatabaseThatIsNotThereIsToldAtOnce() {
        assertThatThrownBy(() ->
                        DatabaseStore.open(Postgres.patient(MariaDb.server().url("nowhere"))))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("There is no database")
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> DatabaseStore.open(
                        settings().withNames("nowhere", "coord_").withTables(DatabaseSettings.Tables.VALIDATE)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("There is no database");
        assertThatThrownBy(() ->
                        DatabaseStore.open(Postgres.patient(MariaDb.server().url(""))))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("names no database");
    }

    @Test
    void aUrlThatNamesNoKnownDatabaseIsToldWhichThereAre() {
        assertThatThrownBy(() -> DatabaseStore.open(DatabaseSettings.at("jdbc:mysql://user:pw@host/db")))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("org.mariadb.jdbc:mariadb-java-client")
                .hasMessageNotContaining("pw");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sequential", "replication", "loadbalance", "load-balance-read"})
    void aDriverThatWouldConnectAgainByItselfIsRefused(String mode) {
        assertThatThrownBy(() -> DatabaseStore.open(Postgres.patient(url.replace("mariadb:", "mariadb:" + mode + ":"))))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("'" + mode + "'")
                .hasMessageContaining("list the hosts");
    }

    // Servers that only read.

    @Test
    void ofSeveralHostsTheOneIsUsedThatCanBeWrittenTo(@TempDir Path directory) throws Exception {
        try (MariaDbServer replica = MariaDbServer.start(directory, 2)) {
            Sql.execute(replica.url("mysql"), "CREATE DATABASE " + database, "SET GLOBAL read_only = 1");
            String hosts = replica.host() + "," + MariaDb.server().host();
            var connector = new DatabaseConnector(
                    Postgres.patient(url.replace(MariaDb.server().host(), hosts)));

            try (var connection = connector.connect(Patience.LIMIT)) {
                assertThat(Dialect.MARIADB.timeline(connection)).isEqualTo(1);
            }
            assertThatThrownBy(() ->
                            new DatabaseConnector(Postgres.patient(replica.url(database))).connect(Patience.LIMIT))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("read-only");

            // Of another server nothing is known.
            try (var store = open()) {
                awaitSession(store);
                String token = store.lifeToken();
                Sql.execute(replica.url("mysql"), "SET GLOBAL read_only = 0");
                try (var onOther = DatabaseStore.open(Postgres.patient(replica.url(database)))) {
                    assertThat(onOther.isSessionOver(token)).isFalse();
                }
            }
        }
    }

    // Timeouts.

    @Test
    void aClientThatStandsStillInATransactionKeepsNoLock() throws Exception {
        open().close();
        Sql.execute(url, "INSERT INTO coord_world_head VALUES ('" + GROUP + "', 1, 0, 0)");
        try (var frozen = new DatabaseConnector(settings()).connect(Duration.ofMillis(500));
                var statement = frozen.createStatement()) {
            frozen.setAutoCommit(false);
            statement.execute("SELECT * FROM coord_world_head FOR UPDATE");

            Sql.execute(url, "UPDATE coord_world_head SET term = 2");
        }
    }

    // Terms.

    @Test
    void aClaimOnAnotherServerLeavesRoomForTheTermsThatMayBeLost() {
        try (var store = open()) {
            assertThat(store.leases()
                            .claim(LeaseClaim.first(GROUP, A, "1"))
                            .lease()
                            .orElseThrow()
                            .term())
                    .isEqualTo(new Term(1));
            // As if another server had granted it.
            Sql.execute(url, "UPDATE coord_lease SET timeline = 4711");
            store.leases().renew(new LeaseRenewal(GROUP, A.id(), new Term(1), 1, Duration.ZERO));

            Lease granted = store.leases()
                    .claim(LeaseClaim.first(GROUP, B, "2").withSeen(new Term(1), 1))
                    .lease()
                    .orElseThrow();

            assertThat(granted.term().value()).isGreaterThan(1_000_002);

            // As if one more server had taken over that never heard of it.
            Sql.execute(url, "UPDATE coord_lease SET term = 1, timeline = 4711, leader_id = NULL");
            assertThat(store.leases()
                            .claim(LeaseClaim.first(GROUP, A, "3").withSeen(new Term(1), 1))
                            .lease()
                            .orElseThrow()
                            .term())
                    .isGreaterThan(granted.term());
        }
    }
}
