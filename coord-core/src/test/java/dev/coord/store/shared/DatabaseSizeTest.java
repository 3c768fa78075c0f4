package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Participant;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.testing.NotBefore;
import dev.coord.transport.unix.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The file does not grow with the number of commits. Five minutes of an idle group of three are made in a little more than a second: both
 * the commits and the time for which H2 keeps freed space from being used again run {@value #TIMES_QUICKER} times quicker, so
 * that each commit finds as much space free as it would in truth.
 */
class DatabaseSizeTest {
    private static final int TIMES_QUICKER = 250;
    private static final int SECONDS = 300;
    private static final int SECONDS_BETWEEN_STORES = 2;
    private static final int RENEWALS_PER_SECOND = 4;
    private static final int HEARTBEATS_PER_SECOND = 2;
    private static final Duration SECOND = Duration.ofSeconds(1).dividedBy(TIMES_QUICKER);
    private static final long MAX_BYTES = 20_000_000;
    private static final String GROUP = "default";
    private static final List<String> PARTICIPANTS =
            List.of("1-0123456789abcdef", "2-0123456789abcdef", "3-0123456789abcdef");

    @TempDir
    private Path root;

    @Test
    void theFileStaysSmallForFiveMinutesOfRenewals() throws IOException, SQLException {
        renewFor(SECONDS, root);
    }

    static void renewFor(int seconds, Path root) throws IOException, SQLException {
        Path file = PrivateDirectory.createFile(root.resolve("size.mv.db"));
        try (Database database = Database.open(file, () -> true)) {
            setRetention(database, Database.RETENTION_MILLIS / TIMES_QUICKER);
            var store = new JdbcStore(database.connections(), Dialect.H2, InstantSource.system(), changed -> {});
            store.migrate();
            PARTICIPANTS.forEach(id ->
                    store.put(Participant.builder(GROUP, new ParticipantId(id)).build()));
            store.claim(LeaseClaim.first(GROUP, LeaseHolder.of(new ParticipantId(PARTICIPANTS.get(0))), ""));
            var beginning = NotBefore.fromNow();
            long largest = 0;
            for (int second = 0; second < seconds; second++) {
                while (!beginning.hasPassed(SECOND.multipliedBy(second))) {
                    LockSupport.parkNanos(SECOND.toNanos() / 4);
                }
                commitsOf(second, store);
                if (second % SECONDS_BETWEEN_STORES == 0) {
                    database.store();
                }
                largest = Math.max(largest, Files.size(file));
            }
            System.out.printf(
                    "%d s of an idle group of three: the file has %d kB, at most %d kB%n",
                    seconds, Files.size(file) / 1000, largest / 1000);
            assertThat(largest).isLessThan(MAX_BYTES);
        }
    }

    private static void setRetention(Database database, int millis) throws SQLException {
        try (Connection connection = database.connections().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SET RETENTION_TIME " + millis);
        }
    }

    private static void commitsOf(int second, JdbcStore store) {
        for (int i = 1; i <= RENEWALS_PER_SECOND; i++) {
            assertThat(store.renew(new LeaseRenewal(
                                    GROUP,
                                    new ParticipantId(PARTICIPANTS.get(0)),
                                    new Term(1),
                                    (long) second * RENEWALS_PER_SECOND + i,
                                    Duration.ZERO))
                            .accepted())
                    .isTrue();
        }
        for (int i = 1; i <= HEARTBEATS_PER_SECOND; i++) {
            for (String id : PARTICIPANTS) {
                assertThat(store.heartbeat(
                                GROUP, new ParticipantId(id), (long) second * HEARTBEATS_PER_SECOND + i, Role.UNKNOWN))
                        .isTrue();
            }
        }
    }
}
