-- The company's own programs that log in by a carrier protocol, and what they submitted.

CREATE TABLE application (
  id                  INTEGER NOT NULL PRIMARY KEY,
  name                TEXT   NOT NULL UNIQUE,
  login               TEXT   NOT NULL UNIQUE, -- system_id, Source_Addr, login name, ClientID
  secret_sealed       BLOB   NOT NULL,        -- recoverable: CMPP and SMGP log in with a digest over it
  protocols           TEXT   NOT NULL,        -- JSON: names of domain::ChannelProtocol
  allowed_addresses   TEXT   NOT NULL,        -- JSON: addresses and ranges; [] = every one
  message_classes     INTEGER NOT NULL,       -- bit set of message classes that it may submit
  access_code         TEXT   NOT NULL,        -- the source it submits with; replies to it and longer are its
  channel_id          INTEGER NOT NULL,
  segments_per_second INTEGER NOT NULL,       -- 0 = no limit
  submit_window       INTEGER NOT NULL,
  max_sessions        INTEGER NOT NULL,
  enabled             INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  last_login_at       INTEGER NOT NULL,
  created_by          INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  updated_at          INTEGER NOT NULL,
  version             INTEGER NOT NULL
) STRICT;

-- The contents whose approved versions it may say. None = nothing.
CREATE TABLE application_content (
  application_id  INTEGER NOT NULL REFERENCES application (id),
  content_id      INTEGER NOT NULL REFERENCES content (id),
  PRIMARY KEY (application_id, content_id)
) STRICT, WITHOUT ROWID;

-- The batch that holds what an application says of one content in one day.
CREATE TABLE application_batch (
  application_id      INTEGER NOT NULL,
  content_version_id  INTEGER NOT NULL,
  channel_id          INTEGER NOT NULL,
  day                 INTEGER NOT NULL,       -- UTC, days since 1970
  batch_id            INTEGER NOT NULL UNIQUE,
  PRIMARY KEY (application_id, content_version_id, channel_id, day)
) STRICT, WITHOUT ROWID;

-- A message that an application submitted, under the id of its last part.
CREATE TABLE submission (
  message_id       INTEGER NOT NULL PRIMARY KEY,
  application_id   INTEGER NOT NULL,
  protocol         INTEGER NOT NULL,          -- codec::Protocol
  reference        INTEGER NOT NULL,          -- the number whose spelling is the id that was answered
  sequence_node    INTEGER NOT NULL,          -- of the submit: SGIP names the message by it
  sequence_time    INTEGER NOT NULL,
  sequence_number  INTEGER NOT NULL,
  receipt          INTEGER NOT NULL,          -- domain::ReceiptWish
  source           TEXT   NOT NULL,
  number_sealed    BLOB   NOT NULL,           -- the destination as it was written
  accepted_at      INTEGER NOT NULL
) STRICT;

-- The other ids under which the parts of a message were acknowledged.
CREATE TABLE submission_reference (
  message_id       INTEGER NOT NULL,
  part             INTEGER NOT NULL,
  protocol         INTEGER NOT NULL,
  reference        INTEGER NOT NULL,
  sequence_node    INTEGER NOT NULL,
  sequence_time    INTEGER NOT NULL,
  sequence_number  INTEGER NOT NULL,
  receipt          INTEGER NOT NULL,
  PRIMARY KEY (message_id, part)
) STRICT, WITHOUT ROWID;

-- Parts that wait for the others, and for a while those of whole messages, so that one sent again is known.
CREATE TABLE submission_part (
  application_id   INTEGER NOT NULL,
  group_key        BLOB   NOT NULL,           -- keyed hash of protocol, source, destination, reference, total
  part             INTEGER NOT NULL,
  text_hash        BLOB   NOT NULL,           -- keyed
  text_sealed      BLOB   NOT NULL,           -- bytes as submitted
  coding           INTEGER NOT NULL,          -- codec::Coding
  message_id       INTEGER NOT NULL,          -- 0 = parts are missing
  repeated         INTEGER NOT NULL CHECK (repeated IN (0, 1)), -- came again after the message was whole
  protocol         INTEGER NOT NULL,
  reference        INTEGER NOT NULL,
  sequence_node    INTEGER NOT NULL,
  sequence_time    INTEGER NOT NULL,
  sequence_number  INTEGER NOT NULL,
  receipt          INTEGER NOT NULL,
  source           TEXT   NOT NULL,
  number_sealed    BLOB   NOT NULL,
  received_at      INTEGER NOT NULL,
  PRIMARY KEY (application_id, group_key, part)
) STRICT, WITHOUT ROWID;

-- Receipts and replies until the application has taken them.
CREATE TABLE application_delivery (
  application_id   INTEGER NOT NULL,
  number           INTEGER NOT NULL,          -- from application_delivery_number
  kind             INTEGER NOT NULL,          -- domain::ApplicationDeliveryKind
  message_id       INTEGER NOT NULL,          -- 0 = of no message of the ledger
  protocol         INTEGER NOT NULL,          -- 0 = goes by any
  reference        INTEGER NOT NULL,
  sequence_node    INTEGER NOT NULL,
  sequence_time    INTEGER NOT NULL,
  sequence_number  INTEGER NOT NULL,
  state            INTEGER NOT NULL,          -- codec::ReceiptState
  stat             TEXT   NOT NULL,
  error            TEXT   NOT NULL,
  access_code      TEXT   NOT NULL,           -- the number of ours
  number_sealed    BLOB   NOT NULL,           -- the handset's
  text_sealed      BLOB   NOT NULL,
  submitted_at     INTEGER NOT NULL,
  done_at          INTEGER NOT NULL,
  refusals         INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  PRIMARY KEY (application_id, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE application_delivery_number (
  one   INTEGER NOT NULL PRIMARY KEY CHECK (one = 1),
  last  INTEGER NOT NULL
) STRICT;
INSERT INTO application_delivery_number (one, last) VALUES (1, 0);
