package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The external databases that can be used, and what is said of those that cannot. */
final class DatabaseKinds {
    private static final List<DatabaseKind> ALL = List.of(new PostgresqlKind(), new MariaDbKind());

    private static final Pattern HOSTS = Pattern.compile("([^/]*//)([^/?]*)(.*)");

    private DatabaseKinds() {}

    /** {@code url}, once for each of its hosts. */
    static List<String> eachHost(String url) {
        Matcher parts = HOSTS.matcher(url);
        return parts.matches()
                ? Stream.of(parts.group(2).split(",", -1))
                        .map(host -> parts.group(1) + host + parts.group(3))
                        .toList()
                : List.of(url);
    }

    /**
     * The one that the URL names.
     *
     * @throws InvalidSettingsException if there is none that can be used
     */
    static DatabaseKind of(DatabaseSettings settings) {
        return ALL.stream()
                .filter(kind -> kind.isNamedBy(settings.url()))
                .findFirst()
                .orElseThrow(() -> hasDriver(settings) ? unusable(settings) : noDriver(settings, ALL));
    }

    private static boolean hasDriver(DatabaseSettings settings) {
        try {
            return DriverManager.getDriver(settings.url()) != null;
        } catch (SQLException e) {
            return false;
        }
    }

    private static InvalidSettingsException unusable(DatabaseSettings settings) {
        return new InvalidSettingsException(
                "The store's database must be "
                        + ALL.stream().map(DatabaseKind::versions).collect(Collectors.joining(", or ")) + ", and '"
                        + settings.place() + "' is neither",
                "store.url");
    }

    /**
     * Looks at what the server says of itself.
     *
     * @throws InvalidSettingsException if it is no {@code product}, or older than the version
     */
    static void check(
            Connection connection, DatabaseKind kind, String product, int major, int minor, DatabaseSettings settings)
            throws SQLException {
        var server = connection.getMetaData();
        String found = server.getDatabaseProductName();
        if (!found.equals(product)) {
            throw unusable(kind, settings, found);
        }
        int foundMajor = server.getDatabaseMajorVersion();
        if (foundMajor < major || (foundMajor == major && server.getDatabaseMinorVersion() < minor)) {
            throw unusable(kind, settings, "version " + server.getDatabaseProductVersion());
        }
    }

    private static InvalidSettingsException unusable(DatabaseKind kind, DatabaseSettings settings, String found) {
        return new InvalidSettingsException(
                "The store's database must be " + kind.versions() + ", and '" + settings.place() + "' is " + found,
                "store.url");
    }

    /** Says which driver is missing. */
    static InvalidSettingsException noDriver(DatabaseSettings settings, List<DatabaseKind> possible) {
        return new InvalidSettingsException(
                "No JDBC driver that this application has knows the URL of the store's database, '" + settings.place()
                        + "': add the driver to the application, "
                        + possible.stream().map(DatabaseKind::driver).collect(Collectors.joining(", "))
                        + ", or correct the URL",
                "store.url");
    }

    /** Says that name or password are wrong, or the role has no right to be there. */
    static InvalidSettingsException notLetIn(DatabaseSettings settings, SQLException failure) {
        return new InvalidSettingsException(
                "The store's database '" + settings.place() + "' does not let "
                        + (settings.username().isEmpty() ? "the user of the URL" : "'" + settings.username() + "'")
                        + " in: " + failure.getMessage(),
                "store.username",
                "store.password");
    }

    /** Says that there is no such database. */
    static InvalidSettingsException noDatabase(DatabaseSettings settings, SQLException failure) {
        return new InvalidSettingsException(
                "There is no database '" + settings.place() + "': " + failure.getMessage(), "store.url");
    }
}
