-- The tables of coord in PostgreSQL 12 or later, for those who make them themselves, with Flyway or Liquibase for instance, and set
-- coord.store.schema=validate. For another prefix (coord.store.table-prefix) replace coord_ everywhere.

CREATE TABLE IF NOT EXISTS coord_schema (
  version INTEGER NOT NULL PRIMARY KEY
);

CREATE TABLE IF NOT EXISTS coord_lease (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  term BIGINT NOT NULL,
  leader_id VARCHAR(64) COLLATE "C",
  leader_pid BIGINT NOT NULL,
  leader_address VARCHAR(500) COLLATE "C" NOT NULL,
  leader_process VARCHAR(500) COLLATE "C" NOT NULL,
  nonce VARCHAR(64) COLLATE "C" NOT NULL,
  renewals BIGINT NOT NULL,
  stale_threshold_nanos BIGINT NOT NULL,
  renewed_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  timeline BIGINT NOT NULL,
  PRIMARY KEY (group_name)
);

CREATE TABLE IF NOT EXISTS coord_participant (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  participant_id VARCHAR(64) COLLATE "C" NOT NULL,
  pid BIGINT NOT NULL,
  process_start VARCHAR(500) COLLATE "C" NOT NULL,
  host VARCHAR(255) COLLATE "C" NOT NULL,
  role VARCHAR(16) COLLATE "C" NOT NULL,
  capabilities VARCHAR(4000) COLLATE "C" NOT NULL,
  attributes VARCHAR(50000) COLLATE "C" NOT NULL,
  mesh_address VARCHAR(500) COLLATE "C" NOT NULL,
  started_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  heartbeats BIGINT NOT NULL,
  last_heartbeat_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
  PRIMARY KEY (group_name, participant_id)
);

CREATE TABLE IF NOT EXISTS coord_world_head (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  term BIGINT NOT NULL,
  seqno BIGINT NOT NULL,
  truncated_seqno BIGINT NOT NULL,
  PRIMARY KEY (group_name)
);

CREATE TABLE IF NOT EXISTS coord_world_object (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  object_key BYTEA NOT NULL,
  bucket VARCHAR(100) COLLATE "C" NOT NULL,
  address BYTEA NOT NULL,
  rev BIGINT NOT NULL,
  PRIMARY KEY (group_name, object_key)
);

CREATE TABLE IF NOT EXISTS coord_world_quad (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  quad_hash BYTEA NOT NULL,
  subject VARCHAR(1002) COLLATE "C" NOT NULL,
  predicate VARCHAR(1000) COLLATE "C" NOT NULL,
  object VARCHAR(1002) COLLATE "C" NOT NULL,
  label VARCHAR(1000) COLLATE "C" NOT NULL,
  PRIMARY KEY (group_name, quad_hash)
);

CREATE TABLE IF NOT EXISTS coord_world_block (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  bucket VARCHAR(100) COLLATE "C" NOT NULL,
  address BYTEA NOT NULL,
  content BYTEA NOT NULL,
  PRIMARY KEY (group_name, bucket, address)
);

CREATE TABLE IF NOT EXISTS coord_world_change (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  seqno BIGINT NOT NULL,
  entries BYTEA NOT NULL,
  PRIMARY KEY (group_name, seqno)
);

CREATE TABLE IF NOT EXISTS coord_world_checkpoint (
  group_name VARCHAR(100) COLLATE "C" NOT NULL,
  seqno BIGINT NOT NULL,
  PRIMARY KEY (group_name)
);

INSERT INTO coord_schema (version) VALUES (10);

INSERT INTO coord_schema (version) VALUES (11);

ALTER TABLE coord_world_checkpoint ADD COLUMN IF NOT EXISTS next_changes INTEGER DEFAULT 0 NOT NULL;

INSERT INTO coord_schema (version) VALUES (12);

ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS mod_seqno BIGINT DEFAULT 0 NOT NULL;

ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS ttl_millis BIGINT DEFAULT 0 NOT NULL;

ALTER TABLE coord_world_object ADD COLUMN IF NOT EXISTS owner VARCHAR(64) COLLATE "C" DEFAULT '' NOT NULL;

INSERT INTO coord_schema (version) VALUES (13);
