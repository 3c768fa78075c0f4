package dev.coord.store.jdbc;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.LeaseClaim;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.LeaseRelease;
import dev.coord.proto.LeaseRenewal;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseStore;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * The lease operations inside a JDBC transaction of the caller, who begins and ends it. Each conditional operation locks the
 * row first ({@code SELECT … FOR UPDATE}), so that reading, judging and writing are one step.
 */
public final class JdbcLeases {
    private static final String COLUMNS =
            "group_name, term, leader_id, leader_pid, leader_address, leader_process, nonce, renewals, stale_threshold_nanos, renewed_at";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM coord_lease WHERE group_name = ?";
    private static final String SELECT_LOCKED = SELECT + " FOR UPDATE";
    private static final String INSERT =
            "INSERT INTO coord_lease (term, leader_id, leader_pid, leader_address, leader_process, nonce, renewals,"
                    + " stale_threshold_nanos, renewed_at, group_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = """
            UPDATE coord_lease SET term = ?, leader_id = ?, leader_pid = ?, leader_address = ?, leader_process = ?, nonce = ?,
              renewals = ?, stale_threshold_nanos = ?, renewed_at = ?
            WHERE group_name = ?""";

    private final InstantSource wallClock;

    /** Lease operations that write {@code wallClock} into the timestamps, which are for people only. */
    public JdbcLeases(InstantSource wallClock) {
        this.wallClock = wallClock;
    }

    /** See {@link LeaseStore#get}. */
    public Optional<LeaseRecord> get(Connection connection, String group) throws SQLException {
        return select(connection, SELECT, group);
    }

    /** See {@link LeaseStore#put}. */
    public void put(Connection connection, LeaseRecord lease) throws SQLException {
        Optional<LeaseRecord> row = lock(connection, lease.getGroup());
        if (row.isPresent() && lease.getTerm() < row.get().getTerm()) {
            throw new SQLException("The lease of group '" + lease.getGroup() + "' is at term "
                    + row.get().getTerm() + " and cannot go back to " + lease.getTerm() + ": terms only grow");
        }
        write(connection, row.isPresent(), lease);
    }

    /** See {@link LeaseStore#delete}. */
    public void delete(Connection connection, String group) throws SQLException {
        Optional<LeaseRecord> row = lock(connection, group);
        if (row.isPresent()) {
            write(connection, true, freed(row.get()));
        }
    }

    /** See {@link LeaseStore#claim}. */
    public LeaseAnswer claim(Connection connection, LeaseClaim claim) throws SQLException {
        Optional<LeaseRecord> row = lock(connection, claim.getGroup());
        if (row.isPresent() && isGranted(row.get(), claim)) {
            return LeaseAnswer.accepted(row.get());
        }
        if (!mayClaim(row, claim)) {
            return LeaseAnswer.refused(row);
        }
        LeaseRecord granted = LeaseRecord.newBuilder()
                .setGroup(claim.getGroup())
                .setTerm(claim.getSeenTerm() + 1)
                .setLeaderId(claim.getParticipantId())
                .setLeaderPid(claim.getPid())
                .setLeaderSocketPath(claim.getSocketPath())
                .setLeaderProcess(claim.getProcess())
                .setNonce(claim.getNonce())
                .setStaleThresholdNanos(claim.getStaleThresholdNanos())
                .setLeaseTimestampNanos(now())
                .build();
        write(connection, row.isPresent(), granted);
        return LeaseAnswer.accepted(granted);
    }

    /** See {@link LeaseStore#renew}. */
    public LeaseAnswer renew(Connection connection, LeaseRenewal renewal) throws SQLException {
        Optional<LeaseRecord> row = lock(connection, renewal.getGroup());
        if (row.isEmpty() || !isHolder(row.get(), renewal.getParticipantId(), renewal.getTerm())) {
            return LeaseAnswer.refused(row);
        }
        if (renewal.getRenewals() <= row.get().getRenewals()) {
            return LeaseAnswer.accepted(row.get());
        }
        long threshold = renewal.getStaleThresholdNanos();
        LeaseRecord renewed = row.get().toBuilder()
                .setRenewals(renewal.getRenewals())
                // Of a holder that does not know this field.
                .setStaleThresholdNanos(threshold == 0 ? row.get().getStaleThresholdNanos() : threshold)
                .setLeaseTimestampNanos(now())
                .build();
        write(connection, true, renewed);
        return LeaseAnswer.accepted(renewed);
    }

    /** See {@link LeaseStore#release}. */
    public LeaseAnswer release(Connection connection, LeaseRelease release) throws SQLException {
        Optional<LeaseRecord> row = lock(connection, release.getGroup());
        if (row.isEmpty() || !isHolder(row.get(), release.getParticipantId(), release.getTerm())) {
            return LeaseAnswer.refused(row);
        }
        LeaseRecord freed = freed(row.get());
        write(connection, true, freed);
        return LeaseAnswer.accepted(freed);
    }

    /** Whether {@code participant} holds the lease of {@code group} with {@code term} at this moment; the row is not locked. */
    public boolean isHeld(Connection connection, String group, ParticipantId participant, Term term)
            throws SQLException {
        Optional<LeaseRecord> row = get(connection, group);
        return row.isPresent() && isHolder(row.get(), participant.value(), term.value());
    }

    /**
     * Fences the caller's transaction: whether {@code participant} holds the lease of {@code group} with {@code term}. The row
     * stays locked until the transaction ends, so nobody can take the lease before it is committed.
     */
    public boolean lockIfHeld(Connection connection, String group, ParticipantId participant, Term term)
            throws SQLException {
        Optional<LeaseRecord> row = lock(connection, group);
        return row.isPresent() && isHolder(row.get(), participant.value(), term.value());
    }

    private static boolean isHolder(LeaseRecord row, String participant, long term) {
        // A free lease names nobody, and nobody does not hold it.
        return !participant.isEmpty()
                && row.getTerm() == term
                && row.getLeaderId().equals(participant);
    }

    private static boolean isGranted(LeaseRecord row, LeaseClaim claim) {
        return row.getNonce().equals(claim.getNonce()) && row.getLeaderId().equals(claim.getParticipantId());
    }

    private static boolean mayClaim(Optional<LeaseRecord> row, LeaseClaim claim) {
        if (row.isEmpty()) {
            return claim.getSeenTerm() == 0;
        }
        LeaseRecord lease = row.get();
        // A claim made for an older term is refused even if the row is free by now: it may be a late repetition of a
        // claim that
        // was answered long ago, and would give the lease to somebody who does not wait for it.
        if (lease.getTerm() != claim.getSeenTerm()) {
            return false;
        }
        return lease.getLeaderId().isEmpty()
                || lease.getLeaderId().equals(claim.getParticipantId())
                || claim.getHolderKnownDead()
                || lease.getRenewals() == claim.getSeenRenewals();
    }

    private LeaseRecord freed(LeaseRecord lease) {
        return LeaseRecord.newBuilder()
                .setGroup(lease.getGroup())
                .setTerm(lease.getTerm())
                .setNonce(lease.getNonce())
                .setRenewals(lease.getRenewals())
                .setLeaseTimestampNanos(now())
                .build();
    }

    private long now() {
        Instant now = wallClock.instant();
        return Timestamps.toNanos(now);
    }

    private static Optional<LeaseRecord> lock(Connection connection, String group) throws SQLException {
        return select(connection, SELECT_LOCKED, group);
    }

    private static Optional<LeaseRecord> select(Connection connection, String sql, String group) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, group);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(read(rows)) : Optional.empty();
            }
        }
    }

    private static LeaseRecord read(ResultSet row) throws SQLException {
        String leader = row.getString("leader_id");
        return LeaseRecord.newBuilder()
                .setGroup(row.getString("group_name"))
                .setTerm(row.getLong("term"))
                .setLeaderId(leader == null ? "" : leader)
                .setLeaderPid((int) row.getLong("leader_pid"))
                .setLeaderSocketPath(row.getString("leader_address"))
                .setLeaderProcess(row.getString("leader_process"))
                .setNonce(row.getString("nonce"))
                .setRenewals(row.getLong("renewals"))
                .setStaleThresholdNanos(row.getLong("stale_threshold_nanos"))
                .setLeaseTimestampNanos(Timestamps.read(row, "renewed_at"))
                .build();
    }

    private static void write(Connection connection, boolean exists, LeaseRecord lease) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(exists ? UPDATE : INSERT)) {
            statement.setLong(1, lease.getTerm());
            statement.setString(2, lease.getLeaderId().isEmpty() ? null : lease.getLeaderId());
            statement.setLong(3, Integer.toUnsignedLong(lease.getLeaderPid()));
            statement.setString(4, lease.getLeaderSocketPath());
            statement.setString(5, lease.getLeaderProcess());
            statement.setString(6, lease.getNonce());
            statement.setLong(7, lease.getRenewals());
            statement.setLong(8, lease.getStaleThresholdNanos());
            Timestamps.write(statement, 9, lease.getLeaseTimestampNanos());
            statement.setString(10, lease.getGroup());
            statement.executeUpdate();
        }
    }
}
