package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import dev.coord.store.CommitSignal.Topic;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Through LISTEN and NOTIFY. The driver is the application's, and not on the class path that this is compiled with. */
final class PostgresqlNews implements News {
    private static final String SEPARATOR = " ";

    private final String channel;
    private final String self = UUID.randomUUID().toString();
    private @Nullable Method notifications;

    PostgresqlNews(DatabaseSettings settings) {
        this.channel = "coord_" + (settings.schemaName().isEmpty() ? "" : settings.schemaName() + ".")
                + settings.tablePrefix();
    }

    @Override
    public void announce(Connection connection, Set<Topic> changed) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_notify(?, ?)")) {
            statement.setString(1, channel);
            statement.setString(2, write(changed));
            statement.execute();
        }
    }

    @Override
    public void listen(Connection session) throws SQLException {
        var unused = notifications(session);
        try (var statement = session.createStatement()) {
            statement.execute("LISTEN \"" + channel + "\"");
        }
    }

    @Override
    public Set<Topic> await(Connection session, Duration max, Pause pause) throws SQLException {
        var topics = EnumSet.noneOf(Topic.class);
        try {
            Method ask = notifications(session);
            Object driver = session.unwrap(ask.getDeclaringClass());
            Object[] heard = (Object[]) ask.invoke(driver, Math.toIntExact(max.toMillis()));
            if (heard == null) {
                return topics;
            }
            for (Object one : heard) {
                Method parameter = Class.forName(
                                "org.postgresql.PGNotification",
                                true,
                                one.getClass().getClassLoader())
                        .getMethod("getParameter");
                topics.addAll(read((String) parameter.invoke(one)));
            }
            return topics;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new SQLException("Listening failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new SQLException("Listening failed: " + e, e);
        }
    }

    private Method notifications(Connection session) {
        Method known = notifications;
        if (known != null) {
            return known;
        }
        try {
            Class<?> type = Class.forName(
                    "org.postgresql.PGConnection", true, session.getClass().getClassLoader());
            Method found = type.getMethod("getNotifications", int.class);
            notifications = found;
            return found;
        } catch (ReflectiveOperationException e) {
            throw new InvalidSettingsException(
                    "The JDBC driver of the store's database tells nothing of LISTEN: use org.postgresql:postgresql, or do"
                            + " without a session, coord.store.session=false",
                    "store.session");
        }
    }

    /** What a notification says about {@code topics}: their first letters, and who changed them. */
    private String write(Set<Topic> topics) {
        var letters = new StringBuilder();
        topics.stream().sorted().forEach(topic -> letters.append(topic.name().charAt(0)));
        return letters.append(SEPARATOR).append(self).toString();
    }

    /** Of what another version wrote, what this one knows. Whoever committed knows already. */
    private Set<Topic> read(String notification) {
        var topics = EnumSet.noneOf(Topic.class);
        int end = notification.indexOf(SEPARATOR);
        String letters = end < 0 ? notification : notification.substring(0, end);
        if (notification.endsWith(SEPARATOR + self)) {
            return topics;
        }
        for (Topic topic : Topic.values()) {
            if (letters.indexOf(topic.name().charAt(0)) >= 0) {
                topics.add(topic);
            }
        }
        return topics;
    }
}
