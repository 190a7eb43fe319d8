-- Where providers by HTTP post receipts and replies: each channel has an address of its own that nobody can guess. Of the
-- token in it the SHA-256 is kept.
CREATE TABLE channel_callback (
  channel_id INTEGER NOT NULL PRIMARY KEY,
  token_hash BLOB    NOT NULL UNIQUE,
  created_by INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
