package dev.coord.store.jdbc;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.store.BlockRef;
import dev.coord.store.CommitSignal;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import dev.coord.store.Participant;
import dev.coord.store.ParticipantStore;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Leases, participants and worlds in a database over plain JDBC: one transaction a call, READ COMMITTED, row locks. What
 * databases do differently is in a {@link Dialect}.
 *
 * <p>It wants a {@link DataSource} of its own: an application that holds every connection of a shared pool would delay the
 * renewals. It runs on the calling thread, which must not be interrupted if the database is an embedded H2.
 */
public final class JdbcStore implements LeaseStore, ParticipantStore, WorldStore {
    private static final int ATTEMPTS = 5;

    private final DataSource dataSource;
    private final Dialect dialect;
    private final Consumer<Set<CommitSignal.Topic>> committed;
    private final TransactionWork<?> atEnd;
    private final JdbcLeases leases;
    private final JdbcParticipants participants;
    private final JdbcWorld world;

    /**
     * @param dataSource connections for this store alone
     * @param dialect of the database
     * @param wallClock for the timestamps, which are for people only
     * @param committed told after each commit what it changed, on the thread that committed
     */
    public JdbcStore(
            DataSource dataSource,
            Dialect dialect,
            InstantSource wallClock,
            Consumer<Set<CommitSignal.Topic>> committed) {
        this(dataSource, dialect, wallClock, committed, connection -> true);
    }

