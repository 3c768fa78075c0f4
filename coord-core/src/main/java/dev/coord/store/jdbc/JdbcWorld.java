package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.WorldBegin;
import dev.coord.proto.WorldBlockRemoval;
import dev.coord.proto.WorldCommit;
import dev.coord.proto.WorldEntries;
import dev.coord.proto.WorldEntry;
import dev.coord.proto.WorldHead;
import dev.coord.proto.WorldObject;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldStoredBlock;
import dev.coord.proto.WorldTruncation;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.store.WorldStore.WorldLog;
import dev.coord.store.WorldStore.WorldPage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The world operations inside a JDBC transaction of the caller, who begins and ends it. Whatever writes locks the head's row, whose
 * term is the fence: only one that a leader has put there can commit, and it stays until the next leader has put its own. The
 * lease is looked at, too, so that a deposed leader is refused before the next one has come so far; but its row is not locked, or
 * a busy world would keep the leader from renewing it.
 */
public final class JdbcWorld {
    private static final String HEAD = "SELECT term, seqno, truncated_seqno FROM coord_world_head WHERE group_name = ?";
    private static final String CHECKPOINT = "SELECT seqno FROM coord_world_checkpoint WHERE group_name = ?";
    private static final String INSERT_CHECKPOINT =
            "INSERT INTO coord_world_checkpoint (seqno, group_name) VALUES (?, ?)";
    private static final String UPDATE_CHECKPOINT = "UPDATE coord_world_checkpoint SET seqno = ? WHERE group_name = ?";
    private static final String INSERT_HEAD =
            "INSERT INTO coord_world_head (term, seqno, truncated_seqno, group_name) VALUES (?, ?, ?, ?)";
    private static final String UPDATE_HEAD =
            "UPDATE coord_world_head SET term = ?, seqno = ?, truncated_seqno = ? WHERE group_name = ?";
    private static final String INSERT_CHANGE =
            "INSERT INTO coord_world_change (group_name, seqno, entries) VALUES (?, ?, ?)";
    private static final int LOG_ROWS = 2000;

    private static final String SELECT_LOG = "SELECT entries FROM coord_world_change WHERE group_name = ? AND seqno > ?"
            + " ORDER BY group_name, seqno LIMIT " + LOG_ROWS;
    private static final String SELECT_OBJECTS = """
            SELECT object_key, bucket, address, rev FROM coord_world_object WHERE group_name = ? AND object_key > ?
            ORDER BY group_name, object_key LIMIT ?""";
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

    private final JdbcLeases leases;

    JdbcWorld(JdbcLeases leases) {
        this.leases = leases;
    }

    /** See {@link WorldStore#head}. */
    public WorldHead head(Connection connection, String group) throws SQLException {
        return select(connection, HEAD, group).orElse(WorldHead.getDefaultInstance()).toBuilder()
                .setCheckpointSeqno(
                        checkpointSeqno(connection, CHECKPOINT, group).orElse(0))
                .build();
    }

