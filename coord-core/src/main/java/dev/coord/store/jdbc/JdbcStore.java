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
import java.util.function.Function;
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

    private static final Set<CommitSignal.Topic> LEASE = Set.of(CommitSignal.Topic.LEASE);
    private static final Set<CommitSignal.Topic> PARTICIPANTS = Set.of(CommitSignal.Topic.PARTICIPANTS);
    private static final Set<CommitSignal.Topic> HEAD = Set.of(CommitSignal.Topic.HEAD);
    private static final Set<CommitSignal.Topic> NOTHING = Set.of();

    private final DataSource dataSource;
    private final Dialect dialect;
    private final Consumer<Set<CommitSignal.Topic>> committed;
    private final BeforeCommit beforeCommit;
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
        this(dataSource, dialect, wallClock, committed, (connection, changed) -> {});
    }

    /** What is done at the end of each transaction, in the transaction, unless it fails. */
    @FunctionalInterface
    public interface BeforeCommit {
        /**
         * Does it.
         *
         * @param changed what the commit changes that others wait for: of renewals and heartbeats nothing
         */
        void run(Connection connection, Set<CommitSignal.Topic> changed) throws SQLException;
    }

    /** @param beforeCommit what is done at the end of each transaction */
    public JdbcStore(
            DataSource dataSource,
            Dialect dialect,
            InstantSource wallClock,
            Consumer<Set<CommitSignal.Topic>> committed,
            BeforeCommit beforeCommit) {
        this.dataSource = dataSource;
        this.dialect = dialect;
        this.committed = committed;
        this.beforeCommit = beforeCommit;
        this.leases = new JdbcLeases(wallClock, dialect);
        this.participants = new JdbcParticipants(wallClock, dialect);
        this.world = new JdbcWorld(leases);
    }

    /** Makes the tables, or brings them up to date. */
    public void migrate() {
        inTransaction("migrate the tables", connection -> {
            Schema.migrate(connection, dialect);
            return Boolean.TRUE;
        });
    }

    /**
     * Checks that the tables are there, in the version of this library.
     *
     * @throws StoreException if they are not; it says what to do
     */
    public void validate() {
        inTransaction("find the tables", connection -> {
            Schema.validate(connection, dialect);
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
    public List<String> groups() {
        return inTransaction("list the groups", leases::groups);
    }

    @Override
    public Optional<Lease> get(String group) {
        return inTransaction("read the lease of " + group, connection -> leases.get(connection, group));
    }

    @Override
    public void put(Lease lease) {
        inTransaction(
                "write the lease of " + lease.group(),
                connection -> {
                    leases.put(connection, lease);
                    return Boolean.TRUE;
                },
                done -> LEASE);
    }

    @Override
    public void delete(String group) {
        inTransaction(
                "free the lease of " + group,
                connection -> {
                    leases.delete(connection, group);
                    return Boolean.TRUE;
                },
                done -> LEASE);
    }

    @Override
    public LeaseAnswer claim(LeaseClaim claim) {
        return inTransaction(
                "claim the lease of " + claim.group(), c -> leases.claim(c, claim), JdbcStore::changedLease);
    }

    @Override
    public LeaseAnswer renew(LeaseRenewal renewal) {
        LeaseAnswer answer = inTransaction("renew the lease of " + renewal.group(), c -> leases.renew(c, renewal));
        if (answer.accepted()) {
            committed.accept(LEASE);
        }
        return answer;
    }

    @Override
    public LeaseAnswer release(LeaseRelease release) {
        return inTransaction(
                "release the lease of " + release.group(), c -> leases.release(c, release), JdbcStore::changedLease);
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
        inTransaction(
                "write participant " + participant.id(),
                connection -> {
                    participants.put(connection, participant);
                    return Boolean.TRUE;
                },
                done -> PARTICIPANTS);
    }

    @Override
    public void delete(String group, ParticipantId participant) {
        inTransaction(
                "delete participant " + participant,
                c -> participants.delete(c, group, participant),
                deleted -> deleted ? PARTICIPANTS : NOTHING);
    }

    @Override
    public boolean heartbeat(String group, ParticipantId participant, long heartbeats, Role role) {
        JdbcParticipants.HeartbeatOutcome outcome = inTransaction(
                "write the heartbeat of " + participant,
                c -> participants.heartbeat(c, group, participant, heartbeats, role),
                found -> found == JdbcParticipants.HeartbeatOutcome.ROLE_CHANGED ? PARTICIPANTS : NOTHING);
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
        return inTransaction(
                "commit to the world of " + writer.group(),
                c -> world.commit(c, writer, baseSeqno, entries, blocks),
                answer -> answer.accepted() ? HEAD : NOTHING);
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

    private static Set<CommitSignal.Topic> changedLease(LeaseAnswer answer) {
        return answer.accepted() ? LEASE : NOTHING;
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
        return inTransaction(what, work, result -> NOTHING);
    }

    /** @param changed what a result says that the commit changed, told to whom it may concern */
    private <T> T inTransaction(String what, TransactionWork<T> work, Function<T, Set<CommitSignal.Topic>> changed) {
        SQLException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            T result;
            try (Connection connection = dataSource.getConnection()) {
                result = commit(connection, work, changed);
            } catch (SQLException e) {
                last = add(last, e);
                Dialect.Failure means = dialect.judge(e);
                if (means == Dialect.Failure.LASTING) {
                    throw new StoreException("Could not " + what + ": " + e.getMessage(), e);
                }
                if (means == Dialect.Failure.UNAVAILABLE) {
                    throw new StoreUnavailableException("Could not " + what + "; ask again: " + e.getMessage(), e);
                }
                continue;
            }
            Set<CommitSignal.Topic> topics = changed.apply(result);
            if (!topics.isEmpty()) {
                committed.accept(topics);
            }
            return result;
        }
        throw new StoreUnavailableException("Could not " + what + ", tried " + ATTEMPTS + " times; ask again", last);
    }

    private <T> T commit(Connection connection, TransactionWork<T> work, Function<T, Set<CommitSignal.Topic>> changed)
            throws SQLException {
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        try {
            T result = work.run(connection);
            beforeCommit.run(connection, changed.apply(result));
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            // The next one on this connection would commit the half of it.
            try {
                connection.rollback();
                if (e instanceof SQLException refused && dialect.isReadOnly(refused)) {
                    // The server is a standby by now: only another connection may lead to the one that writes.
                    connection.abort(Runnable::run);
                }
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
