package dev.coord.store.jdbc;

import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import dev.coord.transport.Address;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The lease operations inside a JDBC transaction of the caller, who begins and ends it. Each conditional operation locks the
 * row first ({@code SELECT … FOR UPDATE}), so that reading, judging and writing are one step.
 */
public final class JdbcLeases {
    private static final String COLUMNS =
            "group_name, term, leader_id, leader_pid, leader_address, leader_process, nonce, renewals, stale_threshold_nanos, renewed_at, timeline";
    private static final String SELECT = "SELECT " + COLUMNS + " FROM coord_lease WHERE group_name = ?";
    private static final String SELECT_GROUPS =
            "SELECT group_name FROM coord_lease UNION SELECT group_name FROM coord_participant"
                    + " UNION SELECT group_name FROM coord_world_head ORDER BY 1";
    private static final String SELECT_LOCKED = SELECT + " FOR UPDATE";
    private static final String INSERT =
            "INSERT INTO coord_lease (term, leader_id, leader_pid, leader_address, leader_process, nonce, renewals,"
                    + " stale_threshold_nanos, renewed_at, timeline, group_name) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String UPDATE = """
            UPDATE coord_lease SET term = ?, leader_id = ?, leader_pid = ?, leader_address = ?, leader_process = ?, nonce = ?,
              renewals = ?, stale_threshold_nanos = ?, renewed_at = ?, timeline = ?
            WHERE group_name = ?""";

    /**
     * What a claim adds for each timeline that began since the row's term was granted: more terms than any timeline can have
     * granted of which the row knows nothing, because the commits were lost.
     */
    private static final long TERMS_OF_A_TIMELINE = 1_000_000;

    private final InstantSource wallClock;
    private final Dialect dialect;

    /** @param timeline in which the term of {@code lease} was granted: what was granted in it later may be lost */
    private record Row(Lease lease, long timeline) {
        Row with(Lease changed) {
            return new Row(changed, timeline);
        }
    }

    /** Lease operations that write {@code wallClock} into the timestamps, which are for people only. */
    JdbcLeases(InstantSource wallClock, Dialect dialect) {
        this.wallClock = wallClock;
        this.dialect = dialect;
    }

    /** See {@link LeaseStore#groups}. */
    public List<String> groups(Connection connection) throws SQLException {
        var groups = new ArrayList<String>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_GROUPS);
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                groups.add(rows.getString(1));
            }
        }
        return groups;
    }

    /** See {@link LeaseStore#get}. */
    public Optional<Lease> get(Connection connection, String group) throws SQLException {
        return select(connection, SELECT, group).map(Row::lease);
    }

    /** See {@link LeaseStore#put}. */
    public void put(Connection connection, Lease lease) throws SQLException {
        Optional<Row> row = lock(connection, lease.group());
        if (row.isPresent() && lease.term().compareTo(row.get().lease().term()) < 0) {
            throw new SQLException("The lease of group '" + lease.group() + "' is at term "
                    + row.get().lease().term() + " and cannot go back to " + lease.term() + ": terms only grow");
        }
        write(connection, row.isPresent(), new Row(lease, dialect.timeline(connection)));
    }

    /** The lease of {@code group}, which nobody else changes before the transaction ends. */
    public Optional<Lease> getLocked(Connection connection, String group) throws SQLException {
        return lock(connection, group).map(Row::lease);
    }

    /** See {@link LeaseStore#delete}. */
    public void delete(Connection connection, String group) throws SQLException {
        Optional<Row> row = lock(connection, group);
        if (row.isPresent()) {
            write(connection, true, row.get().with(freed(row.get().lease())));
        }
    }

    /** See {@link LeaseStore#claim}. */
    public LeaseAnswer claim(Connection connection, LeaseClaim claim) throws SQLException {
        Optional<Row> row = lock(connection, claim.group());
        Optional<Lease> lease = row.map(Row::lease);
        if (lease.isPresent() && isGranted(lease.get(), claim)) {
            return LeaseAnswer.accepted(lease.get());
        }
        if (!mayClaim(lease, claim)) {
            return LeaseAnswer.refused(lease);
        }
        long timeline = dialect.timeline(connection);
        long began = row.isPresent()
                ? dialect.timelinesSince(row.get().timeline(), timeline)
                : dialect.timelinesBefore(timeline);
        long next = claim.seenTerm().value() + 1 + TERMS_OF_A_TIMELINE * began;
        if (began > 0 && !dialect.countsTimelines()) {
            // Two servers that took over one after the other may both know no more than the first: the time tells their
            // terms apart.
            next = Math.max(next, ChronoUnit.MICROS.between(Instant.EPOCH, wallClock.instant()));
        }
        var granted = new Lease(
                claim.group(),
                new Term(next),
                Optional.of(claim.claimant()),
                claim.nonce(),
                0,
                claim.staleThreshold(),
                wallClock.instant());
        write(connection, row.isPresent(), new Row(granted, timeline));
        return LeaseAnswer.accepted(granted);
    }

    /** See {@link LeaseStore#renew}. */
    public LeaseAnswer renew(Connection connection, LeaseRenewal renewal) throws SQLException {
        Optional<Row> row = lock(connection, renewal.group());
        Optional<Lease> lease = row.map(Row::lease);
        if (row.isEmpty() || !isHolder(row.get().lease(), renewal.participant(), renewal.term())) {
            return LeaseAnswer.refused(lease);
        }
        Lease before = row.get().lease();
        if (renewal.renewals() <= before.renewals()) {
            return LeaseAnswer.accepted(before);
        }
        boolean asItIs = renewal.staleThreshold().isZero();
        Lease renewed = before.withRenewals(renewal.renewals())
                .withStaleThreshold(asItIs ? before.staleThreshold() : renewal.staleThreshold())
                .withRenewedAt(wallClock.instant());
        write(connection, true, row.get().with(renewed));
        return LeaseAnswer.accepted(renewed);
    }

    /** See {@link LeaseStore#release}. */
    public LeaseAnswer release(Connection connection, LeaseRelease release) throws SQLException {
        Optional<Row> row = lock(connection, release.group());
        if (row.isEmpty() || !isHolder(row.get().lease(), release.participant(), release.term())) {
            return LeaseAnswer.refused(row.map(Row::lease));
        }
        Lease freed = freed(row.get().lease());
        write(connection, true, row.get().with(freed));
        return LeaseAnswer.accepted(freed);
    }

    /** Whether {@code participant} holds the lease of {@code group} with {@code term} at this moment; the row is not locked. */
    public boolean isHeld(Connection connection, String group, ParticipantId participant, Term term)
            throws SQLException {
        Optional<Lease> row = get(connection, group);
        return row.isPresent() && isHolder(row.get(), participant, term);
    }

    /**
     * Fences the caller's transaction: whether {@code participant} holds the lease of {@code group} with {@code term}. The row
     * stays locked until the transaction ends, so nobody can take the lease before it is committed.
     */
    public boolean lockIfHeld(Connection connection, String group, ParticipantId participant, Term term)
            throws SQLException {
        Optional<Row> row = lock(connection, group);
        return row.isPresent() && isHolder(row.get().lease(), participant, term);
    }

    private static boolean isHolder(Lease row, ParticipantId participant, Term term) {
        return row.term().equals(term) && row.isHeldBy(participant);
    }

    /** The claim was granted before, and its answer lost: it is not granted twice (L4). */
    private static boolean isGranted(Lease row, LeaseClaim claim) {
        return row.nonce().equals(claim.nonce()) && row.isHeldBy(claim.participant());
    }

    /** Only the row that the maker of the claim saw is claimed (L4). */
    private static boolean mayClaim(Optional<Lease> row, LeaseClaim claim) {
        if (row.isEmpty()) {
            return claim.seenTerm().equals(Term.NONE);
        }
        Lease lease = row.get();
        // A claim made for an older term is refused even if the row is free by now: it may be a late repetition of a
        // claim that
        // was answered long ago, and would give the lease to somebody who does not wait for it.
        if (!lease.term().equals(claim.seenTerm())) {
            return false;
        }
        return lease.holder().isEmpty()
                || lease.isHeldBy(claim.participant())
                || claim.holderKnownDead()
                || lease.renewals() == claim.seenRenewals();
    }

    /** The row stays, with its term, so that none is used twice (L5). */
    private Lease freed(Lease lease) {
        return lease.freed().withRenewedAt(wallClock.instant());
    }

    /** What is read so is judged and written in the same transaction, which holds the row's lock (L1). */
    private Optional<Row> lock(Connection connection, String group) throws SQLException {
        return select(connection, SELECT_LOCKED, group);
    }

    private Optional<Row> select(Connection connection, String sql, String group) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, group);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(new Row(read(rows), rows.getLong("timeline"))) : Optional.empty();
            }
        }
    }

    private Lease read(ResultSet row) throws SQLException {
        String leader = row.getString("leader_id");
        return new Lease(
                row.getString("group_name"),
                new Term(row.getLong("term")),
                leader == null ? Optional.empty() : Optional.of(readHolder(row, leader)),
                row.getString("nonce"),
                row.getLong("renewals"),
                Duration.ofNanos(row.getLong("stale_threshold_nanos")),
                dialect.readTime(row, "renewed_at"));
    }

    private static LeaseHolder readHolder(ResultSet row, String leader) throws SQLException {
        return new LeaseHolder(
                new ParticipantId(leader),
                row.getLong("leader_pid"),
                Address.find(row.getString("leader_address")),
                row.getString("leader_process"));
    }

    private void write(Connection connection, boolean exists, Row row) throws SQLException {
        Lease lease = row.lease();
        Optional<LeaseHolder> holder = lease.holder();
        try (PreparedStatement statement = connection.prepareStatement(exists ? UPDATE : INSERT)) {
            statement.setLong(1, lease.term().value());
            statement.setString(2, holder.map(leader -> leader.id().value()).orElse(null));
            statement.setLong(3, holder.map(LeaseHolder::pid).orElse(0L));
            statement.setString(4, Address.text(holder.flatMap(LeaseHolder::address)));
            statement.setString(5, holder.map(LeaseHolder::process).orElse(""));
            statement.setString(6, lease.nonce());
            statement.setLong(7, lease.renewals());
            statement.setLong(8, lease.staleThreshold().toNanos());
            dialect.writeTime(statement, 9, lease.renewedAt());
            statement.setLong(10, row.timeline());
            statement.setString(11, lease.group());
            statement.executeUpdate();
        }
    }
}
