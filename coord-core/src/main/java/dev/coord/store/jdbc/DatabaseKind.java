package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** What external databases do differently beyond their SQL: how they are connected to, and what their sessions hold. */
interface DatabaseKind {
    /** In whole seconds, so that drivers of any unit keep it. Reaching a server takes longer than asking one. */
    Duration CONNECT = Duration.ofSeconds(2);

    /** Whether {@code url} is of this kind. */
    boolean isNamedBy(String url);

    /** Its name and the oldest version, in words. */
    String versions();

    /** The driver, and for what, in words. */
    String driver();

    Dialect dialect();

    /** One for each host of {@code url}: none of them gets the time of another one. */
    List<String> urls(String url);

    /** How a connection is made, unless the URL says otherwise. Of {@code plain} ones the server keeps nothing. */
    Properties properties(boolean plain);

    /**
     * Looks at the server.
     *
     * @throws InvalidSettingsException if it is another one, or too old
     * @throws SQLException if it cannot be written to
     */
    void check(Connection connection, DatabaseSettings settings) throws SQLException;

    /** Sets for a new connection that each statement ends within {@code timeout}, and where the tables are. */
    void begin(Connection connection, DatabaseSettings settings, Duration timeout) throws SQLException;

    /** What each transaction begins with; empty if nothing is needed. */
    default String transactionSettings(DatabaseSettings settings, Duration timeout) {
        return "";
    }

    /**
     * Begins a transaction of somebody who may think for {@code thinking} between two statements, on a connection that is not used for
     * others afterwards.
     *
     * @param reads whether it only reads, all of it as of one moment
     */
    void beginLong(Connection connection, Duration thinking, boolean reads) throws SQLException;

    /** Why no later attempt to connect will succeed; null if one may. */
    @Nullable
    InvalidSettingsException refusal(DatabaseSettings settings, SQLException failure);

    /** Whether {@code failure} says that the role may not make tables, or has no schema to make them in. */
    boolean isNotAllowed(SQLException failure);

    /** Makes the schema; says whether it was not there. */
    boolean makeSchema(Connection connection, String name) throws SQLException;

    /** Tells of commits; one for each process. */
    News news(DatabaseSettings settings);

    /** The number of the connection on the server. */
    long backend(Connection connection) throws SQLException;

    /** Takes a new life lock, which the server frees when the connection ends; others ask for it by what is returned. */
    String takeLifeLock(Connection connection) throws SQLException;

    /** Whether {@code connection} has that lock, by what the server says. */
    boolean holdsLifeLock(Connection connection, String token) throws SQLException;

    /** Whether {@code text} can be the token of a life lock. */
    boolean isToken(String text);

    /** Whether the session that {@code token} names is over; false if that is not known. */
    boolean isOver(Connection any, String token) throws SQLException;
}
