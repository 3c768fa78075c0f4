package dev.coord.store;

import java.util.List;
import java.util.Optional;

/**
 * The world of each group: its head, its change log with the results of operations, its blocks, and its objects and quads.
 *
 * <p>A commit is in the log. The rows of objects and quads follow at {@link #checkpoint}s, many commits at a time, and the log is
 * never truncated beyond the last one; so the rows and what the log has after them make the world.
 *
 * <p>Whatever writes is fenced: it names a participant and a term, and is accepted only while that participant holds the lease
 * with that term and the head has the term, both checked in the transaction that writes. So nothing that a deposed leader sends
 * is committed, however late it comes.
 */
public interface WorldStore {
    /** How far the world of {@code group} is; term and sequence number are 0 if nothing was ever committed. */
    WorldHead head(String group);

    /** Makes the writer's term the one that can commit. Refused if it does not hold the lease, which is final. */
    WorldAnswer begin(WorldWriter writer);

    /**
     * Appends entries to the log, and puts blocks beside it. Refused if the writer does not hold the lease, or if the world is not
     * at its term and at {@code baseSeqno}. A repetition of a commit that happened is accepted again: only one participant commits
     * in a term, one commit after the other.
     *
     * @param entries numbered from {@code baseSeqno + 1} on, and of the writer's term
     */
    WorldAnswer commit(WorldWriter writer, long baseSeqno, List<StoredEntry> entries, List<StoredBlock> blocks);

    /** Entries after {@code afterSeqno}, as many as fit into {@code maxBytes}, at least one if there is one. */
    WorldLog log(String group, long afterSeqno, int maxBytes);

    /**
     * Objects after {@code afterKey}, in the order of their keys in UTF-8, byte by byte, as of some checkpoint, which may be within
     * an entry. The pages of a world are read one after
     * the other, and there may be a checkpoint meanwhile: carrying out the log from the checkpoint before the first page on makes
     * the whole consistent.
     */
    WorldPage objects(String group, String afterKey, int maxRows);

    /** Quads after {@code after}, in an order that always stays the same; see {@link #objects}. */
    WorldPage quads(String group, StoredQuad after, int maxRows);

    /** The content of a block. */
    Optional<byte[]> block(String group, BlockRef ref);

    /** References of stored blocks after {@code after}, in order. */
    List<BlockRef> blocks(String group, BlockRef after, int maxRows);

    /**
     * Carries changes that are in the log alone out in the rows, at most {@code maxChanges}: those of a large entry in several
     * steps, between which the rows are between two commits. Anybody may ask for it: it changes nothing about the world.
     *
     * @return the number of the last entry that the rows have as a whole
     */
    long checkpoint(String group, int maxChanges);

    /** Removes log entries up to a sequence number, but not beyond the last checkpoint, nor more than a few at once. */
    WorldAnswer truncate(WorldWriter writer, long upToSeqno);

    /** Removes blocks, if the world is still at {@code baseSeqno}. */
    WorldAnswer removeBlocks(WorldWriter writer, long baseSeqno, List<BlockRef> refs);

    /** The outcome of something fenced, and the head after it, which says nothing of checkpoints. */
    record WorldAnswer(boolean accepted, WorldHead head) {}

    /** A part of the log; {@code head} was read before it. */
    record WorldLog(WorldHead head, List<StoredEntry> entries) {}

    /** A part of a world; {@code head} was read before it. */
    record WorldPage(WorldHead head, List<StoredObject> objects, List<StoredQuad> quads) {}
}
