-- Signatures as entities with a review of their own, and how each is filed with the carriers behind the channels.

CREATE TABLE signature (
  id               INTEGER NOT NULL PRIMARY KEY,
  text             TEXT    NOT NULL UNIQUE,   -- without its brackets
  folded           TEXT    NOT NULL,          -- by which one that reads the same is found (screen/normalize.h)
  source           INTEGER NOT NULL,          -- domain::SignatureSource
  explanation      TEXT    NOT NULL,
  message_classes  INTEGER NOT NULL,          -- bit set of domain::MessageClass
  state            INTEGER NOT NULL,          -- domain::SignatureState
  created_by       INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL,
  version          INTEGER NOT NULL
) STRICT;
CREATE INDEX signature_by_folded ON signature (folded);

-- Who did what to it when and why; never changed.
CREATE TABLE signature_event (
  id            INTEGER NOT NULL PRIMARY KEY,
  signature_id  INTEGER NOT NULL REFERENCES signature (id),
  deed          INTEGER NOT NULL,             -- domain::SignatureDeed
  state         INTEGER NOT NULL,             -- after it
  reason        TEXT    NOT NULL,
  actor_id      INTEGER NOT NULL,             -- 0 = the system
  at            INTEGER NOT NULL
) STRICT;
CREATE INDEX signature_event_by_signature ON signature_event (signature_id, id);

-- Documents of the register that prove the right to it.
CREATE TABLE signature_document (
  signature_id      INTEGER NOT NULL REFERENCES signature (id),
  qualification_id  INTEGER NOT NULL REFERENCES qualification (id),
  PRIMARY KEY (signature_id, qualification_id)
) STRICT, WITHOUT ROWID;

-- How it stands with the carrier behind a channel; without a row: not filed.
CREATE TABLE signature_filing (
  signature_id  INTEGER NOT NULL REFERENCES signature (id),
  channel_id    INTEGER NOT NULL,
  state         INTEGER NOT NULL,             -- domain::FilingState
  reference     TEXT    NOT NULL,             -- the carrier's number
  valid_until   INTEGER NOT NULL,             -- from then on it is not valid; 0 = without end
  note          TEXT    NOT NULL,
  code          TEXT    NOT NULL,             -- the carrier's, where its answer to a message said so
  evidence_id   INTEGER NOT NULL,             -- 0 = none
  updated_by    INTEGER NOT NULL,             -- 0 = the system
  updated_at    INTEGER NOT NULL,
  version       INTEGER NOT NULL,
  PRIMARY KEY (signature_id, channel_id)
) STRICT, WITHOUT ROWID;

-- Every state that a filing was in; never changed.
CREATE TABLE signature_filing_event (
  id            INTEGER NOT NULL PRIMARY KEY,
  signature_id  INTEGER NOT NULL REFERENCES signature (id),
  channel_id    INTEGER NOT NULL,
  state         INTEGER NOT NULL,
  reference     TEXT    NOT NULL,
  valid_until   INTEGER NOT NULL,
  note          TEXT    NOT NULL,
  code          TEXT    NOT NULL,
  evidence_id   INTEGER NOT NULL,
  actor_id      INTEGER NOT NULL,
  at            INTEGER NOT NULL
) STRICT;
CREATE INDEX signature_filing_event_by_signature ON signature_filing_event (signature_id, id);

-- Whether the carrier takes only signatures that are filed with it. A company that runs must not be stopped by an upgrade, and nobody has
-- written down yet what is filed where: channels that are there get 0, and technology switches it on as the filings are entered.
ALTER TABLE channel ADD COLUMN requires_filed_signature INTEGER NOT NULL DEFAULT 0 CHECK (requires_filed_signature IN (0, 1));

CREATE INDEX content_version_by_signature ON content_version (signature);

-- Signatures that are in use are taken over, for the same reason: approved where compliance has approved a text under them or something
-- under them is on its way, submitted where a text waits for compliance, else as drafts. An id is that of the first version that bore it.
INSERT INTO signature (id, text, folded, source, explanation, message_classes, state, created_by, created_at, updated_at, version)
SELECT min(v.id), v.signature, lower(v.signature), 9, '', 30,
       max(CASE WHEN c.approved_version_id = v.id
                  OR EXISTS (SELECT 1 FROM content_review r WHERE r.content_id = v.content_id AND r.version_id = v.id AND r.decision = 3)
                  OR EXISTS (SELECT 1 FROM batch b WHERE b.content_version_id = v.id AND b.state IN (1, 2, 3)) THEN 3
                WHEN c.version_id = v.id AND c.state IN (3, 7) THEN 2
                ELSE 1 END),
       min(v.created_by), min(v.created_at), min(v.created_at), 1
FROM content_version v JOIN content c ON c.id = v.content_id WHERE v.signature <> '' GROUP BY v.signature;
INSERT INTO signature_event (id, signature_id, deed, state, reason, actor_id, at)
SELECT id, id, 9, state, 'taken over when signatures became entities', 0, created_at FROM signature;

-- What carriers said they do not know is a filing that they reject.
INSERT INTO signature_filing (signature_id, channel_id, state, reference, valid_until, note, code, evidence_id, updated_by, updated_at, version)
SELECT s.id, f.channel_id, 4, '', 0, '', f.code, 0, 0, f.frozen_at, 1 FROM signature_freeze f JOIN signature s ON s.text = f.signature;
INSERT INTO signature_filing_event (id, signature_id, channel_id, state, reference, valid_until, note, code, evidence_id, actor_id, at)
SELECT row_number() OVER (ORDER BY signature_id, channel_id), signature_id, channel_id, state, reference, valid_until, note, code, 0, 0, updated_at
FROM signature_filing;
DROP TABLE signature_freeze;
