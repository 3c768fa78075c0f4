package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables, created and brought up to date by the library. Each step was released once and is never edited afterwards; a change
 * is a new step.
 */
final class Schema {
    /** What a row of the world's log, and a block, can hold. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final int MAX_WORD = 1000;
    /** 32 attributes and 8 of coord itself, a key of 100 bytes and a value of 500 each, of which every character is escaped. */
    private static final int MAX_ATTRIBUTES = 50_000;

    private static final int HASH = 32;

    /** The version that the first step makes; those below it were never released. */
    private static final int FIRST = 10;

    private static final String SCRIPTS = "dev/coord/store/jdbc/";

    private Schema() {}

    /** For whoever makes the tables by hand, or by Flyway or Liquibase. */
    static String scriptOf(Dialect is) {
        return SCRIPTS + (is == Dialect.MARIADB ? "mariadb.sql" : "postgresql.sql");
    }

    private static List<List<String>> steps(Dialect is) {
        return List.of(
                List.of(
                        table(is, "coord_lease", """
                  term BIGINT NOT NULL,
                  leader_id %s,
                  leader_pid BIGINT NOT NULL,
                  leader_address %s NOT NULL,
                  leader_process %s NOT NULL,
                  nonce %s NOT NULL,
                  renewals BIGINT NOT NULL,
                  stale_threshold_nanos BIGINT NOT NULL,
                  renewed_at %s NOT NULL,
                  timeline BIGINT NOT NULL,
                  PRIMARY KEY (group_name)""".formatted(
                                        is.text(64), is.text(500), is.text(500), is.text(64), is.timestamp())),
                        table(is, "coord_participant", """
                  participant_id %s NOT NULL,
                  pid BIGINT NOT NULL,
                  process_start %s NOT NULL,
                  host %s NOT NULL,
                  role %s NOT NULL,
                  capabilities %s NOT NULL,
                  attributes %s NOT NULL,
                  mesh_address %s NOT NULL,
                  started_at %s NOT NULL,
                  heartbeats BIGINT NOT NULL,
                  last_heartbeat_at %s NOT NULL,
                  PRIMARY KEY (group_name, participant_id)""".formatted(
                                        is.text(64),
                                        is.text(500),
                                        is.text(255),
                                        is.text(16),
                                        is.text(4000),
                                        is.text(MAX_ATTRIBUTES),
                                        is.text(500),
                                        is.timestamp(),
                                        is.timestamp())),
                        table(is, "coord_world_head", """
                  term BIGINT NOT NULL,
                  seqno BIGINT NOT NULL,
                  truncated_seqno BIGINT NOT NULL,
                  PRIMARY KEY (group_name)"""),
                        table(is, "coord_world_object", """
                  object_key %s NOT NULL,
                  bucket %s NOT NULL,
                  address %s NOT NULL,
                  rev BIGINT NOT NULL,
                  PRIMARY KEY (group_name, object_key)""".formatted(
                                        is.binary(MAX_WORD), is.text(100), is.binary(MAX_WORD))),
                        // Its four parts together are longer than other databases can index.
                        table(is, "coord_world_quad", """
                  quad_hash %s NOT NULL,
                  subject %s NOT NULL,
                  predicate %s NOT NULL,
                  object %s NOT NULL,
                  label %s NOT NULL,
                  PRIMARY KEY (group_name, quad_hash)""".formatted(
                                        is.binary(HASH),
                                        is.text(MAX_WORD + 2),
                                        is.text(MAX_WORD),
                                        is.text(MAX_WORD + 2),
                                        is.text(MAX_WORD))),
                        table(is, "coord_world_block", """
                  bucket %s NOT NULL,
                  address %s NOT NULL,
                  content %s NOT NULL,
                  PRIMARY KEY (group_name, bucket, address)""".formatted(
                                        is.text(100), is.binary(MAX_WORD), is.binary(MAX_BYTES))),
                        table(is, "coord_world_change", """
                  seqno BIGINT NOT NULL,
                  entries %s NOT NULL,
                  PRIMARY KEY (group_name, seqno)""".formatted(is.binary(MAX_BYTES))),
                        table(is, "coord_world_checkpoint", """
                  seqno BIGINT NOT NULL,
                  PRIMARY KEY (group_name)""")),
                // From here on an embedded database is nothing without its journal, which earlier versions do not know.
                is == Dialect.H2
                        ? List.of("CREATE TABLE IF NOT EXISTS coord_applied"
                                + " (journal INTEGER NOT NULL PRIMARY KEY, seqno BIGINT NOT NULL)")
                        : List.of(),
                List.of("ALTER TABLE coord_world_checkpoint ADD COLUMN IF NOT EXISTS"
                        + " next_changes INTEGER DEFAULT 0 NOT NULL"),
                List.of(
                        "ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS mod_seqno BIGINT DEFAULT 0 NOT NULL",
                        "ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS ttl_millis BIGINT DEFAULT 0 NOT NULL",
                        "ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS owner " + is.text(64)
                                + " DEFAULT '' NOT NULL"));
    }

