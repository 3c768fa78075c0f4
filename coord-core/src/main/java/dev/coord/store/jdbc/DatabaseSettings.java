package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which external database the processes share, and how it is used. Its text has no password.
 *
 * @param url the JDBC URL, the same database in all processes
 * @param username of a role in the database; empty if the URL has it
 * @param password of the role; empty if it needs none
 * @param tables whether the tables are made, or only looked for
 * @param schemaName the schema of the tables, in MariaDB a database; empty for the first one of the role's search path, or the URL's database
 * @param tablePrefix what the names of the tables begin with
 * @param session whether one connection of each process stays open, to hear of commits, and for the proof of a process's death
 * @param leaseTimeout how long an operation on a lease may take; less than the renew deadline, so that a second attempt is possible
 * @param callTimeout how long any other operation may take
 * @param pollInterval without a session: how often waiters are woken; in MariaDB: how often it is asked for what is new
 */
public record DatabaseSettings(
        String url,
        String username,
        String password,
        Tables tables,
        String schemaName,
        String tablePrefix,
        boolean session,
        Duration leaseTimeout,
        Duration callTimeout,
        Duration pollInterval) {
    /** What the names of the tables begin with by default. */
    public static final String DEFAULT_TABLE_PREFIX = "coord_";

    /** Two attempts, and a connection, within the default renew deadline. */
    public static final Duration DEFAULT_LEASE_TIMEOUT = Duration.ofMillis(500);

    private static final Duration LEAST_TIMEOUT = Duration.ofMillis(50);
    private static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration DEFAULT_POLL_INTERVAL = Duration.ofMillis(250);
    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,30}");

    private static final Pattern AUTHORITY = Pattern.compile("^jdbc:[^/]+//([^/]*)");
    private static final Pattern NAMED_HOST = Pattern.compile("\\(host=([^)]*)\\)");
    private static final String LOCAL = "localhost";

    /** What is done about the tables when a process starts. */
    public enum Tables {
        /** They are made, or brought up to date. */
        UPDATE,
        /** They have to be there, in the right version. */
        VALIDATE
    }

    public DatabaseSettings {
        if (!url.startsWith("jdbc:")) {
            throw new InvalidSettingsException(
                    "The URL of the store's database must begin with 'jdbc:', as in jdbc:postgresql://host/database or jdbc:mariadb://host/database, not '"
                            + withoutSecrets(url) + "'",
                    "store.url");
        }
        name("name of the schema", schemaName.isEmpty() ? "_" : schemaName, "store.schema-name");
        name("prefix of the tables", tablePrefix, "store.table-prefix");
        Durations.positive("timeout of the operations on a lease", leaseTimeout, "store.lease-timeout");
        Durations.positive("store's call timeout", callTimeout, "store.call-timeout");
        Durations.positive("store's poll interval", pollInterval, "store.poll-interval");
        if (leaseTimeout.compareTo(LEAST_TIMEOUT) < 0) {
            throw new InvalidSettingsException(
                    "The timeout of the operations on a lease must be at least " + LEAST_TIMEOUT.toMillis()
                            + " ms, not " + leaseTimeout.toMillis() + " ms: a healthy database would not keep it",
                    "store.lease-timeout");
        }
    }

    /** The database at {@code url} with the defaults: tables are made, there is a session, 0.5 s for leases and 3 s for the rest. */
    public static DatabaseSettings at(String url) {
        return new DatabaseSettings(
                url,
                "",
                "",
                Tables.UPDATE,
                "",
                DEFAULT_TABLE_PREFIX,
                true,
                DEFAULT_LEASE_TIMEOUT,
                DEFAULT_CALL_TIMEOUT,
                DEFAULT_POLL_INTERVAL);
    }

    private static void name(String what, String value, String setting) {
        if (!NAME.matcher(value).matches()) {
            throw new InvalidSettingsException(
                    "The " + what + " must be 1 to 31 small letters, digits or underscores, no digit first, not '"
                            + value + "'",
                    setting);
        }
    }

    /** The URL without names and passwords that it may have. */
    public String place() {
        return withoutSecrets(url);
    }

    /** The hosts that the URL names, in its order, without ports; this machine if it names none. */
    public List<String> hosts() {
        Matcher authority = AUTHORITY.matcher(place());
        if (!authority.find()) {
            return List.of(LOCAL);
        }
        List<String> hosts = Arrays.stream(authority.group(1).split(","))
                .map(DatabaseSettings::host)
                .filter(host -> !host.isEmpty())
                .toList();
        return hosts.isEmpty() ? List.of(LOCAL) : hosts;
    }

    /** Of {@code host:port}, {@code [IPv6 address]:port}, or {@code address=(host=…)(port=…)}. */
    private static String host(String part) {
        Matcher named = NAMED_HOST.matcher(part);
        if (named.find()) {
            return named.group(1);
        }
        return part.startsWith("[") ? part.replaceFirst("^\\[([^]]*)].*$", "$1") : part.replaceFirst(":.*$", "");
    }

    private static String withoutSecrets(String url) {
        int question = url.indexOf('?');
        String plain = question < 0 ? url : url.substring(0, question);
        return plain.replaceFirst("//[^/@]*@", "//");
    }

    /** The same for another role. */
    public DatabaseSettings withCredentials(String name, String secret) {
        return with(to -> {
            to.username = name;
            to.password = secret;
        });
    }

    /** The same with another {@link #tables()}. */
    public DatabaseSettings withTables(Tables what) {
        return with(to -> to.tables = what);
    }

    /** The same with tables of other names. */
    public DatabaseSettings withNames(String schema, String prefix) {
        return with(to -> {
            to.schemaName = schema;
            to.tablePrefix = prefix;
        });
    }

    /** The same with or without a {@link #session()}. */
    public DatabaseSettings withSession(boolean wanted) {
        return with(to -> to.session = wanted);
    }

    /** The same with other timeouts. */
    public DatabaseSettings withTimeouts(Duration lease, Duration call) {
        return with(to -> {
            to.leaseTimeout = lease;
            to.callTimeout = call;
        });
    }

    /** The same with another {@link #pollInterval()}. */
    public DatabaseSettings withPollInterval(Duration interval) {
        return with(to -> to.pollInterval = interval);
    }

    private DatabaseSettings with(Consumer<Copy> change) {
        var copy = new Copy(this);
        change.accept(copy);
        return copy.made();
    }

    /** What a copy is to have. */
    private static final class Copy {
        private String url;
        private String username;
        private String password;
        private Tables tables;
        private String schemaName;
        private String tablePrefix;
        private boolean session;
        private Duration leaseTimeout;
        private Duration callTimeout;
        private Duration pollInterval;

        Copy(DatabaseSettings from) {
            url = from.url;
            username = from.username;
            password = from.password;
            tables = from.tables;
            schemaName = from.schemaName;
            tablePrefix = from.tablePrefix;
            session = from.session;
            leaseTimeout = from.leaseTimeout;
            callTimeout = from.callTimeout;
            pollInterval = from.pollInterval;
        }

        DatabaseSettings made() {
            return new DatabaseSettings(
                    url,
                    username,
                    password,
                    tables,
                    schemaName,
                    tablePrefix,
                    session,
                    leaseTimeout,
                    callTimeout,
                    pollInterval);
        }
    }

    @Override
    public String toString() {
        return "DatabaseSettings[" + place() + ", schema " + schemaName + ", tables " + tablePrefix + "*]";
    }
}
