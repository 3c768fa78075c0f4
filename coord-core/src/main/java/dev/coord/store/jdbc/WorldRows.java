package dev.coord.store.jdbc;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coord.proto.WorldChangeRecord;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Writes what the log says that changed into the rows of objects and quads: each row once, however often it changed. */
final class WorldRows {
    private static final String UPDATE_OBJECT =
            "UPDATE coord_world_object SET bucket = ?, address = ?, rev = ?, mod_seqno = ?, ttl_millis = ?, owner = ?"
                    + " WHERE group_name = ? AND object_key = ?";
    private static final String INSERT_OBJECT =
            "INSERT INTO coord_world_object (bucket, address, rev, mod_seqno, ttl_millis, owner, group_name, object_key)"
                    + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
    private static final String DELETE_OBJECT =
            "DELETE FROM coord_world_object WHERE group_name = ? AND object_key = ?";
    private static final String DELETE_QUAD = "DELETE FROM coord_world_quad WHERE group_name = ? AND quad_hash = ?";
    private static final String INSERT_QUAD = """
            INSERT INTO coord_world_quad (group_name, quad_hash, subject, predicate, object, label)
            VALUES (?, ?, ?, ?, ?, ?)""";

    private final Connection connection;
    private final String group;
    /** What is there in the end; empty if nothing is. */
    private final Map<String, Optional<StoredObject>> objects = new LinkedHashMap<>();

    private final Map<StoredQuad, Boolean> quads = new LinkedHashMap<>();

    WorldRows(Connection connection, String group) {
        this.connection = connection;
        this.group = group;
    }

    void write(List<WorldChangeRecord> changes) throws SQLException {
        changes.forEach(this::collect);
        List<StoredObject> put = new ArrayList<>();
        List<String> removed = new ArrayList<>();
        objects.forEach((key, object) -> object.ifPresentOrElse(put::add, () -> removed.add(key)));
        delete(removed);
        put(put);
        writeQuads();
    }

    /** Writes rows as they are, in place of those that are there. */
    void write(List<StoredObject> objectRows, List<StoredQuad> quadRows) throws SQLException {
        put(objectRows);
        quadRows.forEach(quad -> quads.put(quad, true));
        writeQuads();
    }

    private void collect(WorldChangeRecord change) {
        switch (change.getChangeCase()) {
            case OBJECT_PUT -> {
                WorldChangeRecord.ObjectPut now = change.getObjectPut();
                put(new StoredObject(
                        now.getKey(),
                        ref(now.getRoot()),
                        now.getRev(),
                        now.getModSeqno(),
                        now.getTtlMillis(),
                        now.getOwner()));
            }
            case OBJECT_REMOVED -> objects.put(change.getObjectRemoved().getKey(), Optional.empty());
            case OBJECT_RENAMED -> {
                WorldChangeRecord.ObjectRenamed now = change.getObjectRenamed();
                objects.put(now.getFrom(), Optional.empty());
                put(new StoredObject(
                        now.getTo(),
                        ref(now.getRoot()),
                        now.getRev(),
                        now.getModSeqno(),
                        now.getTtlMillis(),
                        now.getOwner()));
            }
            case QUAD_SET -> quads.put(quad(change.getQuadSet()), true);
            case QUAD_DELETED -> quads.put(quad(change.getQuadDeleted()), false);
            case CHANGE_NOT_SET ->
                throw new IllegalArgumentException("A change of the world that this version of coord does not know");
        }
    }

    private void put(StoredObject object) {
        objects.put(object.key(), Optional.of(object));
    }

    private static BlockRef ref(WorldRef root) {
        return new BlockRef(root.getBucket(), root.getAddress().toByteArray());
    }

    private static StoredQuad quad(WorldQuad quad) {
        return new StoredQuad(quad.getSubject(), quad.getPredicate(), quad.getObject(), quad.getLabel());
    }

    private void delete(List<String> keys) throws SQLException {
        if (keys.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(DELETE_OBJECT)) {
            for (String key : keys) {
                statement.setString(1, group);
                statement.setBytes(2, key.getBytes(UTF_8));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private void put(List<StoredObject> all) throws SQLException {
        if (all.isEmpty()) {
            return;
        }
        int[] updated = batch(UPDATE_OBJECT, all);
        List<StoredObject> added = new ArrayList<>();
        for (int i = 0; i < updated.length; i++) {
            if (updated[i] == Statement.SUCCESS_NO_INFO) {
                throw new SQLException("The database driver does not say how many rows a batch changed");
            }
            if (updated[i] == 0) {
                added.add(all.get(i));
            }
        }
        if (!added.isEmpty()) {
            batch(INSERT_OBJECT, added);
        }
    }

    private int[] batch(String sql, List<StoredObject> rows) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (StoredObject row : rows) {
                statement.setString(1, row.root().bucket());
                statement.setBytes(2, row.root().address());
                statement.setLong(3, row.rev());
                statement.setLong(4, row.modSeqno());
                statement.setLong(5, row.ttlMillis());
                statement.setString(6, row.owner());
                statement.setString(7, group);
                statement.setBytes(8, row.key().getBytes(UTF_8));
                statement.addBatch();
            }
            return statement.executeBatch();
        }
    }

    private void writeQuads() throws SQLException {
        if (quads.isEmpty()) {
            return;
        }
        try (PreparedStatement delete = connection.prepareStatement(DELETE_QUAD);
                PreparedStatement insert = connection.prepareStatement(INSERT_QUAD)) {
            for (Map.Entry<StoredQuad, Boolean> quad : quads.entrySet()) {
                byte[] hash = QuadHash.of(quad.getKey());
                delete.setString(1, group);
                delete.setBytes(2, hash);
                delete.addBatch();
                if (quad.getValue()) {
                    insert.setString(1, group);
                    insert.setBytes(2, hash);
                    setQuad(insert, 3, quad.getKey());
                    insert.addBatch();
                }
            }
            delete.executeBatch();
            insert.executeBatch();
        }
    }

    private static void setQuad(PreparedStatement statement, int first, StoredQuad quad) throws SQLException {
        statement.setString(first, quad.subject());
        statement.setString(first + 1, quad.predicate());
        statement.setString(first + 2, quad.object());
        statement.setString(first + 3, quad.label());
    }
}
