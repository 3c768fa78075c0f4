package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.coord.Term;
import dev.coord.proto.WorldChangeRecord;
import dev.coord.proto.WorldEntries;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.store.WorldStore.WorldLog;
import dev.coord.store.WorldStore.WorldPage;
import dev.coord.store.WorldWriter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The world operations inside a JDBC transaction of the caller, who begins and ends it. Whatever writes locks the head's row, whose
 * term is the fence: only one that a leader has put there can commit, and it stays until the next leader has put its own. The
 * lease is looked at, too, so that a deposed leader is refused before the next one has come so far; but its row is not locked, or
 * a busy world would keep the leader from renewing it.
 */
public final class JdbcWorld {
    private static final String HEAD = "SELECT term, seqno, truncated_seqno FROM coord_world_head WHERE group_name = ?";
    private static final String CHECKPOINT =
            "SELECT seqno, next_changes FROM coord_world_checkpoint WHERE group_name = ?";
    private static final String INSERT_CHECKPOINT =
            "INSERT INTO coord_world_checkpoint (seqno, next_changes, group_name) VALUES (?, ?, ?)";
    private static final String UPDATE_CHECKPOINT =
            "UPDATE coord_world_checkpoint SET seqno = ?, next_changes = ? WHERE group_name = ?";
    private static final String INSERT_HEAD =
            "INSERT INTO coord_world_head (term, seqno, truncated_seqno, group_name) VALUES (?, ?, ?, ?)";
    private static final String UPDATE_HEAD =
            "UPDATE coord_world_head SET term = ?, seqno = ?, truncated_seqno = ? WHERE group_name = ?";
    private static final String INSERT_CHANGE =
            "INSERT INTO coord_world_change (group_name, seqno, entries) VALUES (?, ?, ?)";
    private static final String SELECT_LOG =
            "SELECT entries, seqno FROM coord_world_change WHERE group_name = ? AND seqno > ?"
                    + " ORDER BY group_name, seqno LIMIT ?";
    private static final String SELECT_SIZES = "SELECT seqno, OCTET_LENGTH(entries) FROM coord_world_change"
            + " WHERE group_name = ? AND seqno > ? ORDER BY group_name, seqno LIMIT ?";
    /** Drivers keep all rows of a query in memory, and one can have {@link Schema#MAX_BYTES}. */
    private static final int MOST_ROWS = 16;

    private static final int CHECKPOINT_BYTES = 256 * 1024;
    /** Whatever is done at once delays the commits, and the renewals. */
    private static final int TRUNCATED_BYTES = 1024 * 1024;

    private static final int TRUNCATED_ROWS = 8 * MOST_ROWS;
    private static final String SELECT_OBJECTS = """
            SELECT object_key, bucket, address, rev, mod_seqno, ttl_millis, owner FROM coord_world_object
            WHERE group_name = ? AND object_key > ? ORDER BY group_name, object_key LIMIT ?""";
    private static final String SELECT_QUADS = """
            SELECT subject, predicate, object, label FROM coord_world_quad WHERE group_name = ? AND quad_hash > ?
            ORDER BY group_name, quad_hash LIMIT ?""";
    private static final String SELECT_BLOCK =
            "SELECT content FROM coord_world_block WHERE group_name = ? AND bucket = ? AND address = ?";
    private static final String SELECT_BLOCKS = """
            SELECT bucket, address FROM coord_world_block WHERE group_name = ? AND (bucket, address) > (?, ?)
            ORDER BY group_name, bucket, address LIMIT ?""";
    private static final String INSERT_BLOCK =
            "INSERT INTO coord_world_block (group_name, bucket, address, content) VALUES (?, ?, ?, ?)";
    private static final String DELETE_BLOCK =
            "DELETE FROM coord_world_block WHERE group_name = ? AND bucket = ? AND address = ?";
    private static final String DELETE_CHANGES = "DELETE FROM coord_world_change WHERE group_name = ? AND seqno <= ?";

    private static final List<String> LOADED =
            List.of("coord_world_change", "coord_world_object", "coord_world_quad", "coord_world_block");

    private final JdbcLeases leases;

    JdbcWorld(JdbcLeases leases) {
        this.leases = leases;
    }

