package dev.coord.store.shared;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.h2.api.Trigger;

/**
 * Freezes the owner in the middle of an operation, with its transaction open: when a participant's record is put whose machine
 * asks for it, the first time.
 */
public final class FreezingTrigger implements Trigger {
    private static final String REQUEST = "freeze the owner, unless this exists: ";

    /** The machine of a record that freezes the owner, unless {@code marker} exists. */
    static String request(Path marker) {
        return REQUEST + marker;
    }

    /** Puts it into the database in {@code file}, which nobody has open. */
    static void install(Path file) throws SQLException {
        try (Database database = Database.open(file, () -> true);
                Connection connection = database.connections().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE TRIGGER freezing BEFORE INSERT ON coord_participant FOR EACH ROW CALL '"
                    + FreezingTrigger.class.getName() + "'");
            database.sync();
        }
    }

    @Override
    public void fire(Connection connection, Object[] oldRow, Object[] newRow) {
        for (Object value : newRow) {
            if (value instanceof String text && text.startsWith(REQUEST)) {
                ArmedFailpoint.freezeOnce(Path.of(text.substring(REQUEST.length())));
            }
        }
    }
}
