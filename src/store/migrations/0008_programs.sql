-- Programs over the API: keys of applications, what makes their calls repeatable, verification codes, webhooks.

-- One of the keys by which an application calls. The token is shown once; its hash is kept.
CREATE TABLE application_key (
  id                   INTEGER NOT NULL PRIMARY KEY,
  application_id       INTEGER NOT NULL REFERENCES application (id),
  name                 TEXT   NOT NULL,
  token_hash           BLOB   NOT NULL UNIQUE,
  message_classes      INTEGER NOT NULL,      -- bit set; of these those that the application may submit
  messages_per_second  INTEGER NOT NULL,      -- 0 = no limit
  created_by           INTEGER NOT NULL,
  created_at           INTEGER NOT NULL,
  expires_at           INTEGER NOT NULL,
  revoked_at           INTEGER NOT NULL,      -- 0 = not revoked
  last_used_at         INTEGER NOT NULL,
  UNIQUE (application_id, name)
) STRICT;

-- What an application calls its message. Empty: nothing.
ALTER TABLE submission ADD COLUMN client_reference TEXT NOT NULL DEFAULT '';
CREATE INDEX submission_by_application ON submission (application_id, message_id);

-- By what a repeated call is known: the application's reference of a message, or an Idempotency-Key.
CREATE TABLE submission_key (
  application_id   INTEGER NOT NULL,
  kind             INTEGER NOT NULL,          -- domain::SubmissionKey
  key              TEXT   NOT NULL,
  request_hash     BLOB   NOT NULL,           -- keyed, of all that was asked
  message_id       INTEGER NOT NULL,
  verification_id  INTEGER NOT NULL,          -- 0 = none
  created_at       INTEGER NOT NULL,
  PRIMARY KEY (application_id, kind, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX submission_key_by_age ON submission_key (created_at) WHERE kind = 2;

-- A code that was sent and is to be given back. Of the code itself only a keyed hash.
CREATE TABLE verification (
  id              INTEGER NOT NULL PRIMARY KEY,
  application_id  INTEGER NOT NULL,
  number_index    BLOB   NOT NULL,            -- keyed hash, as of customer
  message_id      INTEGER NOT NULL,
  code_hash       BLOB   NOT NULL,
  state           INTEGER NOT NULL,           -- domain::VerificationState
  attempts_left   INTEGER NOT NULL CHECK (attempts_left >= 0),
  created_at      INTEGER NOT NULL,
  expires_at      INTEGER NOT NULL,
  settled_at      INTEGER NOT NULL            -- 0 = pending
) STRICT;
CREATE INDEX verification_pending ON verification (application_id, number_index) WHERE state = 1;
CREATE INDEX verification_by_age ON verification (expires_at);

-- Where an application wants to be told.
CREATE TABLE application_webhook (
  application_id   INTEGER NOT NULL PRIMARY KEY REFERENCES application (id),
  receipt_url      TEXT   NOT NULL,           -- empty = receipts are not sent
  reply_url        TEXT   NOT NULL,           -- empty = replies go to its sessions
  secret_sealed    BLOB   NOT NULL,
  enabled          INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  last_success_at  INTEGER NOT NULL,
  last_failure_at  INTEGER NOT NULL,
  last_error       TEXT   NOT NULL,           -- of the last failure, empty after a success
  created_by       INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  version          INTEGER NOT NULL
) STRICT;

-- What no webhook took: the rows of application_delivery, and why.
CREATE TABLE webhook_dead_letter (
  application_id   INTEGER NOT NULL,
  number           INTEGER NOT NULL,
  kind             INTEGER NOT NULL,
  message_id       INTEGER NOT NULL,
  protocol         INTEGER NOT NULL,
  reference        INTEGER NOT NULL,
  sequence_node    INTEGER NOT NULL,
  sequence_time    INTEGER NOT NULL,
  sequence_number  INTEGER NOT NULL,
  state            INTEGER NOT NULL,
  stat             TEXT   NOT NULL,
  error            TEXT   NOT NULL,
  access_code      TEXT   NOT NULL,
  number_sealed    BLOB   NOT NULL,
  text_sealed      BLOB   NOT NULL,
  submitted_at     INTEGER NOT NULL,
  done_at          INTEGER NOT NULL,
  attempts         INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  died_at          INTEGER NOT NULL,
  last_error       TEXT   NOT NULL,
  PRIMARY KEY (application_id, number)
) STRICT, WITHOUT ROWID;
