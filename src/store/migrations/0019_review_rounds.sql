-- What a review leaves for the next round, and for its opinion.

-- What the opinion says besides the review and might change after it: the content's name, the findings, who had a hand in it.
ALTER TABLE content_review ADD COLUMN opinion_basis TEXT NOT NULL DEFAULT '';  -- JSON; empty: from before it was kept

-- What the reviewer said of each problem of the rejection before, with what was judged.
ALTER TABLE content_review ADD COLUMN judgements TEXT NOT NULL DEFAULT '[]';  -- JSON

-- What the author says he did about a problem that a rejection named.
CREATE TABLE content_problem_answer (
  review_id    INTEGER NOT NULL REFERENCES content_review (id),   -- the rejection
  number       INTEGER NOT NULL CHECK (number >= 0),              -- the problem's place in it
  answer       INTEGER NOT NULL CHECK (answer IN (1, 2)),         -- service::ProblemAnswer
  text         TEXT    NOT NULL CHECK (text <> ''),
  version_id   INTEGER NOT NULL REFERENCES content_version (id),  -- the latest when it was given
  answered_by  INTEGER NOT NULL,                                  -- 0 = nobody
  answered_at  INTEGER NOT NULL,
  PRIMARY KEY (review_id, number)
) STRICT, WITHOUT ROWID;

-- A mark can be changed on the list; version is for If-Match.
ALTER TABLE brand ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE brand ADD COLUMN updated_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE brand ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;  -- 0 = as it was added

-- For statistics over a time.
CREATE INDEX content_review_by_time ON content_review (reviewed_at, content_id);
