-- Attempts without an answer and receipts that are awaited become rows only when they are old; attempts say the same.

-- What receipts will name, where it is another word than carrier_message_id; '' = the same.
ALTER TABLE attempt ADD COLUMN carrier_ref TEXT NOT NULL DEFAULT '';

-- Attempts below have their rows in inflight and receipt_wait for as long as they are open or awaited.
CREATE TABLE outstanding_mark (
  id          INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  attempt_id  INTEGER NOT NULL
) STRICT;
INSERT INTO outstanding_mark (id, attempt_id) SELECT 1, coalesce(max(id), 0) + 1 FROM attempt;

-- A message and an attempt change several times within seconds: with room on its page a row's next version needs no new entry in any index.
-- only: postgres
ALTER TABLE message SET (fillfactor = 50);
ALTER TABLE attempt SET (fillfactor = 50);
-- end
