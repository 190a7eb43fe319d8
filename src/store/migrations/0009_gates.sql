-- What the gates go by beyond the first rules: the history of the settings, how long messages stay good, the customers' own
-- limits, announced frequencies, and what a decision of the past is told from.

-- Append-only: every version of a setting that decides about sending.
CREATE TABLE setting_version (
  name        TEXT    NOT NULL,
  version     INTEGER NOT NULL,
  value       TEXT    NOT NULL,              -- JSON
  updated_by  INTEGER NOT NULL,              -- 0 = the server itself, the command line
  updated_at  INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;
INSERT INTO setting_version (name, version, value, updated_by, updated_at)
SELECT name, version, value, updated_by, updated_at FROM app_setting WHERE name = 'sending';

-- After it the message does not leave any more; 0 = by its class and its batch alone.
ALTER TABLE message ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN expires_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE batch ADD COLUMN frequency TEXT NOT NULL DEFAULT '';  -- JSON: the campaign's own rules [{span_seconds, maximum}]

-- How many messages of a class the customer wants, as the gates ask; follows from customer_preference_event.
CREATE TABLE customer_preference (
  customer_id    INTEGER NOT NULL,
  message_class  INTEGER NOT NULL,
  span_seconds   INTEGER NOT NULL,
  maximum        INTEGER NOT NULL CHECK (maximum > 0),
  PRIMARY KEY (customer_id, message_class, span_seconds)
) STRICT, WITHOUT ROWID;
-- Append-only: each time the whole of what the customer wants from then on.
CREATE TABLE customer_preference_event (
  id           INTEGER NOT NULL PRIMARY KEY,
  customer_id  INTEGER NOT NULL REFERENCES customer (id),
  rules        TEXT    NOT NULL,             -- JSON [{message_class, span_seconds, maximum}]
  reason       TEXT    NOT NULL,
  operator_id  INTEGER NOT NULL,
  recorded_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_preference_event_by_customer ON customer_preference_event (customer_id, id);

-- Policy 4.2.3: a campaign may announce how often its recipients will hear from the company.
ALTER TABLE campaign ADD COLUMN announces TEXT NOT NULL DEFAULT '';       -- JSON, empty = nothing
ALTER TABLE campaign ADD COLUMN notice_waiver TEXT NOT NULL DEFAULT '';   -- why compliance lets it start unannounced
ALTER TABLE campaign ADD COLUMN notice_waived_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE campaign ADD COLUMN notice_waived_at INTEGER NOT NULL DEFAULT 0;
-- Written when the announcing campaign starts, and stays.
CREATE TABLE announced_frequency (
  campaign_id    INTEGER NOT NULL PRIMARY KEY,
  span_seconds   INTEGER NOT NULL,
  maximum        INTEGER NOT NULL CHECK (maximum > 0),
  valid_from     INTEGER NOT NULL,
  valid_until    INTEGER NOT NULL,
  announced_at   INTEGER NOT NULL
) STRICT;

-- Uses that were given back, for as long as a decision that saw them may be asked about.
CREATE TABLE frequency_release (
  released_at    INTEGER NOT NULL,
  message_id     INTEGER NOT NULL,
  customer_id    INTEGER NOT NULL,
  message_class  INTEGER NOT NULL,
  used_at        INTEGER NOT NULL,
  PRIMARY KEY (released_at, message_id, used_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX frequency_release_by_customer ON frequency_release (customer_id, message_class, used_at);

-- Suppressions that were lifted.
CREATE TABLE suppression_lifted (
  id             INTEGER NOT NULL PRIMARY KEY,
  number_index   BLOB    NOT NULL,
  message_class  INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  lifted_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX suppression_lifted_by_number ON suppression_lifted (number_index);

-- only: sqlite
CREATE TRIGGER setting_version_no_update BEFORE UPDATE ON setting_version BEGIN SELECT RAISE(ABORT, 'setting_version is append-only'); END;
CREATE TRIGGER setting_version_no_delete BEFORE DELETE ON setting_version BEGIN SELECT RAISE(ABORT, 'setting_version is append-only'); END;
CREATE TRIGGER customer_preference_event_no_update BEFORE UPDATE ON customer_preference_event BEGIN SELECT RAISE(ABORT, 'customer_preference_event is append-only'); END;
CREATE TRIGGER customer_preference_event_no_delete BEFORE DELETE ON customer_preference_event BEGIN SELECT RAISE(ABORT, 'customer_preference_event is append-only'); END;
-- end
-- only: postgres
CREATE TRIGGER setting_version_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON setting_version FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER customer_preference_event_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON customer_preference_event FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
-- end