    private static OptionalLong checkpointSeqno(Connection connection, String sql, String group) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, group);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** See {@link WorldStore#begin}. */
    public WorldAnswer begin(Connection connection, WorldBegin begin) throws SQLException {
        Optional<WorldHead> row = lock(connection, begin.getGroup());
        boolean held = holds(connection, begin.getGroup(), begin.getParticipantId(), begin.getTerm());
        WorldHead head = row.orElse(WorldHead.getDefaultInstance());
        if (!held || head.getTerm() > begin.getTerm()) {
            return new WorldAnswer(false, head);
        }
        WorldHead begun = head.toBuilder().setTerm(begin.getTerm()).build();
        write(connection, row.isPresent(), begin.getGroup(), begun);
        return new WorldAnswer(true, begun);
    }

    /** See {@link WorldStore#commit}. */
    public WorldAnswer commit(Connection connection, WorldCommit commit) throws SQLException {
        String group = commit.getGroup();
        WorldHead head = lockedHead(connection, group);
        long last = commit.getBaseSeqno() + commit.getEntriesCount();
        if (!mayWrite(connection, head, group, commit.getParticipantId(), commit.getTerm())) {
            return new WorldAnswer(false, head);
        }
        if (head.getSeqno() != commit.getBaseSeqno()) {
            return new WorldAnswer(head.getSeqno() >= last && commit.getEntriesCount() > 0, head);
        }
        checkNumbers(commit);
        for (WorldStoredBlock block : commit.getBlocksList()) {
            putBlock(connection, group, block);
        }
        appendToLog(connection, group, commit.getEntriesList());
        WorldHead after = head.toBuilder().setSeqno(last).build();
        write(connection, true, group, after);
        return new WorldAnswer(true, after);
    }

    private static void checkNumbers(WorldCommit commit) throws SQLException {
        long expected = commit.getBaseSeqno();
        for (WorldEntry entry : commit.getEntriesList()) {
            expected++;
            if (entry.getSeqno() != expected || entry.getTerm() != commit.getTerm()) {
                throw new SQLException("The world of group '" + commit.getGroup() + "' expects entry " + expected
                        + " of term " + commit.getTerm() + ", not " + entry.getSeqno() + " of term "
                        + entry.getTerm());
            }
        }
    }

    /** The entries of a commit share a row, as many as fit; its number is that of the last one. */
    private static void appendToLog(Connection connection, String group, List<WorldEntry> entries) throws SQLException {
        try (PreparedStatement change = connection.prepareStatement(INSERT_CHANGE)) {
            var row = WorldEntries.newBuilder();
            long bytes = 0;
            long last = 0;
            for (WorldEntry entry : entries) {
                int size = CodedOutputStream.computeMessageSize(WorldEntries.ENTRIES_FIELD_NUMBER, entry);
                if (bytes > 0 && bytes + size > Schema.MAX_BYTES) {
                    appendToLog(change, group, last, row.build());
                    row.clear();
                    bytes = 0;
                }
                row.addEntries(entry);
                bytes += size;
                last = entry.getSeqno();
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
    public long checkpoint(Connection connection, String group, int maxBytes) throws SQLException {
        // The row stays locked, so that there is one checkpoint at a time, and rows never go back to what they were.
        OptionalLong row = checkpointSeqno(connection, CHECKPOINT + " FOR UPDATE", group);
        long before = row.orElse(0);
        List<WorldEntry> entries = log(connection, group, before, maxBytes).entries();
        if (entries.isEmpty()) {
            return before;
        }
        new WorldRows(connection, group).write(entries);
        long seqno = entries.get(entries.size() - 1).getSeqno();
        try (PreparedStatement statement =
                connection.prepareStatement(row.isPresent() ? UPDATE_CHECKPOINT : INSERT_CHECKPOINT)) {
            statement.setLong(1, seqno);
            statement.setString(2, group);
            statement.executeUpdate();
        }
        return seqno;
    }

    private static void putBlock(Connection connection, String group, WorldStoredBlock block) throws SQLException {
        if (block(connection, group, block.getRef()).isPresent()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(INSERT_BLOCK)) {
            setRef(statement, group, block.getRef());
            statement.setBytes(4, block.getContent().toByteArray());
            statement.executeUpdate();
        }
    }

    /** See {@link WorldStore#log}. */
    public WorldLog log(Connection connection, String group, long afterSeqno, int maxBytes) throws SQLException {
        WorldHead head = head(connection, group);
        // A row is removed when all of its entries may be; until then some may show that are not there any more.
        long first = Math.max(afterSeqno, head.getTruncatedSeqno());
        var entries = new ArrayList<WorldEntry>();
        long bytes = 0;
        try (PreparedStatement statement = connection.prepareStatement(SELECT_LOG)) {
            statement.setString(1, group);
            statement.setLong(2, afterSeqno);
            try (ResultSet rows = statement.executeQuery()) {
                while (bytes < maxBytes && rows.next()) {
                    for (WorldEntry entry : parse(rows.getBytes(1))) {
                        bytes += entry.getSeqno() > first ? entry.getSerializedSize() : 0;
                        if (entry.getSeqno() > first && (bytes <= maxBytes || entries.isEmpty())) {
                            entries.add(entry);
                        }
                    }
                }
            }
        }
        return new WorldLog(head, entries);
    }

    private static List<WorldEntry> parse(byte[] row) throws SQLException {
        try {
            return WorldEntries.parseFrom(row).getEntriesList();
        } catch (InvalidProtocolBufferException e) {
            throw new SQLException("A row of the world's log cannot be read: " + e.getMessage(), e);
        }
    }

    /** See {@link WorldStore#objects}. */
    public WorldPage objects(Connection connection, String group, String afterKey, int maxRows) throws SQLException {
        WorldHead head = head(connection, group);
        var objects = new ArrayList<WorldObject>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_OBJECTS)) {
            statement.setString(1, group);
            statement.setBytes(2, afterKey.getBytes(UTF_8));
            statement.setInt(3, maxRows);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    objects.add(WorldObject.newBuilder()
                            .setKey(new String(rows.getBytes(1), UTF_8))
                            .setRoot(ref(rows.getString(2), rows.getBytes(3)))
                            .setRev(rows.getLong(4))
                            .build());
                }
            }
        }
        return new WorldPage(head, objects, List.of());
    }

    /** See {@link WorldStore#quads}. */
    public WorldPage quads(Connection connection, String group, WorldQuad after, int maxRows) throws SQLException {
        WorldHead head = head(connection, group);
        var quads = new ArrayList<WorldQuad>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_QUADS)) {
            statement.setString(1, group);
            statement.setBytes(2, QuadHash.after(after));
            statement.setInt(3, maxRows);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    quads.add(WorldQuad.newBuilder()
                            .setSubject(rows.getString(1))
                            .setPredicate(rows.getString(2))
                            .setObject(rows.getString(3))
                            .setLabel(rows.getString(4))
                            .build());
                }
            }
        }
        return new WorldPage(head, List.of(), quads);
    }

    /** See {@link WorldStore#block}. */
    public static Optional<byte[]> block(Connection connection, String group, WorldRef ref) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SELECT_BLOCK)) {
            setRef(statement, group, ref);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() ? Optional.of(rows.getBytes(1)) : Optional.empty();
            }
        }
    }

    /** See {@link WorldStore#blocks}. */
    public List<WorldRef> blocks(Connection connection, String group, WorldRef after, int maxRows) throws SQLException {
        var refs = new ArrayList<WorldRef>();
        try (PreparedStatement statement = connection.prepareStatement(SELECT_BLOCKS)) {
            setRef(statement, group, after);
            statement.setInt(4, maxRows);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    refs.add(ref(rows.getString(1), rows.getBytes(2)));
                }
            }
        }
        return refs;
    }

    /** See {@link WorldStore#truncate}. */
    public WorldAnswer truncate(Connection connection, WorldTruncation truncation) throws SQLException {
        String group = truncation.getGroup();
        WorldHead head = lockedHead(connection, group);
        if (!mayWrite(connection, head, group, truncation.getParticipantId(), truncation.getTerm())) {
            return new WorldAnswer(false, head);
        }
        // What the rows do not have yet is in the log alone.
        long upTo = Math.min(
                truncation.getUpToSeqno(),
                checkpointSeqno(connection, CHECKPOINT, group).orElse(0));
        if (upTo <= head.getTruncatedSeqno()) {
            return new WorldAnswer(true, head);
        }
        try (PreparedStatement changes = connection.prepareStatement(DELETE_CHANGES)) {
            changes.setString(1, group);
            changes.setLong(2, upTo);
            changes.executeUpdate();
        }
        WorldHead after = head.toBuilder().setTruncatedSeqno(upTo).build();
        write(connection, true, group, after);
        return new WorldAnswer(true, after);
    }

    /** See {@link WorldStore#removeBlocks}. */
    public WorldAnswer removeBlocks(Connection connection, WorldBlockRemoval removal) throws SQLException {
        String group = removal.getGroup();
        WorldHead head = lockedHead(connection, group);
        if (!mayWrite(connection, head, group, removal.getParticipantId(), removal.getTerm())
                || head.getSeqno() != removal.getBaseSeqno()) {
            return new WorldAnswer(false, head);
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE_BLOCK)) {
            for (WorldRef ref : removal.getRefsList()) {
                setRef(statement, group, ref);
                statement.addBatch();
            }
            statement.executeBatch();
        }
        return new WorldAnswer(true, head);
    }

    private static WorldHead lockedHead(Connection connection, String group) throws SQLException {
        return lock(connection, group).orElse(WorldHead.getDefaultInstance());
    }

    /** The fence: {@code term} has begun here, and {@code participant} holds the lease with it. */
    private boolean mayWrite(Connection connection, WorldHead head, String group, String participant, long term)
            throws SQLException {
        return head.getTerm() == term && holds(connection, group, participant, term);
    }

    private boolean holds(Connection connection, String group, String participant, long term) throws SQLException {
        return term > 0
                && !participant.isEmpty()
                && leases.isHeld(connection, group, new ParticipantId(participant), new Term(term));
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
                return Optional.of(WorldHead.newBuilder()
                        .setTerm(rows.getLong(1))
                        .setSeqno(rows.getLong(2))
                        .setTruncatedSeqno(rows.getLong(3))
                        .build());
            }
        }
    }

    private static void write(Connection connection, boolean exists, String group, WorldHead head) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(exists ? UPDATE_HEAD : INSERT_HEAD)) {
            statement.setLong(1, head.getTerm());
            statement.setLong(2, head.getSeqno());
            statement.setLong(3, head.getTruncatedSeqno());
            statement.setString(4, group);
            statement.executeUpdate();
        }
    }

    private static void setRef(PreparedStatement statement, String group, WorldRef ref) throws SQLException {
        statement.setString(1, group);
        statement.setString(2, ref.getBucket());
        statement.setBytes(3, ref.getAddress().toByteArray());
    }

    private static WorldRef ref(String bucket, byte[] address) {
        return WorldRef.newBuilder()
                .setBucket(bucket)
                .setAddress(ByteString.copyFrom(address))
                .build();
    }
}
