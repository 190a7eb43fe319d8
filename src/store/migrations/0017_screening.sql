-- Screening as a service: the whole of what was found is kept.

ALTER TABLE content_version ADD COLUMN sectors   TEXT NOT NULL DEFAULT '[]';  -- JSON: what sectors the text is of, what they ask for
ALTER TABLE content_version ADD COLUMN promotion TEXT NOT NULL DEFAULT '';    -- JSON: what it says of its essentials; empty = it is none

-- What the rule packs that came later find in a live version (in review, or approved), beside what was found when it was reviewed.
CREATE TABLE content_rescreening (
  version_id    INTEGER NOT NULL PRIMARY KEY REFERENCES content_version (id),
  content_id    INTEGER NOT NULL REFERENCES content (id),
  pack_set      TEXT   NOT NULL,    -- by which it was screened last
  live_as       INTEGER NOT NULL,   -- 1 in review, 2 approved
  state         INTEGER NOT NULL,   -- service::RescreeningState
  verdict       INTEGER NOT NULL,   -- screen::Verdict
  findings      TEXT   NOT NULL,    -- JSON; this and what follows as in content_version
  rule_packs    TEXT   NOT NULL,
  sectors       TEXT   NOT NULL,
  promotion     TEXT   NOT NULL,
  screened_at   INTEGER NOT NULL,
  opened_at     INTEGER NOT NULL,   -- since when compliance is to decide; 0 = it is not
  accepted      TEXT   NOT NULL,    -- JSON: the findings that compliance accepted last; empty = those of the approval
  decided_by    INTEGER NOT NULL,   -- 0 = nobody has
  decided_at    INTEGER NOT NULL,
  reason        TEXT   NOT NULL,
  dispositions  TEXT   NOT NULL     -- JSON, of that decision
) STRICT;
-- Of those that wait for compliance.
CREATE INDEX content_rescreening_open ON content_rescreening (version_id) WHERE opened_at <> 0;

-- The company's own lists are one rule pack, made in memory; its version goes up with every change of what is in force.
CREATE TABLE company_list (
  id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  version  INTEGER NOT NULL
) STRICT;
INSERT INTO company_list (id, version) VALUES (1, 0);

-- Findings that marketing holds to be false, and what compliance said of it: granted ones are phrases in which nothing is found.
CREATE TABLE allow_phrase (
  id            INTEGER NOT NULL PRIMARY KEY,
  phrase        TEXT   NOT NULL,
  rule_id       TEXT   NOT NULL,    -- of the finding
  category      TEXT   NOT NULL,    -- of that rule
  content_id    INTEGER NOT NULL,   -- where it was found; 0 = not said
  request       TEXT   NOT NULL,    -- why it is asked for
  requested_by  INTEGER NOT NULL,
  requested_at  INTEGER NOT NULL,
  state         INTEGER NOT NULL,   -- service::AllowPhraseState
  rules         TEXT   NOT NULL,    -- JSON: allowed for these alone; [] = for all that may be allowed for
  expires_at    INTEGER NOT NULL,   -- 0 = never
  decided_by    INTEGER NOT NULL,
  decided_at    INTEGER NOT NULL,   -- 0 = not yet
  reason        TEXT   NOT NULL,    -- of the decision
  ended_by      INTEGER NOT NULL,
  ended_at      INTEGER NOT NULL,   -- revoked or expired; 0 = not
  end_reason    TEXT   NOT NULL,
  version       INTEGER NOT NULL
) STRICT;
CREATE INDEX allow_phrase_by_state ON allow_phrase (state, id);

-- Others' marks and the company's own.
CREATE TABLE brand (
  id          INTEGER NOT NULL PRIMARY KEY,
  name        TEXT   NOT NULL UNIQUE,
  ownership   INTEGER NOT NULL,   -- service::BrandOwnership
  aliases     TEXT   NOT NULL,    -- JSON: other spellings
  note        TEXT   NOT NULL,
  created_by  INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT;

-- What screening found in the messages of a pre-send test.
ALTER TABLE campaign_test ADD COLUMN screening TEXT NOT NULL DEFAULT '';  -- JSON; empty = not kept
