-- The first whole schema. One text for both dialects: INTEGER (64 bits), TEXT, BLOB only; times are UTC microseconds, money fen,
-- booleans 0/1, enumerations the numbers of src/domain. Zero means "none" in id and time columns that are not null.
-- Personal data is only in columns named *_sealed; equality look-up only through *_index (keyed hash).

CREATE TABLE app_setting (
  name        TEXT   NOT NULL PRIMARY KEY,
  value       TEXT   NOT NULL,             -- JSON
  version     INTEGER NOT NULL,
  updated_by  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Identity -------------------------------------------------------------------------------------------------------

CREATE TABLE user_account (
  id                    INTEGER NOT NULL PRIMARY KEY,
  login                 TEXT   NOT NULL UNIQUE,
  display_name          TEXT   NOT NULL,
  roles                 INTEGER NOT NULL,   -- bit set of domain::Role
  password_hash         TEXT   NOT NULL,   -- argon2id string
  must_change_password  INTEGER NOT NULL CHECK (must_change_password IN (0, 1)),
  disabled              INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  failed_logins         INTEGER NOT NULL,
  locked_until          INTEGER NOT NULL,
  last_login_at         INTEGER NOT NULL,
  created_at            INTEGER NOT NULL,
  updated_at            INTEGER NOT NULL,
  version               INTEGER NOT NULL
) STRICT;

CREATE TABLE user_session (
  token_hash    BLOB   NOT NULL PRIMARY KEY,
  user_id       INTEGER NOT NULL REFERENCES user_account (id),
  csrf_token    TEXT   NOT NULL,
  created_at    INTEGER NOT NULL,
  last_seen_at  INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_session_by_user ON user_session (user_id);

CREATE TABLE api_key (
  id            INTEGER NOT NULL PRIMARY KEY,
  name          TEXT   NOT NULL UNIQUE,
  token_hash    BLOB   NOT NULL UNIQUE,
  roles         INTEGER NOT NULL,
  created_by    INTEGER NOT NULL REFERENCES user_account (id),
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,
  revoked_at    INTEGER NOT NULL,
  last_used_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE idempotency (
  key_hash         BLOB   NOT NULL PRIMARY KEY,  -- of principal, route and the caller's key
  request_hash     BLOB   NOT NULL,
  attempt          INTEGER NOT NULL,           -- who is at it: a deed commits only under its own attempt
  audit_id         INTEGER NOT NULL,           -- the deed's entry, written in its transaction; 0 = not done
  status           INTEGER NOT NULL,           -- of the response; 0 = none stored
  response_sealed  BLOB   NOT NULL,
  created_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_by_age ON idempotency (created_at);

CREATE TABLE audit_log (
  id           INTEGER NOT NULL PRIMARY KEY,  -- 1, 2, 3 … without a gap
  at           INTEGER NOT NULL,
  actor_kind   INTEGER NOT NULL,
  actor_id     INTEGER NOT NULL,
  actor_name   TEXT   NOT NULL,
  action       TEXT   NOT NULL,
  object_type  TEXT   NOT NULL,
  object_id    INTEGER NOT NULL,
  reason       TEXT   NOT NULL,
  detail       TEXT   NOT NULL,              -- JSON without personal data
  hash         BLOB   NOT NULL               -- keyed, over the previous hash and this row
) STRICT;
CREATE INDEX audit_log_by_object ON audit_log (object_type, object_id);
CREATE INDEX audit_log_by_actor ON audit_log (actor_kind, actor_id);
CREATE INDEX audit_log_by_time ON audit_log (at);
CREATE TABLE audit_head (
  one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  id    INTEGER NOT NULL,
  hash  BLOB   NOT NULL
) STRICT;

-- Customers and consent ------------------------------------------------------------------------------------------

CREATE TABLE customer (
  id              INTEGER NOT NULL PRIMARY KEY,
  number_index    BLOB   NOT NULL UNIQUE,
  number_sealed   BLOB   NOT NULL,
  name_index      BLOB,
  profile_sealed  BLOB,                      -- JSON {name, birth_date, remark}
  region          TEXT   NOT NULL,           -- of the number: CN, HK …
  carrier         INTEGER NOT NULL,           -- text::Carrier, a hint
  zone            TEXT   NOT NULL,           -- IANA name; empty = unknown, nothing is sent
  city            TEXT   NOT NULL,
  member_level    TEXT   NOT NULL,
  attributes      TEXT   NOT NULL,           -- JSON object of further attributes, none personal
  suppressed      INTEGER NOT NULL,           -- bit set of message classes on the suppression list
  import_id       INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_by_name ON customer (name_index);

CREATE TABLE consent_text (
  id    INTEGER NOT NULL PRIMARY KEY,
  hash  BLOB   NOT NULL UNIQUE,
  text  TEXT   NOT NULL
) STRICT;

-- Append-only: what happened to consent, in the order it was recorded.
CREATE TABLE consent_event (
  id             INTEGER NOT NULL PRIMARY KEY,
  customer_id    INTEGER NOT NULL REFERENCES customer (id),
  message_class  INTEGER NOT NULL,
  purpose        TEXT   NOT NULL,            -- empty = every purpose of the class
  kind           INTEGER NOT NULL,            -- domain::ConsentKind: granted, withdrawn, refused
  method         TEXT   NOT NULL,
  text_id        INTEGER NOT NULL,            -- consent_text, 0 = none recorded
  occurred_at    INTEGER NOT NULL,
  recorded_at    INTEGER NOT NULL,
  source         INTEGER NOT NULL,            -- domain::ConsentSource: import, operator, reply, api
  import_id      INTEGER NOT NULL,
  evidence_id    INTEGER NOT NULL,
  operator_id    INTEGER NOT NULL,
  note           TEXT   NOT NULL
) STRICT;
CREATE INDEX consent_event_by_customer ON consent_event (customer_id, id);

-- Projection of consent_event; can be dropped and rebuilt from it.
CREATE TABLE consent_state (
  customer_id    INTEGER NOT NULL,
  message_class  INTEGER NOT NULL,
  purpose        TEXT   NOT NULL,
  kind           INTEGER NOT NULL,
  event_id       INTEGER NOT NULL,
  since          INTEGER NOT NULL,
  PRIMARY KEY (customer_id, message_class, purpose)
) STRICT, WITHOUT ROWID;

CREATE TABLE suppression (
  id             INTEGER NOT NULL PRIMARY KEY,
  number_index   BLOB   NOT NULL,
  number_sealed  BLOB   NOT NULL,
  message_class  INTEGER NOT NULL,
  reason         TEXT   NOT NULL,
  source         INTEGER NOT NULL,
  created_by     INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  UNIQUE (number_index, message_class)
) STRICT;

CREATE TABLE evidence (
  id          INTEGER NOT NULL PRIMARY KEY,
  sha256      BLOB   NOT NULL,
  file_name   TEXT   NOT NULL,
  media_type  TEXT   NOT NULL,
  bytes       INTEGER NOT NULL,
  created_by  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE import_job (
  id               INTEGER NOT NULL PRIMARY KEY,
  file_name        TEXT   NOT NULL,
  file_sha256      BLOB   NOT NULL,
  options          TEXT   NOT NULL,          -- JSON: purpose, column mapping, default consent text …
  state            INTEGER NOT NULL,          -- domain::ImportState
  rows_read        INTEGER NOT NULL,
  rows_new         INTEGER NOT NULL,
  rows_changed     INTEGER NOT NULL,
  rows_unchanged   INTEGER NOT NULL,
  rows_duplicate   INTEGER NOT NULL,
  rows_refused     INTEGER NOT NULL,
  consents_granted   INTEGER NOT NULL,
  consents_withdrawn INTEGER NOT NULL,
  opt_outs_kept      INTEGER NOT NULL,
  bytes_total      INTEGER NOT NULL,
  bytes_read       INTEGER NOT NULL,
  encoding         TEXT   NOT NULL,
  error            TEXT   NOT NULL,
  evidence_id      INTEGER NOT NULL,
  created_by       INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  finished_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE import_refused_row (
  import_id    INTEGER NOT NULL REFERENCES import_job (id),
  ordinal      INTEGER NOT NULL,
  line         INTEGER NOT NULL,
  column_name  TEXT   NOT NULL,
  code         TEXT   NOT NULL,
  value_masked TEXT   NOT NULL,
  first_line   INTEGER NOT NULL,             -- of a duplicate: where the number stood first; else 0
  PRIMARY KEY (import_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Which customers an import held, so that an import can be an audience.
CREATE TABLE import_customer (
  import_id    INTEGER NOT NULL,
  customer_id  INTEGER NOT NULL,
  line         INTEGER NOT NULL,             -- of the file, where the customer's number stands first
  PRIMARY KEY (import_id, customer_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
  id          INTEGER NOT NULL PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  filter      TEXT   NOT NULL,               -- JSON, domain::SegmentFilter
  created_by  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL
) STRICT;

-- Content --------------------------------------------------------------------------------------------------------

CREATE TABLE content (
  id              INTEGER NOT NULL PRIMARY KEY,
  name            TEXT   NOT NULL,
  message_class   INTEGER NOT NULL,
  purpose         TEXT   NOT NULL,
  system          INTEGER NOT NULL CHECK (system IN (0, 1)),  -- 1 = shipped text such as the opt-out confirmation
  state           INTEGER NOT NULL,           -- domain::ContentState of the latest version
  version_id      INTEGER NOT NULL,           -- the latest content_version
  approved_version_id INTEGER NOT NULL,       -- the latest approved one, 0 = none
  round           INTEGER NOT NULL,           -- review rounds so far
  created_by      INTEGER NOT NULL,
  created_at      INTEGER NOT NULL,
  updated_at      INTEGER NOT NULL,
  version         INTEGER NOT NULL
) STRICT;
CREATE INDEX content_by_state ON content (state, id);

CREATE TABLE content_version (
  id             INTEGER NOT NULL PRIMARY KEY,
  content_id     INTEGER NOT NULL REFERENCES content (id),
  number         INTEGER NOT NULL,
  message_class  INTEGER NOT NULL,
  purpose        TEXT   NOT NULL,
  signature      TEXT   NOT NULL,
  body           TEXT   NOT NULL,
  opt_out_text   TEXT   NOT NULL,
  variables      TEXT   NOT NULL,            -- JSON [{name, max_length, sample}]
  hash           BLOB   NOT NULL,            -- SHA-256 of the canonical form, docs/formats/content_hash.md
  verdict        INTEGER NOT NULL,            -- screen::Verdict
  findings       TEXT   NOT NULL,            -- JSON
  rule_packs     TEXT   NOT NULL,            -- JSON [{id, version}]
  created_by     INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  UNIQUE (content_id, number)
) STRICT;

CREATE TABLE content_review (
  id              INTEGER NOT NULL PRIMARY KEY,
  content_id      INTEGER NOT NULL REFERENCES content (id),
  version_id      INTEGER NOT NULL REFERENCES content_version (id),
  version_hash    BLOB   NOT NULL,
  round           INTEGER NOT NULL,
  kind            INTEGER NOT NULL,           -- domain::ReviewKind: first_review, submission, compliance
  decision        INTEGER NOT NULL,           -- domain::ReviewDecision
  opinion_number  TEXT   NOT NULL,           -- empty unless kind = compliance
  opinion         TEXT   NOT NULL,
  checklist       TEXT   NOT NULL,           -- JSON
  problems        TEXT   NOT NULL,           -- JSON
  dispositions    TEXT   NOT NULL,           -- JSON: each finding confirmed or dismissed
  reviewer_id     INTEGER NOT NULL,
  reviewed_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX content_review_by_content ON content_review (content_id, id);
CREATE UNIQUE INDEX content_review_number ON content_review (opinion_number) WHERE opinion_number <> '';

-- Campaigns ------------------------------------------------------------------------------------------------------

CREATE TABLE campaign (
  id                  INTEGER NOT NULL PRIMARY KEY,
  name                TEXT   NOT NULL,
  goal                TEXT   NOT NULL,
  message_class       INTEGER NOT NULL,
  purpose             TEXT   NOT NULL,
  content_id          INTEGER NOT NULL REFERENCES content (id),
  content_version_id  INTEGER NOT NULL,       -- fixed at hand-over
  content_hash        BLOB   NOT NULL,       -- fixed at hand-over; empty before
  audience            TEXT   NOT NULL,       -- JSON: {segment_id} | {import_id} | {filter}
  planned_at          INTEGER NOT NULL,
  budget_fen          INTEGER NOT NULL,
  owner_id            INTEGER NOT NULL REFERENCES user_account (id),
  state               INTEGER NOT NULL,       -- domain::CampaignState
  state_reason        TEXT   NOT NULL,
  batch_id            INTEGER NOT NULL,       -- the batch of its recipients, 0 before the freeze
  audience_count      INTEGER NOT NULL,
  audience_hash       BLOB   NOT NULL,
  frozen_at           INTEGER NOT NULL,
  handed_over_by      INTEGER NOT NULL,
  handed_over_at      INTEGER NOT NULL,
  parameters          TEXT   NOT NULL,       -- JSON: channel, schedule, window, rate, pause threshold
  binding_hash        BLOB   NOT NULL,       -- of content, audience and parameters; empty until set
  test_id             INTEGER NOT NULL,       -- the latest test
  started_by          INTEGER NOT NULL,
  started_at          INTEGER NOT NULL,
  finished_at         INTEGER NOT NULL,
  report_id           INTEGER NOT NULL,
  created_by          INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL,
  version             INTEGER NOT NULL
) STRICT;
CREATE INDEX campaign_by_state ON campaign (state, id);

CREATE TABLE campaign_test (
  id             INTEGER NOT NULL PRIMARY KEY,
  campaign_id    INTEGER NOT NULL REFERENCES campaign (id),
  binding_hash   BLOB   NOT NULL,
  state          INTEGER NOT NULL,            -- domain::TestState
  funnel         TEXT   NOT NULL,            -- JSON: dry-run counts by reason, sums to the audience
  handset_batch_id INTEGER NOT NULL,
  failure        TEXT   NOT NULL,
  started_by     INTEGER NOT NULL,
  started_at     INTEGER NOT NULL,
  finished_at    INTEGER NOT NULL,
  expires_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX campaign_test_by_campaign ON campaign_test (campaign_id, id);

CREATE TABLE test_handset (
  id             INTEGER NOT NULL PRIMARY KEY,
  label          TEXT   NOT NULL,
  customer_id    INTEGER NOT NULL UNIQUE REFERENCES customer (id),
  created_by     INTEGER NOT NULL,
  created_at     INTEGER NOT NULL
) STRICT;

CREATE TABLE report (
  id               INTEGER NOT NULL PRIMARY KEY,
  number           TEXT   NOT NULL UNIQUE,
  campaign_id      INTEGER NOT NULL UNIQUE REFERENCES campaign (id),
  body             TEXT   NOT NULL,          -- JSON, frozen
  hash             BLOB   NOT NULL,
  created_at       INTEGER NOT NULL,
  acknowledged_by  INTEGER NOT NULL,
  acknowledged_at  INTEGER NOT NULL
) STRICT;

-- Sending --------------------------------------------------------------------------------------------------------

CREATE TABLE channel (
  id                   INTEGER NOT NULL PRIMARY KEY,
  name                 TEXT   NOT NULL UNIQUE,
  provider             TEXT   NOT NULL,
  protocol             TEXT   NOT NULL CHECK (protocol IN ('smpp')),
  host                 TEXT   NOT NULL,
  port                 INTEGER NOT NULL,
  system_id            TEXT   NOT NULL,
  password_sealed      BLOB   NOT NULL,
  access_code          TEXT   NOT NULL,      -- source address of what we send
  options              TEXT   NOT NULL,      -- JSON: bind mode, window, rate, windows, id form …
  enabled              INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  created_by           INTEGER NOT NULL,
  created_at           INTEGER NOT NULL,
  updated_at           INTEGER NOT NULL,
  version              INTEGER NOT NULL
) STRICT;

CREATE TABLE carrier_code (
  provider     TEXT   NOT NULL,              -- empty = every provider
  stage        INTEGER NOT NULL,              -- domain::CodeStage: response, receipt
  code         TEXT   NOT NULL,              -- "0x00000058", "UNDELIV", "MK:0001"
  code_class   INTEGER NOT NULL,              -- domain::CodeClass
  action       INTEGER NOT NULL,              -- domain::CodeAction
  cause        TEXT   NOT NULL,
  remedy       TEXT   NOT NULL,
  PRIMARY KEY (provider, stage, code)
) STRICT, WITHOUT ROWID;

-- What is sent together under one approval: a campaign's recipients, its test messages, the opt-out confirmations.
CREATE TABLE batch (
  id                  INTEGER NOT NULL PRIMARY KEY,
  origin              INTEGER NOT NULL,       -- domain::BatchOrigin
  campaign_id         INTEGER NOT NULL,
  content_version_id  INTEGER NOT NULL,
  content_hash        BLOB   NOT NULL,
  message_class       INTEGER NOT NULL,
  purpose             TEXT   NOT NULL,
  channel_id          INTEGER NOT NULL,
  window_start        INTEGER NOT NULL,       -- minutes after midnight, recipient's zone
  window_end          INTEGER NOT NULL,
  segments_per_second INTEGER NOT NULL,       -- 0 = the channel's
  failure_pause_percent INTEGER NOT NULL,     -- 0 = never
  state               INTEGER NOT NULL,       -- domain::BatchState
  state_reason        TEXT   NOT NULL,
  total               INTEGER NOT NULL,
  first_message_id    INTEGER NOT NULL,      -- its messages lie between these two
  last_message_id     INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  started_at          INTEGER NOT NULL,
  finished_at         INTEGER NOT NULL
) STRICT;
CREATE INDEX batch_by_state ON batch (state, id);

CREATE TABLE message (
  id           INTEGER NOT NULL PRIMARY KEY,
  batch_id     INTEGER NOT NULL,
  customer_id  INTEGER NOT NULL,
  serial       INTEGER NOT NULL,              -- 0 in a campaign: one message a customer
  state        INTEGER NOT NULL,              -- domain::MessageState
  reason       INTEGER NOT NULL,              -- domain::Reason: why refused, held, failed
  attempts     INTEGER NOT NULL,
  segments     INTEGER NOT NULL,
  carrier      INTEGER NOT NULL,              -- text::Carrier at freeze
  sealed       BLOB   NOT NULL,              -- number and variables
  created_at   INTEGER NOT NULL,
  submitted_at INTEGER NOT NULL,
  state_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX message_once ON message (batch_id, customer_id, serial);

-- One row per submit_sm, written and committed before the socket write.
CREATE TABLE attempt (
  id                  INTEGER NOT NULL PRIMARY KEY,
  message_id          INTEGER NOT NULL,
  channel_id          INTEGER NOT NULL,
  number              INTEGER NOT NULL,       -- 1 = first try of the message
  segment             INTEGER NOT NULL,       -- 1 … segments
  segments            INTEGER NOT NULL,
  outcome             INTEGER NOT NULL,       -- domain::AttemptOutcome
  stored_at           INTEGER NOT NULL,
  responded_at        INTEGER NOT NULL,
  response_status     INTEGER NOT NULL,
  carrier_message_id  TEXT   NOT NULL,       -- as the carrier wrote it
  receipt_at          INTEGER NOT NULL,
  receipt_state       INTEGER NOT NULL,       -- SMPP message_state
  receipt_code        TEXT   NOT NULL
) STRICT;
CREATE INDEX attempt_by_message ON attempt (message_id);

-- Narrow tables that are claimed and looked up; rows leave as soon as they are done with.
CREATE TABLE outbox (
  batch_id    INTEGER NOT NULL,
  message_id  INTEGER NOT NULL,
  PRIMARY KEY (batch_id, message_id)
) STRICT, WITHOUT ROWID;
-- Queued messages that wait: for a retry, or for the window to open.
CREATE TABLE deferred (
  due_at      INTEGER NOT NULL,
  message_id  INTEGER NOT NULL,
  batch_id    INTEGER NOT NULL,
  PRIMARY KEY (due_at, message_id)
) STRICT, WITHOUT ROWID;
-- Attempts whose outcome is still open: queued at the link or on the wire.
CREATE TABLE inflight (
  attempt_id  INTEGER NOT NULL PRIMARY KEY,
  message_id  INTEGER NOT NULL,
  batch_id    INTEGER NOT NULL,
  segments    INTEGER NOT NULL
) STRICT;
-- Accepted by the carrier, receipt not yet here.
CREATE TABLE receipt_wait (
  channel_id   INTEGER NOT NULL,
  carrier_ref  TEXT   NOT NULL,              -- canonical carrier message id
  attempt_id   INTEGER NOT NULL,
  message_id   INTEGER NOT NULL,
  batch_id     INTEGER NOT NULL,
  segments     INTEGER NOT NULL,
  PRIMARY KEY (channel_id, carrier_ref)
) STRICT, WITHOUT ROWID;
-- Receipts that came before the response they belong to.
CREATE TABLE receipt_parked (
  channel_id    INTEGER NOT NULL,
  carrier_ref   TEXT   NOT NULL,
  receipt_state INTEGER NOT NULL,
  receipt_code  TEXT   NOT NULL,
  received_at   INTEGER NOT NULL,
  PRIMARY KEY (channel_id, carrier_ref)
) STRICT, WITHOUT ROWID;

-- Projections kept in the same transaction as the rows they count.
CREATE TABLE batch_count (
  batch_id  INTEGER NOT NULL,
  state     INTEGER NOT NULL,
  reason    INTEGER NOT NULL,
  count     INTEGER NOT NULL,
  PRIMARY KEY (batch_id, state, reason)
) STRICT, WITHOUT ROWID;
CREATE TABLE batch_error (
  batch_id  INTEGER NOT NULL,
  stage     INTEGER NOT NULL,
  code      TEXT   NOT NULL,
  count     INTEGER NOT NULL,
  PRIMARY KEY (batch_id, stage, code)
) STRICT, WITHOUT ROWID;

-- Every message counted against a customer's limits; a row is removed when the message turns out not to be sent.
CREATE TABLE frequency_use (
  customer_id    INTEGER NOT NULL,
  message_class  INTEGER NOT NULL,
  used_at        INTEGER NOT NULL,
  message_id     INTEGER NOT NULL,
  PRIMARY KEY (customer_id, message_class, used_at, message_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE inbound_message (
  id             INTEGER NOT NULL PRIMARY KEY,
  channel_id     INTEGER NOT NULL,
  customer_id    INTEGER NOT NULL,            -- 0 = a number we do not know
  number_index   BLOB   NOT NULL,
  number_sealed  BLOB   NOT NULL,
  destination    TEXT   NOT NULL,
  text_sealed    BLOB   NOT NULL,
  kind           INTEGER NOT NULL,            -- domain::InboundKind: opt_out, opt_in, help, other
  batch_id       INTEGER NOT NULL,            -- the batch it most likely answers
  received_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX inbound_message_by_customer ON inbound_message (customer_id, id);
