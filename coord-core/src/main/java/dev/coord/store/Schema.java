package dev.coord.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * The tables, created and brought up to date by the library. Each entry of {@link #STEPS} was released once and is never edited
 * afterwards; a change is a new entry.
 */
final class Schema {
    private static final String CREATE_VERSION = """
            CREATE TABLE IF NOT EXISTS coord_schema (version INTEGER PRIMARY KEY)""";

    private static final List<List<String>> STEPS =
            List.of(List.of("""
            CREATE TABLE IF NOT EXISTS coord_lease (
              group_name VARCHAR(100) PRIMARY KEY,
              term BIGINT NOT NULL,
              leader_id VARCHAR(64),
              leader_pid BIGINT NOT NULL,
              leader_address VARCHAR(500) NOT NULL,
              leader_process VARCHAR(500) NOT NULL,
              nonce VARCHAR(64) NOT NULL,
              renewals BIGINT NOT NULL,
              stale_threshold_nanos BIGINT NOT NULL,
              renewed_at TIMESTAMP WITH TIME ZONE NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS coord_participant (
              participant_id VARCHAR(64) PRIMARY KEY,
              group_name VARCHAR(100) NOT NULL,
              pid BIGINT NOT NULL,
              process_start VARCHAR(500) NOT NULL,
              host VARCHAR(255) NOT NULL,
              role VARCHAR(16) NOT NULL,
              capabilities VARCHAR(4000) NOT NULL,
              mesh_address VARCHAR(500) NOT NULL,
              started_at TIMESTAMP WITH TIME ZONE NOT NULL,
              heartbeats BIGINT NOT NULL,
              last_heartbeat_at TIMESTAMP WITH TIME ZONE NOT NULL)""", """
            CREATE INDEX IF NOT EXISTS coord_participant_group ON coord_participant (group_name)"""), List.of("""
            CREATE TABLE IF NOT EXISTS coord_world_head (
              group_name VARCHAR(100) PRIMARY KEY,
              term BIGINT NOT NULL,
              seqno BIGINT NOT NULL,
              truncated_seqno BIGINT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS coord_world_object (
              group_name VARCHAR(100) NOT NULL,
              object_key VARCHAR(1000) NOT NULL,
              bucket VARCHAR(100) NOT NULL,
              address VARBINARY(1000) NOT NULL,
              rev BIGINT NOT NULL,
              PRIMARY KEY (group_name, object_key))""", """
            CREATE TABLE IF NOT EXISTS coord_world_quad (
              group_name VARCHAR(100) NOT NULL,
              subject VARCHAR(1002) NOT NULL,
              predicate VARCHAR(1000) NOT NULL,
              object VARCHAR(1002) NOT NULL,
              label VARCHAR(1000) NOT NULL,
              PRIMARY KEY (group_name, subject, predicate, object, label))""", """
            CREATE TABLE IF NOT EXISTS coord_world_block (
              group_name VARCHAR(100) NOT NULL,
              bucket VARCHAR(100) NOT NULL,
              address VARBINARY(1000) NOT NULL,
              content VARBINARY(1048576) NOT NULL,
              PRIMARY KEY (group_name, bucket, address))""", """
            CREATE TABLE IF NOT EXISTS coord_world_change (
              group_name VARCHAR(100) NOT NULL,
              seqno BIGINT NOT NULL,
              entries VARBINARY(1048576) NOT NULL,
              PRIMARY KEY (group_name, seqno))""", """
            CREATE TABLE IF NOT EXISTS coord_world_checkpoint (
              group_name VARCHAR(100) PRIMARY KEY,
              seqno BIGINT NOT NULL)"""));

    private Schema() {}

    /** Brings the tables to the version of this library. Each statement can be repeated, so dying half way costs nothing. */
    static void migrate(Connection connection) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(CREATE_VERSION);
            int version;
            try (var rows = statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM coord_schema")) {
                rows.next();
                version = rows.getInt(1);
            }
            if (version > STEPS.size()) {
                throw new SQLException("The tables are of version " + version + ", but this coord knows only version "
                        + STEPS.size() + ": use the newer coord that made them");
            }
            for (; version < STEPS.size(); version++) {
                for (String ddl : STEPS.get(version)) {
                    statement.execute(ddl);
                }
                statement.execute("INSERT INTO coord_schema (version) VALUES (" + (version + 1) + ")");
            }
        }
    }
}
