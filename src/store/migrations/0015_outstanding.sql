-- Attempts without an answer and receipts that are awaited become rows only when they are old; attempts say the same.

-- What receipts will name, where it is another word than carrier_message_id; '' = the same.
ALTER TABLE attempt ADD COLUMN carrier_ref TEXT NOT NULL DEFAULT '';

-- Attempts below have their rows in inflight and receipt_wait for as long as they are open or awaited.
CREATE TABLE outstanding_mark (
  id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  attempt_id  INTEGER NOT NULL
) STRICT;
INSERT INTO outstanding_mark (id, attempt_id) SELECT 1, coalesce(max(id), 0) + 1 FROM attempt;
