-- Channels of every carrier protocol, and what a refusal was called in it: attempt.response_code is empty when accepted, open,
-- or from before this column; then response_status alone says it.
CREATE TABLE channel_of_any_protocol (
  id                   INTEGER NOT NULL PRIMARY KEY,
  name                 TEXT   NOT NULL UNIQUE,
  provider             TEXT   NOT NULL,
  protocol             TEXT   NOT NULL,      -- domain::ChannelProtocol, by name
  host                 TEXT   NOT NULL,
  port                 INTEGER NOT NULL,
  system_id            TEXT   NOT NULL,
  password_sealed      BLOB   NOT NULL,
  peer_password_sealed BLOB   NOT NULL,      -- what the carrier logs in with where it dials us (SGIP); empty = none
  access_code          TEXT   NOT NULL,      -- source address of what we send
  options              TEXT   NOT NULL,      -- JSON: domain::ChannelOptions
  enabled              INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_by           INTEGER NOT NULL,
  created_at           INTEGER NOT NULL,
  updated_at           INTEGER NOT NULL,
  version              INTEGER NOT NULL
) STRICT;
INSERT INTO channel_of_any_protocol (id, name, provider, protocol, host, port, system_id, password_sealed, peer_password_sealed,
                                     access_code, options, enabled, created_by, created_at, updated_at, version)
SELECT id, name, provider, protocol, host, port, system_id, password_sealed, CAST('' AS BLOB), access_code, options, enabled,
       created_by, created_at, updated_at, version FROM channel;
DROP TABLE channel;
ALTER TABLE channel_of_any_protocol RENAME TO channel;
ALTER TABLE attempt ADD COLUMN response_code TEXT NOT NULL DEFAULT '';
