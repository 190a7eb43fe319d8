-- Every type word, and what differs between the dialects.
CREATE TABLE thing (
  id BIGINT PRIMARY KEY,
  name TEXT NOT NULL,
  body BLOB,
  weight REAL,
  state INTEGER NOT NULL DEFAULT 0 CONSTRAINT thing_state_known CHECK (state >= 0)
) STRICT;
CREATE UNIQUE INDEX thing_name ON thing(name);
CREATE TABLE child (
  id BIGINT NOT NULL,
  thing_id BIGINT NOT NULL REFERENCES thing(id),
  rank BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (thing_id, rank)
) STRICT, WITHOUT ROWID;
CREATE TABLE narrow (id BIGINT PRIMARY KEY, campaign_id BIGINT NOT NULL, lane BIGINT NOT NULL) STRICT;
-- only: sqlite
CREATE TABLE dialect (name TEXT NOT NULL DEFAULT 'sqlite; BIGINT stays BIGINT in text') STRICT;
-- end
-- only: postgres
CREATE TABLE dialect (name TEXT NOT NULL DEFAULT 'postgres; BLOB stays BLOB in text');
-- end
INSERT INTO dialect DEFAULT VALUES;
