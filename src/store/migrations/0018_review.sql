-- Who decides on content, and by what.

-- The regulated sectors that the author of a version declares; part of what is hashed.
CREATE TABLE content_version_sector (
  version_id  INTEGER NOT NULL REFERENCES content_version (id),
  sector      TEXT    NOT NULL,              -- the sector's id in the rule packs
  PRIMARY KEY (version_id, sector)
) STRICT, WITHOUT ROWID;

-- Why a second one of compliance has to approve what this review approved; empty when nobody has to.
ALTER TABLE content_review ADD COLUMN second_review TEXT NOT NULL DEFAULT '[]';  -- JSON

-- What compliance answered to the items of the sectors, with what these were then.
ALTER TABLE content_review ADD COLUMN sector_answers TEXT NOT NULL DEFAULT '[]';  -- JSON

-- Whether the version carries personal data (policy 3.3.2): personal data that screening finds in it, or a variable that its author says
-- holds some. Then it goes only to customers who authorised that.
ALTER TABLE content_version ADD COLUMN personal_data INTEGER NOT NULL DEFAULT 0 CHECK (personal_data IN (0, 1));
UPDATE content_version SET personal_data = 1 WHERE findings LIKE '%"category":"PRIVACY_LEAK"%';

-- The company's qualification documents; the file is evidence.
CREATE TABLE qualification (
  id             INTEGER NOT NULL PRIMARY KEY,
  kind           TEXT    NOT NULL,           -- as the rule packs' sectors name what they require
  title          TEXT    NOT NULL,
  number         TEXT    NOT NULL,
  issuer         TEXT    NOT NULL,
  valid_from     INTEGER NOT NULL,
  valid_until    INTEGER NOT NULL,           -- from then on it is not valid; 0 = without end
  evidence_id    INTEGER NOT NULL REFERENCES evidence (id),
  created_by     INTEGER NOT NULL,
  created_at     INTEGER NOT NULL,
  revoked_by     INTEGER NOT NULL,
  revoked_at     INTEGER NOT NULL,           -- 0 = not revoked
  revoke_reason  TEXT    NOT NULL,
  CHECK (valid_until = 0 OR valid_until > valid_from)
) STRICT;
CREATE INDEX qualification_by_kind ON qualification (kind, id);

-- What an approval relied on.
CREATE TABLE content_review_document (
  review_id         INTEGER NOT NULL REFERENCES content_review (id),
  qualification_id  INTEGER NOT NULL REFERENCES qualification (id),
  PRIMARY KEY (review_id, qualification_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX content_review_document_by_document ON content_review_document (qualification_id, review_id);