    private static String table(Dialect is, String name, String columns) {
        return "CREATE TABLE IF NOT EXISTS " + name + " (group_name " + is.text(100) + " NOT NULL, " + columns + ")"
                + is.tableOptions();
    }

    /** All that makes the tables anew, for whoever runs scripts. */
    static List<String> script(Dialect dialect) {
        List<List<String>> steps = steps(dialect);
        List<String> all = new ArrayList<>();
        all.add(createVersion(dialect));
        for (int i = 0; i < steps.size(); i++) {
            all.addAll(steps.get(i));
            all.add(insertVersion(FIRST + i));
        }
        return all;
    }

    private static String createVersion(Dialect is) {
        return "CREATE TABLE IF NOT EXISTS coord_schema (version INTEGER NOT NULL PRIMARY KEY)" + is.tableOptions();
    }

    private static String insertVersion(int version) {
        return "INSERT INTO coord_schema (version) VALUES (" + version + ")";
    }

    /** Brings the tables to the version of this library. Each statement can be repeated, so dying half way costs nothing. */
    static void migrate(Connection connection, Dialect dialect) throws SQLException {
        List<List<String>> steps = steps(dialect);
        int newest = FIRST + steps.size() - 1;
        if (version(connection, dialect) == newest) {
            return;
        }
        dialect.lockSchema(connection);
        // Another process may just have done it.
        int version = version(connection, dialect);
        if (version == 0) {
            execute(connection, createVersion(dialect));
        }
        for (int next = Math.max(version + 1, FIRST); next <= newest; next++) {
            for (String ddl : steps.get(next - FIRST)) {
                execute(connection, ddl);
            }
            execute(connection, insertVersion(next));
        }
        dialect.unlockSchema(connection);
    }

    /** Checks that the tables are of the version of this library. */
    static void validate(Connection connection, Dialect dialect) throws SQLException {
        int newest = FIRST + steps(dialect).size() - 1;
        int version = version(connection, dialect);
        if (version != newest) {
            String found = version == 0 ? "There are no tables" : "The tables are of version " + version;
            throw new SQLException(found + ", but this coord needs those of version " + newest
                    + ", and may not make them itself: run the script that is in its jar under " + scriptOf(dialect));
        }
    }

    /** The version of the tables, 0 if there are none; refuses those that this library cannot use. */
    private static int version(Connection connection, Dialect dialect) throws SQLException {
        if (!dialect.hasSchema(connection)) {
            return 0;
        }
        int newest = FIRST + steps(dialect).size() - 1;
        int version;
        try (var statement = connection.prepareStatement("SELECT COALESCE(MAX(version), 0) FROM coord_schema");
                var rows = statement.executeQuery()) {
            rows.next();
            version = rows.getInt(1);
        }
        if (version > newest) {
            throw new SQLException("The tables are of version " + version + ", but this coord knows only version "
                    + newest + ": use the newer coord that made them");
        }
        if (version > 0 && version < FIRST) {
            throw new SQLException("The tables are of version " + version
                    + ", which a coord made that was never released: begin with a new database");
        }
        return version;
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.execute();
        }
    }
}
