-- Routes, of whose channels one is chosen for each message; what codes of carriers ask for; what is known of numbers.
CREATE TABLE route (
  id          INTEGER NOT NULL PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  created_by  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL,
  version     INTEGER NOT NULL
) STRICT;
CREATE TABLE route_channel (
  route_id         INTEGER NOT NULL REFERENCES route (id),
  channel_id       INTEGER NOT NULL,
  carriers         INTEGER NOT NULL,          -- bit set of text::Carrier
  message_classes  INTEGER NOT NULL,          -- bit set of domain::MessageClass
  cost             INTEGER NOT NULL,          -- of a segment, in thousandths of a fen
  weight           INTEGER NOT NULL,          -- 0 = none
  tier             INTEGER NOT NULL,          -- lower ones first
  enabled          INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  PRIMARY KEY (route_id, channel_id)
) STRICT, WITHOUT ROWID;

-- 0 = by channel_id alone. Of a batch with a route channel_id is the first choice: it says how texts are counted.
ALTER TABLE batch ADD COLUMN route_id INTEGER NOT NULL DEFAULT 0;

-- channel_id 0 = not given to a channel of its batch's route yet, or its batch has no route.
CREATE TABLE outbox_by_channel (
  batch_id    INTEGER NOT NULL,
  channel_id  INTEGER NOT NULL,
  message_id  INTEGER NOT NULL,
  PRIMARY KEY (batch_id, channel_id, message_id)
) STRICT, WITHOUT ROWID;
INSERT INTO outbox_by_channel (batch_id, channel_id, message_id) SELECT batch_id, 0, message_id FROM outbox;
DROP TABLE outbox;
ALTER TABLE outbox_by_channel RENAME TO outbox;

-- Codes that mean different things of different carriers behind one provider.
CREATE TABLE carrier_code_of_carrier (
  provider     TEXT   NOT NULL,              -- empty = every provider
  carrier      INTEGER NOT NULL,              -- text::Carrier of the message; 0 = every one
  stage        INTEGER NOT NULL,              -- domain::CodeStage: response, receipt
  code         TEXT   NOT NULL,              -- "0x00000058", "UNDELIV", "MK:0001"
  code_class   INTEGER NOT NULL,              -- domain::CodeClass
  action       INTEGER NOT NULL,              -- domain::CodeAction
  cause        TEXT   NOT NULL,
  remedy       TEXT   NOT NULL,
  PRIMARY KEY (provider, carrier, stage, code)
) STRICT, WITHOUT ROWID;
INSERT INTO carrier_code_of_carrier (provider, carrier, stage, code, code_class, action, cause, remedy)
SELECT provider, 0, stage, code, code_class, action, cause, remedy FROM carrier_code;
DROP TABLE carrier_code;
ALTER TABLE carrier_code_of_carrier RENAME TO carrier_code;
-- General codes as they were shipped follow what their classes ask for now; what people set stays.
UPDATE carrier_code SET action = 6 WHERE provider = '' AND stage = 2 AND code_class IN (2, 12) AND action = 3;
UPDATE carrier_code SET action = 7 WHERE provider = '' AND code_class = 3 AND action = 3;
UPDATE carrier_code SET action = 8 WHERE provider = '' AND code_class = 4 AND action = 3;
UPDATE carrier_code SET action = 9 WHERE provider = '' AND code_class = 6 AND action = 5;
UPDATE carrier_code SET action = 10 WHERE provider = '' AND code_class = 7 AND action = 3;
UPDATE carrier_code SET action = 11 WHERE provider = '' AND code_class = 8 AND action = 5;
UPDATE carrier_code SET action = 12 WHERE provider = '' AND code_class = 9 AND action IN (2, 3);

-- How often and after what pause another attempt follows; each pause is twice the one before it. Of marketing nothing that was
-- accepted is sent again for a handset that is away or a limit, unless people set it so.
CREATE TABLE retry_rule (
  message_class  INTEGER NOT NULL,
  action         INTEGER NOT NULL,            -- domain::CodeAction that asks for another attempt
  times          INTEGER NOT NULL,            -- 0 = none
  pause_seconds  INTEGER NOT NULL,
  PRIMARY KEY (message_class, action)
) STRICT, WITHOUT ROWID;
INSERT INTO retry_rule (message_class, action, times, pause_seconds) VALUES
  (1, 2, 3, 5), (2, 2, 3, 10), (3, 2, 3, 10), (4, 2, 3, 10),
  (1, 6, 0, 0), (2, 6, 2, 1800), (3, 6, 0, 7200), (4, 6, 1, 7200),
  (1, 10, 0, 0), (2, 10, 2, 600), (3, 10, 0, 86400), (4, 10, 1, 86400),
  (1, 12, 3, 5), (2, 12, 3, 10), (3, 12, 3, 10), (4, 12, 3, 10),
  (1, 13, 1, 5), (2, 13, 1, 10), (3, 13, 1, 10), (4, 13, 1, 10);

-- What carriers said of a number lately; a delivery takes the row away.
CREATE TABLE number_quality (
  number_index  BLOB   NOT NULL PRIMARY KEY,
  failures      INTEGER NOT NULL,             -- different messages in a row that were told the number is vacant
  message_id    INTEGER NOT NULL,             -- the last of them
  code_class    INTEGER NOT NULL,             -- domain::CodeClass of its code
  failed_at     INTEGER NOT NULL,
  barred_until  INTEGER NOT NULL              -- 0 = not barred; the greatest number = until somebody lifts it
) STRICT;

-- A carrier refused its text: it is not sent until compliance has looked again.
CREATE TABLE content_freeze (
  version_id  INTEGER NOT NULL PRIMARY KEY REFERENCES content_version (id),
  code        TEXT   NOT NULL,               -- the carrier's
  frozen_at   INTEGER NOT NULL
) STRICT;
-- Signatures that a channel's carrier does not know.
CREATE TABLE signature_freeze (
  signature   TEXT   NOT NULL,
  channel_id  INTEGER NOT NULL,
  code        TEXT   NOT NULL,
  frozen_at   INTEGER NOT NULL,
  PRIMARY KEY (signature, channel_id)
) STRICT, WITHOUT ROWID;
