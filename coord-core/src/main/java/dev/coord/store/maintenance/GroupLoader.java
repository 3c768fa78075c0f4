package dev.coord.store.maintenance;

import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.jdbc.JdbcStore;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts into a database what a group had in another one: first {@link #begin}, then {@link #add} as often as it takes, then
 * {@link #end}. Terms are raised, so that nobody who led there passes a fence any more: each loading grants others, also one of the
 * same content.
 *
 * <p>The steps are transactions of their own. So the database is one that nobody else sees before all of it is there, or it makes
 * one transaction of them, as {@link dev.coord.store.jdbc.ExternalDatabase#fill} does. A group that was begun and not ended can be
 * begun again. For one thread.
 */
public final class GroupLoader {
    /** What is added to each term at least, so that no fence that was ever held passes. */
    private static final long TERMS_RAISED_BY = 1_000_000;

    private final JdbcStore target;
    private final String group;
    private final InstantSource wallClock;

    /** @param wallClock only to tell this loading from others; terms are raised enough whatever it says */
    public GroupLoader(JdbcStore target, String group, InstantSource wallClock) {
        this.target = target;
        this.group = group;
        this.wallClock = wallClock;
    }

    /**
     * Begins.
     *
     * @throws StoreException if the database has the group
     */
    public void begin() {
        step("begin to load", connection -> {
            checkNoLease(connection);
            target.worldInTransaction().beginLoading(connection, group);
        });
    }

    /**
     * Removes the world of the group, if it has one, and gives its lease free; its terms go on. Then begins.
     *
     * @param judge is told who holds the lease, if anybody does, whom nobody replaces meanwhile; what it throws if that one is to
     *     stay is thrown here, and nothing was done
     */
    public void beginAnew(Consumer<LeaseHolder> judge) {
        step("begin to load anew", connection -> {
            target.leasesInTransaction()
                    .getLocked(connection, group)
                    .flatMap(Lease::holder)
                    .ifPresent(judge);
            target.leasesInTransaction().delete(connection, group);
            target.worldInTransaction().remove(connection, group);
            target.worldInTransaction().beginLoading(connection, group);
        });
    }

    /**
     * Adds a part of its world.
     *
     * @param entries of the log, which follow those that were added before
     */
    public void add(
            List<StoredEntry> entries, List<StoredObject> objects, List<StoredQuad> quads, List<StoredBlock> blocks) {
        step(
                "load a part of",
                connection -> target.worldInTransaction().load(connection, group, entries, objects, quads, blocks));
    }

    /**
     * Ends: the group is there.
     *
     * @param term the last one that was granted there
     * @param head how far the world is, and how far log and rows are that were added; none if it had no world
     * @return the term after which the next leader's comes
     * @throws StoreException if there is a world by now
     */
    public Term end(long term, WorldHead head) {
        return target.inTransaction("end to load " + group, connection -> {
            long before = target.leasesInTransaction()
                    .get(connection, group)
                    .map(lease -> lease.term().value())
                    .orElse(0L);
            Term raised = raised(Math.max(term, before), wallClock.instant());
            target.leasesInTransaction().put(connection, Lease.free(group, raised));
            if (!head.equals(WorldHead.NONE)) {
                target.worldInTransaction()
                        .endLoading(
                                connection,
                                group,
                                new WorldHead(raised, head.seqno(), head.truncatedSeqno(), head.checkpointSeqno()));
            }
            return raised;
        });
    }

    /**
     * In microseconds two loadings are far apart: each second between them is room for a million terms, as much as the next one
     * adds to what is copied after the first one. So that, too, can be loaded more than once.
     */
    private static Term raised(long term, Instant now) {
        return new Term(Math.max(term + TERMS_RAISED_BY, ChronoUnit.MICROS.between(Instant.EPOCH, now)));
    }

    private void checkNoLease(Connection connection) throws SQLException {
        Optional<Lease> lease = target.leasesInTransaction().get(connection, group);
        if (lease.isPresent()) {
            throw new SQLException("Group '" + group + "' is there already, and its terms go on from "
                    + lease.get().term() + ": load it where it is not");
        }
    }

    private interface Step {
        void run(Connection connection) throws SQLException;
    }

    private void step(String what, Step step) {
        target.inTransaction(what + " " + group, connection -> {
            step.run(connection);
            return Boolean.TRUE;
        });
    }
}
