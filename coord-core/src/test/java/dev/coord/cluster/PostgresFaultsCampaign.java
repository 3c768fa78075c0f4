package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import dev.coord.testing.PostgresServer;
import dev.coord.testing.Sql;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes on a PostgreSQL that goes on and yet does not do what they want. Whatever it is: nobody leads beside another one,
 * afterwards there is a leader again, and no connection is left.
 */
@Tag("campaign")
class PostgresFaultsCampaign {
    private static final String OF_COORD = " FROM pg_stat_activity WHERE application_name = 'coord'";
    private static final String HOLDS_A_LIFE_LOCK = " IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')";
    /** A session and three more, of each. */
    private static final int MOST_CONNECTIONS = 3 * 4;

    private static PostgresServer server;
    private static Group group;

    private Participant old;
    private long term;

    @BeforeAll
    static void start(@TempDir Path root) {
        server = PostgresServer.start(root.resolve("data"));
        group = Group.in(root, options -> options.withShortTimes().withDatabase(server.url()));
        group.startAll(3);
    }

    @AfterAll
    static void close() {
        group.close();
        server.close();
    }

    @BeforeEach
    void findTheLeader() {
        old = group.awaitAgreement();
        term = old.lastTerm();
    }

    @AfterEach
    void allIsAsBefore() {
        group.awaitAgreement();
        assertThat(group.well()).hasSize(3);
        group.assertOneLeaderAtATime();
        await("no more connections than before")
                .until(() -> Sql.number(server.url(), "SELECT count(*)" + OF_COORD) <= MOST_CONNECTIONS);
        await("a life lock of each")
                .until(() ->
                        Sql.number(server.url(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 3);
    }

    /** Which is what an administrator does before an upgrade. */
    @Test
    void aServerThatIsSwitchedToReadOnlyEndsTheLeadershipUntilItWritesAgain() {
        readOnly("on");
        old.process().await("LOST " + term);
        readOnly("off");

        group.awaitLeaderAfter(term);
    }

    private static void readOnly(String set) {
        Sql.execute(
                server.url() + "&options=-c%20default_transaction_read_only=off",
                "ALTER SYSTEM SET default_transaction_read_only = " + set,
                "SELECT pg_reload_conf()");
    }

    @Test
    void aLeaseThatSomebodyHasLockedEndsTheLeadershipUntilItIsFree() throws SQLException {
        try (Connection someone = DriverManager.getConnection(server.url());
                var statement = someone.createStatement()) {
            someone.setAutoCommit(false);
            statement.execute("SELECT * FROM coord_lease FOR UPDATE");
            old.process().await("LOST " + term);
            someone.rollback();
        }
        group.awaitLeaderAfter(term);
    }

    @Test
    void aServerWhoseConnectionsOthersHaveTakenServesAgainWhenTheyAreGone() throws SQLException {
        List<Connection> others = new ArrayList<>();
        try {
            takeAll(others);
            try (var statement = others.get(0).createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid)" + OF_COORD);
            }
            old.process().await("LOST " + term);
            takeAll(others);
        } finally {
            for (Connection other : others) {
                other.close();
            }
        }
        group.awaitLeaderAfter(term);
    }

    private static void takeAll(List<Connection> taken) {
        try {
            while (true) {
                taken.add(DriverManager.getConnection(server.url()));
            }
        } catch (SQLException e) {
            assertThat(e.getMessage()).contains("too many clients");
        }
    }

    @Test
    void connectionsThatAreCutOneByOneAreMadeAgain() {
        for (String which : List.of(" AND pid NOT" + HOLDS_A_LIFE_LOCK, " AND pid" + HOLDS_A_LIFE_LOCK, "")) {
            Sql.execute(server.url(), "SELECT pg_terminate_backend(pid)" + OF_COORD + which);
            group.awaitAgreement();
        }
    }

    @Test
    void statementsThatAreCancelledAreRepeated() {
        for (int i = 0; i < 20; i++) {
            Sql.execute(server.url(), "SELECT pg_cancel_backend(pid), pg_sleep(0.01)" + OF_COORD);
        }
    }
}