    /** @param atEnd done at the end of each transaction, in the transaction, unless it fails */
    public JdbcStore(
            DataSource dataSource,
            Dialect dialect,
            InstantSource wallClock,
            Consumer<Set<CommitSignal.Topic>> committed,
            TransactionWork<?> atEnd) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.committed = committed;
        this.atEnd = atEnd;
        this.leases = new JdbcLeases(wallClock);
        this.participants = new JdbcParticipants(wallClock);
        this.world = new JdbcWorld(leases);
    }

    /** Makes the tables, or brings them up to date. */
    public void migrate() {
        inTransaction("migrate the tables", connection -> {
            Schema.migrate(connection, dialect);
            return Boolean.TRUE;
        });
    }

    /** The lease operations for transactions of one's own. */
    public JdbcLeases leasesInTransaction() {
        return leases;
    }

    /** The participant operations for transactions of one's own. */
    public JdbcParticipants participantsInTransaction() {
        return participants;
    }

    /** The world operations for transactions of one's own. */
    public JdbcWorld worldInTransaction() {
        return world;
    }

    @Override
    public Optional<Lease> get(String group) {
        return inTransaction("read the lease of " + group, connection -> leases.get(connection, group));
    }

    @Override
    public void put(Lease lease) {
        inTransaction("write the lease of " + lease.group(), connection -> {
            leases.put(connection, lease);
            return Boolean.TRUE;
        });
        committed.accept(Set.of(CommitSignal.Topic.LEASE));
    }

    @Override
    public void delete(String group) {
        inTransaction("free the lease of " + group, connection -> {
            leases.delete(connection, group);
            return Boolean.TRUE;
        });
        committed.accept(Set.of(CommitSignal.Topic.LEASE));
    }

    @Override
    public LeaseAnswer claim(LeaseClaim claim) {
        return signalled(inTransaction("claim the lease of " + claim.group(), c -> leases.claim(c, claim)));
    }

    @Override
    public LeaseAnswer renew(LeaseRenewal renewal) {
        return signalled(inTransaction("renew the lease of " + renewal.group(), c -> leases.renew(c, renewal)));
    }

    @Override
    public LeaseAnswer release(LeaseRelease release) {
        return signalled(inTransaction("release the lease of " + release.group(), c -> leases.release(c, release)));
    }

    @Override
    public Optional<Participant> get(String group, ParticipantId participant) {
        return inTransaction("read participant " + participant, c -> participants.get(c, group, participant));
    }

    @Override
    public List<Participant> list(String group) {
        return inTransaction("list the participants of " + group, c -> participants.list(c, group));
    }

    @Override
    public void put(Participant participant) {
        inTransaction("write participant " + participant.id(), connection -> {
            participants.put(connection, participant);
            return Boolean.TRUE;
        });
        committed.accept(Set.of(CommitSignal.Topic.PARTICIPANTS));
    }

    @Override
    public void delete(String group, ParticipantId participant) {
        if (inTransaction("delete participant " + participant, c -> participants.delete(c, group, participant))) {
            committed.accept(Set.of(CommitSignal.Topic.PARTICIPANTS));
        }
    }

    @Override
    public boolean heartbeat(String group, ParticipantId participant, long heartbeats, Role role) {
        JdbcParticipants.HeartbeatOutcome outcome = inTransaction(
                "write the heartbeat of " + participant,
                c -> participants.heartbeat(c, group, participant, heartbeats, role));
        if (outcome == JdbcParticipants.HeartbeatOutcome.ROLE_CHANGED) {
            committed.accept(Set.of(CommitSignal.Topic.PARTICIPANTS));
        }
        return outcome != JdbcParticipants.HeartbeatOutcome.NO_RECORD;
    }

    @Override
    public WorldHead head(String group) {
        return inTransaction("read the head of the world of " + group, c -> world.head(c, group));
    }

    @Override
    public WorldAnswer begin(WorldWriter writer) {
        return inTransaction("begin a term of the world of " + writer.group(), c -> world.begin(c, writer));
    }

    @Override
    public WorldAnswer commit(WorldWriter writer, long baseSeqno, List<StoredEntry> entries, List<StoredBlock> blocks) {
        WorldAnswer answer = inTransaction(
                "commit to the world of " + writer.group(), c -> world.commit(c, writer, baseSeqno, entries, blocks));
        if (answer.accepted()) {
            committed.accept(Set.of(CommitSignal.Topic.HEAD));
        }
        return answer;
    }

    @Override
    public WorldLog log(String group, long afterSeqno, int maxBytes) {
        return inTransaction("read the log of the world of " + group, c -> world.log(c, group, afterSeqno, maxBytes));
    }

    @Override
    public WorldPage objects(String group, String afterKey, int maxRows) {
        return inTransaction("read objects of the world of " + group, c -> world.objects(c, group, afterKey, maxRows));
    }

    @Override
    public WorldPage quads(String group, StoredQuad after, int maxRows) {
        return inTransaction("read quads of the world of " + group, c -> world.quads(c, group, after, maxRows));
    }

    @Override
    public Optional<byte[]> block(String group, BlockRef ref) {
        return inTransaction("read a block of the world of " + group, c -> JdbcWorld.block(c, group, ref));
    }

    @Override
    public List<BlockRef> blocks(String group, BlockRef after, int maxRows) {
        return inTransaction("list blocks of the world of " + group, c -> world.blocks(c, group, after, maxRows));
    }

    @Override
    public long checkpoint(String group, int maxChanges) {
        return inTransaction(
                "write a checkpoint of the world of " + group, c -> world.checkpoint(c, group, maxChanges));
    }

    @Override
    public WorldAnswer truncate(WorldWriter writer, long upToSeqno) {
        return inTransaction(
                "truncate the log of the world of " + writer.group(), c -> world.truncate(c, writer, upToSeqno));
    }

    @Override
    public WorldAnswer removeBlocks(WorldWriter writer, long baseSeqno, List<BlockRef> refs) {
        return inTransaction(
                "remove blocks of the world of " + writer.group(), c -> world.removeBlocks(c, writer, baseSeqno, refs));
    }

    private LeaseAnswer signalled(LeaseAnswer answer) {
        if (answer.accepted()) {
            committed.accept(Set.of(CommitSignal.Topic.LEASE));
        }
        return answer;
    }

    /** Work inside one transaction; it may run more than once. */
    @FunctionalInterface
    public interface TransactionWork<T> {
        T run(Connection connection) throws SQLException;
    }

    /**
     * Runs {@code work} in one transaction and commits it. Deadlocks, lock timeouts and races of two first inserts are tried
     * again.
     *
     * @param what names the work in errors, as in "claim the lease of orders"
     * @throws StoreUnavailableException if the connection failed, or the row stayed locked: the outcome may be unknown
     * @throws StoreException if the database refused the work
     */
    public <T> T inTransaction(String what, TransactionWork<T> work) {
        SQLException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try (Connection connection = dataSource.getConnection()) {
                return commit(connection, work);
            } catch (SQLException e) {
                last = add(last, e);
                if (!dialect.mayPass(e)) {
                    throw new StoreException("Could not " + what + ": " + e.getMessage(), e);
                }
            }
        }
        throw new StoreUnavailableException("Could not " + what + ", tried " + ATTEMPTS + " times; ask again", last);
    }

    private <T> T commit(Connection connection, TransactionWork<T> work) throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try {
            T result = work.run(connection);
            var unused = atEnd.run(connection);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException e) {
            try {
                connection.rollback();
            } catch (SQLException failed) {
                e.addSuppressed(failed);
            }
            throw e;
        }
    }

    private static SQLException add(@Nullable SQLException first, SQLException next) {
        if (first == null) {
            return next;
        }
        first.addSuppressed(next);
        return first;
    }
}