    /** See {@link WorldStore#head}. */
    public WorldHead head(Connection connection, String group) throws SQLException {
        WorldHead head = select(connection, HEAD, group).orElse(WorldHead.NONE);
        long checkpoint = checkpoint(connection, CHECKPOINT, group)
                .orElse(Checkpoint.NONE)
                .seqno();
        return new WorldHead(head.term(), head.seqno(), head.truncatedSeqno(), checkpoint);
    }

    /** What the rows have: the entries up to {@code seqno}, and of the one after it the first {@code nextChanges} changes. */
    private record Checkpoint(long seqno, int nextChanges) {
        static final Checkpoint NONE = new Checkpoint(0, 0);
    }

    private static Optional<Checkpoint> checkpoint(Connection connection, String sql, String group)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, group);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(new Checkpoint(rows.getLong(1), rows.getInt(2))) : Optional.empty();
            }
        }
    }

    /** See {@link WorldStore#begin}: from then on no earlier term can commit anything (L10). */
    public WorldAnswer begin(Connection connection, WorldWriter writer) throws SQLException {
        Optional<WorldHead> row = lock(connection, writer.group());
        boolean held = holds(connection, writer);
        WorldHead head = row.orElse(WorldHead.NONE);
        if (!held || head.term().compareTo(writer.term()) > 0) {
            return new WorldAnswer(false, head);
        }
        var begun = new WorldHead(writer.term(), head.seqno(), head.truncatedSeqno(), 0);
        write(connection, row.isPresent(), writer.group(), begun);
        return new WorldAnswer(true, begun);
    }

    /** See {@link WorldStore#commit}. */
    public WorldAnswer commit(
            Connection connection,
            WorldWriter writer,
            long baseSeqno,
            List<StoredEntry> entries,
            List<StoredBlock> blocks)
            throws SQLException {
        WorldHead head = lockedHead(connection, writer.group());
        long last = baseSeqno + entries.size();
        if (!mayWrite(connection, head, writer)) {
            return new WorldAnswer(false, head);
        }
        if (head.seqno() != baseSeqno) {
            return new WorldAnswer(head.seqno() >= last && !entries.isEmpty(), head);
        }
        checkNumbers(writer, baseSeqno, entries);
        for (StoredBlock block : blocks) {
            putBlock(connection, writer.group(), block);
        }
        appendToLog(connection, writer.group(), baseSeqno, entries);
        var after = new WorldHead(head.term(), last, head.truncatedSeqno(), 0);
        write(connection, true, writer.group(), after);
        return new WorldAnswer(true, after);
    }

    private static void checkNumbers(WorldWriter writer, long baseSeqno, List<StoredEntry> entries)
            throws SQLException {
        long expected = baseSeqno;
        for (StoredEntry entry : entries) {
            expected++;
            EntryNumber is = EntryNumber.of(entry);
            if (is.seqno() != expected || is.term() != writer.term().value()) {
                throw new SQLException("The world of group '" + writer.group() + "' expects entry " + expected
                        + " of term " + writer.term() + ", not " + is.seqno() + " of term " + is.term());
            }
        }
    }

    /** The entries of a commit share a row, as many as fit; its number is that of the last one. */
    private static void appendToLog(Connection connection, String group, long baseSeqno, List<StoredEntry> entries)
            throws SQLException {
        try (PreparedStatement change = connection.prepareStatement(INSERT_CHANGE)) {
            var row = WorldEntries.newBuilder();
            long bytes = 0;
            long last = baseSeqno;
            for (StoredEntry entry : entries) {
                ByteString encoded = UnsafeByteOperations.unsafeWrap(entry.encoded());
                int size = CodedOutputStream.computeBytesSize(WorldEntries.ENTRIES_FIELD_NUMBER, encoded);
                if (bytes > 0 && bytes + size > Schema.MAX_BYTES) {
                    appendToLog(change, group, last, row.build());
                    row.clear();
                    bytes = 0;
                }
                row.addEntries(encoded);
                bytes += size;
                last++;
            }
            if (bytes > 0) {
                appendToLog(change, group, last, row.build());
            }
        }
    }

    private static void appendToLog(PreparedStatement change, String group, long seqno, WorldEntries row)
            throws SQLException {
        change.setString(1, group);
        change.setLong(2, seqno);
        change.setBytes(3, row.toByteArray());
        change.executeUpdate();
    }

    /** See {@link WorldStore#checkpoint}. */
    public long checkpoint(Connection connection, String group, int maxChanges) throws SQLException {
        // The row stays locked, so that there is one checkpoint at a time, and rows never go back to what they were.
        Optional<Checkpoint> row = checkpoint(connection, CHECKPOINT + " FOR UPDATE", group);
        Checkpoint before = row.orElse(Checkpoint.NONE);
        List<StoredEntry> stored =
                log(connection, group, before.seqno(), CHECKPOINT_BYTES).entries();
        if (stored.isEmpty()) {
            return before.seqno();
        }
        List<WorldChangeRecord> changes = new ArrayList<>();
        long seqno = before.seqno();
        int done = before.nextChanges();
        for (StoredEntry entry : stored) {
            WorldEntryRecord parsed = parsed(entry);
            int end = (int) Math.min(parsed.getChangesCount(), (long) done + maxChanges - changes.size());
            changes.addAll(parsed.getChangesList().subList(done, end));
            if (end < parsed.getChangesCount()) {
                done = end;
                break;
            }
            seqno = parsed.getSeqno();
            done = 0;
        }
        new WorldRows(connection, group).write(changes);
        String sql = row.isPresent() ? UPDATE_CHECKPOINT : INSERT_CHECKPOINT;
        writeCheckpoint(connection, sql, group, new Checkpoint(seqno, done));
        return seqno;
    }

    private static void writeCheckpoint(Connection connection, String sql, String group, Checkpoint now)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, now.seqno());
            statement.setInt(2, now.nextChanges());
            statement.setString(3, group);
            statement.executeUpdate();
        }
    }

    /**
     * Removes what {@link #load} put for {@code group}, which has no world yet.
     *
     * @throws SQLException if it has one
     */
    public void beginLoading(Connection connection, String group) throws SQLException {
        checkNone(connection, group);
        for (String table : LOADED) {
            delete(connection, table, group);
        }
    }

    /** Removes the world of {@code group}: from then on nobody can commit to it. What it had is there until {@link #beginLoading}. */
    public void remove(Connection connection, String group) throws SQLException {
        delete(connection, "coord_world_head", group);
        delete(connection, "coord_world_checkpoint", group);
    }

    private static void delete(Connection connection, String table, String group) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + table + " WHERE group_name = ?")) {
            statement.setString(1, group);
            statement.executeUpdate();
        }
    }

    /**
     * Puts a part of what another database had, which is nobody's world until {@link #endLoading}.
     *
     * @param entries that follow each other, and those of the call before
     */
    public void load(
            Connection connection,
            String group,
            List<StoredEntry> entries,
            List<StoredObject> objects,
            List<StoredQuad> quads,
            List<StoredBlock> blocks)
            throws SQLException {
        if (!entries.isEmpty()) {
            appendToLog(connection, group, EntryNumber.of(entries.get(0)).seqno() - 1, entries);
        }
        new WorldRows(connection, group).write(objects, quads);
        for (StoredBlock block : blocks) {
            putBlock(connection, group, block);
        }
    }

    /**
     * Makes what was put the world of {@code group}.
     *
     * @param head says how far the log and the rows are that were put
     * @throws SQLException if the group has a world
     */
    public void endLoading(Connection connection, String group, WorldHead head) throws SQLException {
        checkNone(connection, group);
        write(connection, false, group, head);
        if (head.checkpointSeqno() > 0) {
            writeCheckpoint(connection, INSERT_CHECKPOINT, group, new Checkpoint(head.checkpointSeqno(), 0));
        }
    }

    private static void checkNone(Connection connection, String group) throws SQLException {
        Optional<WorldHead> row = lock(connection, group);
        if (row.isPresent()) {
            throw new SQLException("Group '" + group + "' has a world already, at "
                    + row.get().seqno() + ": it can be loaded only where there is none");
        }
    }

    private static void putBlock(Connection connection, String group, StoredBlock block) throws SQLException {
        if (block(connection, group, block.ref()).isPresent()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT_BLOCK)) {
            setRef(statement, group, block.ref());
            statement.setBytes(4, block.content());
            statement.executeUpdate();
        }
    }

    /** See {@link WorldStore#log}. */
    public WorldLog log(Connection connection, String group, long afterSeqno, int maxBytes) throws SQLException {
        WorldHead head = head(connection, group);
        // A row is removed when all of its entries may be; until then some may show that are not there any more.
        long first = Math.max(afterSeqno, head.truncatedSeqno());
        var entries = new ArrayList<StoredEntry>();
        long bytes = 0;
        long last = afterSeqno;
        try (PreparedStatement statement = connection.prepareStatement(SELECT_LOG)) {
            // A first row shows how large they are.
            long wanted = 1;
            long largest = 1;
            boolean more = true;
            while (more && bytes < maxBytes) {
                statement.setString(1, group);
                statement.setLong(2, last);
                statement.setLong(3, wanted);
                long found = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        byte[] row = rows.getBytes(1);
                        last = rows.getLong(2);
                        bytes = add(row, first, maxBytes, bytes, entries);
                        largest = Math.max(largest, row.length);
                        found++;
                    }
                }
                more = found == wanted;
                wanted = Math.max(1, Math.min(MOST_ROWS, (maxBytes - bytes) / largest));
            }
        }
        return new WorldLog(head, entries);
    }

    /** Adds the entries of a row that come after {@code first} and fit; says how large all are then. */
    private static long add(byte[] row, long first, int maxBytes, long before, List<StoredEntry> entries)
            throws SQLException {
        long bytes = before;
        for (ByteString encoded : parse(row)) {
            var entry = new StoredEntry(encoded.toByteArray());
            boolean wanted = EntryNumber.of(entry).seqno() > first;
            bytes += wanted ? entry.size() : 0;
            if (wanted && (bytes <= maxBytes || entries.isEmpty())) {
                entries.add(entry);
            }
        }
        return bytes;
    }

    private static List<ByteString> parse(byte[] row) throws SQLException {
        try {
            return WorldEntries.parseFrom(row).getEntriesList();
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("A row of the world's log cannot be read: " + e.getMessage(), e);
        }
    }

    private static WorldEntryRecord parsed(StoredEntry entry) throws SQLException {
        try {
            return WorldEntryRecord.parseFrom(entry.encoded());
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("An entry of a world's log cannot be read: " + e.getMessage(), e);
        }
    }

    /** See {@link WorldStore#objects}. */
    public WorldPage objects(Connection connection, String group, String afterKey, int maxRows) throws SQLException {
        WorldHead head = head(connection, group);
        var objects = new ArrayList<StoredObject>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_OBJECTS)) {
            statement.setString(1, group);
            statement.setBytes(2, afterKey.getBytes(UTF_8));
            statement.setInt(3, maxRows);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    objects.add(new StoredObject(
                            new String(rows.getBytes(1), UTF_8),
                            new BlockRef(rows.getString(2), rows.getBytes(3)),
                            rows.getLong(4),
                            rows.getLong(5),
                            rows.getLong(6),
                            rows.getString(7)));
                }
            }
        }
        return new WorldPage(head, objects, List.of());
    }

    /** See {@link WorldStore#quads}. */
    public WorldPage quads(Connection connection, String group, StoredQuad after, int maxRows) throws SQLException {
        WorldHead head = head(connection, group);
        var quads = new ArrayList<StoredQuad>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_QUADS)) {
            statement.setString(1, group);
            statement.setBytes(2, QuadHash.after(after));
            statement.setInt(3, maxRows);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    quads.add(
                            new StoredQuad(rows.getString(1), rows.getString(2), rows.getString(3), rows.getString(4)));
                }
            }
        }
        return new WorldPage(head, List.of(), quads);
    }

    /** See {@link WorldStore#block}. */
    public static Optional<byte[]> block(Connection connection, String group, BlockRef ref) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT_BLOCK)) {
            setRef(statement, group, ref);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** See {@link WorldStore#blocks}. */
    public List<BlockRef> blocks(Connection connection, String group, BlockRef after, int maxRows) throws SQLException {
        var refs = new ArrayList<BlockRef>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_BLOCKS)) {
            setRef(statement, group, after);
            statement.setInt(4, maxRows);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    refs.add(new BlockRef(rows.getString(1), rows.getBytes(2)));
                }
            }
        }
        return refs;
    }

    /** See {@link WorldStore#truncate}. */
    public WorldAnswer truncate(Connection connection, WorldWriter writer, long upToSeqno) throws SQLException {
        String group = writer.group();
        WorldHead head = lockedHead(connection, group);
        if (!mayWrite(connection, head, writer)) {
            return new WorldAnswer(false, head);
        }
        // What the rows do not have yet is in the log alone.
        long most = Math.min(
                upToSeqno,
                checkpoint(connection, CHECKPOINT, group)
                        .orElse(Checkpoint.NONE)
                        .seqno());
        if (most <= head.truncatedSeqno()) {
            return new WorldAnswer(true, head);
        }
        long upTo = Math.min(most, lastOfStep(connection, group));
        try (PreparedStatement changes = connection.prepareStatement(DELETE_CHANGES)) {
            changes.setString(1, group);
            changes.setLong(2, upTo);
            changes.executeUpdate();
        }
        var after = new WorldHead(head.term(), head.seqno(), upTo, 0);
        write(connection, true, group, after);
        return new WorldAnswer(true, after);
    }

    /** The number of the last of the first rows of the log that are removed in one step. */
    private static long lastOfStep(Connection connection, String group) throws SQLException {
        long last = 0;
        long bytes = 0;
        int count = 0;
        try (PreparedStatement statement = connection.prepareStatement(SELECT_SIZES)) {
            while (true) {
                statement.setString(1, group);
                statement.setLong(2, last);
                statement.setInt(3, MOST_ROWS);
                int found = 0;
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        found++;
                        long size = rows.getLong(2);
                        if (count > 0 && bytes + size > TRUNCATED_BYTES) {
                            return last;
                        }
                        last = rows.getLong(1);
                        bytes += size;
                        count++;
                    }
                }
                if (found < MOST_ROWS) {
                    return Long.MAX_VALUE;
                }
                if (count >= TRUNCATED_ROWS) {
                    return last;
                }
            }
        }
    }

    /** See {@link WorldStore#removeBlocks}. */
    public WorldAnswer removeBlocks(Connection connection, WorldWriter writer, long baseSeqno, List<BlockRef> refs)
            throws SQLException {
        WorldHead head = lockedHead(connection, writer.group());
        if (!mayWrite(connection, head, writer) || head.seqno() != baseSeqno) {
            return new WorldAnswer(false, head);
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE_BLOCK)) {
            for (BlockRef ref : refs) {
                setRef(statement, writer.group(), ref);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return new WorldAnswer(true, head);
    }

    private static WorldHead lockedHead(Connection connection, String group) throws SQLException {
        return lock(connection, group).orElse(WorldHead.NONE);
    }

    /** The fence: the writer's term has begun here, and it holds the lease with it (L10). */
    private boolean mayWrite(Connection connection, WorldHead head, WorldWriter writer) throws SQLException {
        return head.term().equals(writer.term()) && holds(connection, writer);
    }

    private boolean holds(Connection connection, WorldWriter writer) throws SQLException {
        return writer.term().value() > 0
                && leases.isHeld(connection, writer.group(), writer.participant(), writer.term());
    }

    private static Optional<WorldHead> lock(Connection connection, String group) throws SQLException {
        return select(connection, HEAD + " FOR UPDATE", group);
    }

    private static Optional<WorldHead> select(Connection connection, String sql, String group) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, group);
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                return Optional.of(new WorldHead(new Term(rows.getLong(1)), rows.getLong(2), rows.getLong(3), 0));
            }
        }
    }

    private static void write(Connection connection, boolean exists, String group, WorldHead head) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(exists ? UPDATE_HEAD : INSERT_HEAD)) {
            statement.setLong(1, head.term().value());
            statement.setLong(2, head.seqno());
            statement.setLong(3, head.truncatedSeqno());
            statement.setString(4, group);
            statement.executeUpdate();
        }
    }

    private static void setRef(PreparedStatement statement, String group, BlockRef ref) throws SQLException {
        statement.setString(1, group);
        statement.setString(2, ref.bucket());
        statement.setBytes(3, ref.address());
    }
}
