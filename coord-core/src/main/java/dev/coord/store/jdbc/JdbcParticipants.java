package dev.coord.store.jdbc;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.transport.Address;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The participant operations inside a JDBC transaction of the caller, who begins and ends it. */
public final class JdbcParticipants {
    private static final String SELECT = """
            SELECT participant_id, group_name, pid, process_start, host, role, capabilities, attributes, mesh_address, started_at,
              heartbeats, last_heartbeat_at
            FROM coord_participant
            WHERE group_name = ?""";
    private static final String SELECT_ONE = SELECT + " AND participant_id = ?";
    private static final String SELECT_ALL = SELECT + " ORDER BY participant_id";
    private static final String INSERT = """
            INSERT INTO coord_participant (pid, process_start, host, role, capabilities, attributes, mesh_address, started_at,
              heartbeats, last_heartbeat_at, group_name, participant_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String UPDATE = """
            UPDATE coord_participant SET pid = ?, process_start = ?, host = ?, role = ?, capabilities = ?, attributes = ?,
              mesh_address = ?, started_at = ?, heartbeats = ?, last_heartbeat_at = ?
            WHERE group_name = ? AND participant_id = ?""";
    private static final String HEARTBEAT = """
            UPDATE coord_participant SET heartbeats = ?, role = ?, last_heartbeat_at = ?
            WHERE group_name = ? AND participant_id = ? AND heartbeats <= ?""";
    private static final String DELETE = "DELETE FROM coord_participant WHERE group_name = ? AND participant_id = ?";
    private static final String SEPARATOR = "\n";

    private final InstantSource wallClock;
    private final Dialect dialect;

    /** Participant operations that write {@code wallClock} into the timestamps, which are for people only. */
    JdbcParticipants(InstantSource wallClock, Dialect dialect) {
        this.wallClock = wallClock;
        this.dialect = dialect;
    }

    /** See {@link ParticipantStore#get}. */
    public Optional<Participant> get(Connection connection, String group, ParticipantId participant)
            throws SQLException {
        return select(connection, SELECT_ONE, group, participant.value()).stream()
                .findFirst();
    }

    /** See {@link ParticipantStore#list}. */
    public List<Participant> list(Connection connection, String group) throws SQLException {
        return select(connection, SELECT_ALL, group);
    }

    /** See {@link ParticipantStore#put}. */
    public void put(Connection connection, Participant participant) throws SQLException {
        if (write(connection, UPDATE, participant) == 0) {
            write(connection, INSERT, participant);
        }
    }

    /** See {@link ParticipantStore#delete}; says whether there was a record. */
    public boolean delete(Connection connection, String group, ParticipantId participant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            statement.setString(1, group);
            statement.setString(2, participant.value());
            return statement.executeUpdate() > 0;
        }
    }

    /** What a heartbeat found and did. */
    enum HeartbeatOutcome {
        NO_RECORD,
        SAME_ROLE,
        ROLE_CHANGED
    }

    /** See {@link ParticipantStore#heartbeat}; a heartbeat that is older than the stored one changes nothing. */
    HeartbeatOutcome heartbeat(
            Connection connection, String group, ParticipantId participant, long heartbeats, Role role)
            throws SQLException {
        Optional<Participant> before = get(connection, group, participant);
        if (before.isEmpty()) {
            return HeartbeatOutcome.NO_RECORD;
        }
        try (PreparedStatement statement = connection.prepareStatement(HEARTBEAT)) {
            statement.setLong(1, heartbeats);
            statement.setString(2, role.name());
            dialect.writeTime(statement, 3, wallClock.instant());
            statement.setString(4, group);
            statement.setString(5, participant.value());
            statement.setLong(6, heartbeats);
            boolean written = statement.executeUpdate() > 0;
            return written && before.get().role() != role ? HeartbeatOutcome.ROLE_CHANGED : HeartbeatOutcome.SAME_ROLE;
        }
    }

    private List<Participant> select(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            var found = new ArrayList<Participant>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(read(rows));
                }
            }
            return found;
        }
    }

    private Participant read(ResultSet row) throws SQLException {
        String capabilities = row.getString("capabilities");
        return new Participant(
                row.getString("group_name"),
                new ParticipantId(row.getString("participant_id")),
                row.getLong("pid"),
                Role.valueOf(row.getString("role")),
                capabilities.isEmpty() ? List.of() : List.of(capabilities.split(SEPARATOR, -1)),
                AttributesText.read(row.getString("attributes")),
                Address.find(row.getString("mesh_address")),
                row.getString("process_start"),
                row.getString("host"),
                dialect.readTime(row, "started_at"),
                dialect.readTime(row, "last_heartbeat_at"),
                row.getLong("heartbeats"));
    }

    private int write(Connection connection, String sql, Participant participant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, participant.pid());
            statement.setString(2, participant.process());
            statement.setString(3, participant.host());
            statement.setString(4, participant.role().name());
            statement.setString(5, String.join(SEPARATOR, participant.capabilities()));
            statement.setString(6, AttributesText.write(participant.attributes()));
            statement.setString(7, Address.text(participant.address()));
            dialect.writeTime(statement, 8, participant.started());
            statement.setLong(9, participant.heartbeats());
            dialect.writeTime(statement, 10, participant.lastHeartbeat());
            statement.setString(11, participant.group());
            statement.setString(12, participant.id().value());
            return statement.executeUpdate();
        }
    }
}
