package dev.coord.store.jdbc;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.proto.ParticipantHeartbeat;
import dev.coord.proto.ParticipantRecord;
import dev.coord.store.ParticipantStore;
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
            SELECT participant_id, group_name, pid, process_start, host, role, capabilities, mesh_address, started_at, heartbeats,
              last_heartbeat_at
            FROM coord_participant
            WHERE group_name = ?""";
    private static final String SELECT_ONE = SELECT + " AND participant_id = ?";
    private static final String SELECT_ALL = SELECT + " ORDER BY participant_id";
    private static final String INSERT = """
            INSERT INTO coord_participant (pid, process_start, host, role, capabilities, mesh_address, started_at, heartbeats,
              last_heartbeat_at, group_name, participant_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String UPDATE = """
            UPDATE coord_participant SET pid = ?, process_start = ?, host = ?, role = ?, capabilities = ?, mesh_address = ?,
              started_at = ?, heartbeats = ?, last_heartbeat_at = ?
            WHERE group_name = ? AND participant_id = ?""";
    private static final String HEARTBEAT = """
            UPDATE coord_participant SET heartbeats = ?, role = ?, last_heartbeat_at = ?
            WHERE group_name = ? AND participant_id = ? AND heartbeats <= ?""";
    private static final String DELETE = "DELETE FROM coord_participant WHERE group_name = ? AND participant_id = ?";
    private static final String SEPARATOR = "\n";

    private final InstantSource wallClock;

    /** Participant operations that write {@code wallClock} into the timestamps, which are for people only. */
    public JdbcParticipants(InstantSource wallClock) {
        this.wallClock = wallClock;
    }

    /** See {@link ParticipantStore#get}. */
    public Optional<ParticipantRecord> get(Connection connection, String group, ParticipantId participant)
            throws SQLException {
        return select(connection, SELECT_ONE, group, participant.value()).stream()
                .findFirst();
    }

    /** See {@link ParticipantStore#list}. */
    public List<ParticipantRecord> list(Connection connection, String group) throws SQLException {
        return select(connection, SELECT_ALL, group);
    }

    /** See {@link ParticipantStore#put}. */
    public void put(Connection connection, ParticipantRecord participant) throws SQLException {
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
    HeartbeatOutcome heartbeat(Connection connection, ParticipantHeartbeat heartbeat) throws SQLException {
        Optional<ParticipantRecord> before =
                get(connection, heartbeat.getGroup(), new ParticipantId(heartbeat.getParticipantId()));
        if (before.isEmpty()) {
            return HeartbeatOutcome.NO_RECORD;
        }
        try (PreparedStatement statement = connection.prepareStatement(HEARTBEAT)) {
            statement.setLong(1, heartbeat.getHeartbeats());
            statement.setString(2, Role.fromProto(heartbeat.getRole()).name());
            Timestamps.write(statement, 3, Timestamps.toNanos(wallClock.instant()));
            statement.setString(4, heartbeat.getGroup());
            statement.setString(5, heartbeat.getParticipantId());
            statement.setLong(6, heartbeat.getHeartbeats());
            boolean written = statement.executeUpdate() > 0;
            return written && before.get().getRole() != heartbeat.getRole()
                    ? HeartbeatOutcome.ROLE_CHANGED
                    : HeartbeatOutcome.SAME_ROLE;
        }
    }

    private static List<ParticipantRecord> select(Connection connection, String sql, String... parameters)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            var found = new ArrayList<ParticipantRecord>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(read(rows));
                }
            }
            return found;
        }
    }

    private static ParticipantRecord read(ResultSet row) throws SQLException {
        var record = ParticipantRecord.newBuilder()
                .setParticipantId(row.getString("participant_id"))
                .setGroup(row.getString("group_name"))
                .setPid((int) row.getLong("pid"))
                .setProcess(row.getString("process_start"))
                .setHost(row.getString("host"))
                .setRole(Role.valueOf(row.getString("role")).toProto())
                .setSrpcSocketPath(row.getString("mesh_address"))
                .setStartTimeNanos(Timestamps.read(row, "started_at"))
                .setHeartbeats(row.getLong("heartbeats"))
                .setLastHeartbeatNanos(Timestamps.read(row, "last_heartbeat_at"));
        String capabilities = row.getString("capabilities");
        if (!capabilities.isEmpty()) {
            record.addAllCapabilities(List.of(capabilities.split(SEPARATOR, -1)));
        }
        return record.build();
    }

    private static int write(Connection connection, String sql, ParticipantRecord participant) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, Integer.toUnsignedLong(participant.getPid()));
            statement.setString(2, participant.getProcess());
            statement.setString(3, participant.getHost());
            statement.setString(4, Role.fromProto(participant.getRole()).name());
            statement.setString(5, String.join(SEPARATOR, participant.getCapabilitiesList()));
            statement.setString(6, participant.getSrpcSocketPath());
            Timestamps.write(statement, 7, participant.getStartTimeNanos());
            statement.setLong(8, participant.getHeartbeats());
            Timestamps.write(statement, 9, participant.getLastHeartbeatNanos());
            statement.setString(10, participant.getGroup());
            statement.setString(11, participant.getParticipantId());
            return statement.executeUpdate();
        }
    }
}
