-- The tables of coord in MariaDB 10.6 or later, for those who make them themselves, with Flyway or Liquibase for instance, and set
-- coord.store.schema=validate. For another prefix (coord.store.table-prefix) replace coord_ everywhere.

CREATE TABLE IF NOT EXISTS coord_schema (
  version INTEGER NOT NULL PRIMARY KEY
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_lease (
  group_name VARCHAR(100) NOT NULL,
  term BIGINT NOT NULL,
  leader_id VARCHAR(64),
  leader_pid BIGINT NOT NULL,
  leader_address VARCHAR(500) NOT NULL,
  leader_process VARCHAR(500) NOT NULL,
  nonce VARCHAR(64) NOT NULL,
  renewals BIGINT NOT NULL,
  stale_threshold_nanos BIGINT NOT NULL,
  renewed_at DATETIME(6) NOT NULL,
  timeline BIGINT NOT NULL,
  PRIMARY KEY (group_name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_participant (
  group_name VARCHAR(100) NOT NULL,
  participant_id VARCHAR(64) NOT NULL,
  pid BIGINT NOT NULL,
  process_start VARCHAR(500) NOT NULL,
  host VARCHAR(255) NOT NULL,
  role VARCHAR(16) NOT NULL,
  capabilities VARCHAR(4000) NOT NULL,
  attributes MEDIUMTEXT NOT NULL,
  mesh_address VARCHAR(500) NOT NULL,
  started_at DATETIME(6) NOT NULL,
  heartbeats BIGINT NOT NULL,
  last_heartbeat_at DATETIME(6) NOT NULL,
  PRIMARY KEY (group_name, participant_id)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_world_head (
  group_name VARCHAR(100) NOT NULL,
  term BIGINT NOT NULL,
  seqno BIGINT NOT NULL,
  truncated_seqno BIGINT NOT NULL,
  PRIMARY KEY (group_name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_world_object (
  group_name VARCHAR(100) NOT NULL,
  object_key VARBINARY(1000) NOT NULL,
  bucket VARCHAR(100) NOT NULL,
  address VARBINARY(1000) NOT NULL,
  rev BIGINT NOT NULL,
  PRIMARY KEY (group_name, object_key)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_world_quad (
  group_name VARCHAR(100) NOT NULL,
  quad_hash VARBINARY(32) NOT NULL,
  subject VARCHAR(1002) NOT NULL,
  predicate VARCHAR(1000) NOT NULL,
  object VARCHAR(1002) NOT NULL,
  label VARCHAR(1000) NOT NULL,
  PRIMARY KEY (group_name, quad_hash)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_world_block (
  group_name VARCHAR(100) NOT NULL,
  bucket VARCHAR(100) NOT NULL,
  address VARBINARY(1000) NOT NULL,
  content MEDIUMBLOB NOT NULL,
  PRIMARY KEY (group_name, bucket, address)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_world_change (
  group_name VARCHAR(100) NOT NULL,
  seqno BIGINT NOT NULL,
  entries MEDIUMBLOB NOT NULL,
  PRIMARY KEY (group_name, seqno)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS coord_world_checkpoint (
  group_name VARCHAR(100) NOT NULL,
  seqno BIGINT NOT NULL,
  PRIMARY KEY (group_name)
) ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

INSERT INTO coord_schema (version) VALUES (10);

INSERT INTO coord_schema (version) VALUES (11);

ALTER TABLE coord_world_checkpoint ADD COLUMN IF NOT EXISTS next_changes INTEGER DEFAULT 0 NOT NULL;

INSERT INTO coord_schema (version) VALUES (12);

ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS mod_seqno BIGINT DEFAULT 0 NOT NULL;

ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS ttl_millis BIGINT DEFAULT 0 NOT NULL;

ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS owner VARCHAR(64) DEFAULT '' NOT NULL;

INSERT INTO coord_schema (version) VALUES (13);
