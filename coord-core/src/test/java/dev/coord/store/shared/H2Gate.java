package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.LoadAccount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a version of H2 has to pass: a process that writes, frees and reuses file space is killed again and again, and each time
 * the database opens and holds exactly what was acknowledged, but for one step of each thread whose outcome is unknown.
 *
 * <p>Steps come in threes: a row is inserted, an older one is updated, the oldest one is deleted. So the rows after any number
 * of steps are known.
 */
final class H2Gate {
    static final long EPOCH = 1;
    private static final int THREADS = 3;
    private static final int LIVING_ROWS = 150;
    private static final int MAX_PAYLOAD = 2900;
    private static final int MIN_STEPS = 300;
    private static final int MORE_STEPS = 3000;

    private final Path root;
    private final Path file;
    private final List<LoadAccount> accounts = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Random random = new Random();
    private long written;

    /** What a step does. */
    enum Kind {
        INSERT,
        UPDATE,
        DELETE
    }

    private H2Gate(Path root) throws IOException {
        this.root = root;
        file = root.resolve("coord.1.mv.db");
        arguments.add(root.toString());
        for (int i = 1; i <= THREADS; i++) {
            Path account = root.resolve("w" + i);
            arguments.add(account.toString());
            accounts.add(LoadAccount.open(account));
        }
    }

    static void run(Path root, int kills) throws IOException, SQLException {
        var gate = new H2Gate(root);
        for (int i = 0; i < kills; i++) {
            gate.killOnce();
            gate.check();
        }
        long size = Files.size(gate.file);
        System.out.printf(
                "%d kills, %d commits acknowledged, none missing; %d MB written to a file of %d MB%n",
                kills, gate.acknowledged(), gate.written / 1_000_000, size / 1_000_000);
        assertThat(size).as("file space was reused").isLessThan(gate.written / 2);
    }

    static Kind kind(long step) {
        return Kind.values()[(int) ((step - 1) % 3)];
    }

    /** The row that {@code step} is about. The first rows that are updated, and deleted, are not there before. */
    static long id(long step) {
        long round = (step - 1) / 3;
        return switch (kind(step)) {
            case INSERT -> round;
            case UPDATE -> round - LIVING_ROWS / 2;
            case DELETE -> round - LIVING_ROWS;
        };
    }

    static byte[] payload(String worker, long step) {
        var content = new Random(worker.hashCode() * 31L + step);
        var payload = new byte[content.nextInt(MAX_PAYLOAD)];
        content.nextBytes(payload);
        return payload;
    }

    private long acknowledged() {
        return accounts.stream().mapToLong(LoadAccount::acknowledged).sum();
    }

    private void killOnce() {
        long until = acknowledged() + MIN_STEPS + random.nextInt(MORE_STEPS);
        try (JavaProcess writer = JavaProcess.start("writer", JavaProcess.QUICK_START, H2WriterMain.class, arguments)) {
            await("steps").pollInterval(Duration.ofMillis(1)).until(() -> acknowledged() >= until);
            written += writer.bytesWritten();
            writer.kill();
        }
    }

    /** Looks in several transactions at a time: one whose number is that of a lost transaction could see what that one did. */
    private void check() throws IOException, SQLException {
        try (JournaledDatabase opened =
                JournaledDatabase.open(new SharedDirectory(root), EPOCH, () -> true, changed -> {}, Failpoints.NONE)) {
            var unused = opened.store();
            opened.forceStored();
        }
        try (Database database = Database.open(file, () -> true);
                Connections views = Connections.begin(database)) {
            for (Connection view : views.all()) {
                for (LoadAccount account : accounts) {
                    check(view, account);
                }
            }
        }
    }

    private static void check(Connection connection, LoadAccount account) throws SQLException {
        assertThat(account.wrong()).as("failed step of %s", account).isZero();
        Map<Long, byte[]> rows = rows(connection, account.worker());
        List<Long> wrong = differences(rows, account.worker(), account.acknowledged());
        if (!wrong.isEmpty() && account.submitted() > account.acknowledged()) {
            wrong = differences(rows, account.worker(), account.submitted());
        }
        assertThat(wrong)
                .as("rows that are missing, wrong or too many after %s", account)
                .isEmpty();
    }

    /** Transactions that are open at the same time. */
    private record Connections(List<Connection> all) implements AutoCloseable {
        static Connections begin(Database database) throws SQLException {
            var begun = new Connections(new ArrayList<>());
            for (int i = 0; i <= THREADS; i++) {
                Connection connection = database.connections().getConnection();
                begun.all.add(connection);
                connection.setAutoCommit(false);
                try (var statement = connection.createStatement()) {
                    statement.execute("UPDATE coord_participant SET role = role WHERE group_name = 'nobody" + i + "'");
                }
                rows(connection, "nobody");
            }
            return begun;
        }

        @Override
        public void close() throws SQLException {
            for (Connection connection : all) {
                connection.close();
            }
        }
    }

    private static Map<Long, byte[]> rows(Connection connection, String worker) throws SQLException {
        var found = new HashMap<Long, byte[]>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT participant_id, capabilities FROM coord_participant WHERE group_name = ?")) {
            query.setString(1, worker);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    found.put(rows.getLong(1), Base64.getDecoder().decode(rows.getString(2)));
                }
            }
        }
        return found;
    }

    /** The rows in which {@code found} differs from what is there after {@code steps}. */
    private static List<Long> differences(Map<Long, byte[]> found, String worker, long steps) {
        var expected = new HashMap<Long, byte[]>();
        // What was inserted earlier is deleted by then.
        for (long step = Math.max(1, steps - 9L * LIVING_ROWS); step <= steps; step++) {
            if (kind(step) == Kind.DELETE) {
                expected.remove(id(step));
            } else {
                expected.put(id(step), payload(worker, step));
            }
        }
        var different = new ArrayList<Long>();
        expected.forEach((id, payload) -> {
            if (!Arrays.equals(payload, found.get(id))) {
                different.add(id);
            }
        });
        found.keySet().stream().filter(id -> !expected.containsKey(id)).forEach(different::add);
        return different;
    }
}
