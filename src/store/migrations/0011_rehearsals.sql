-- Rehearsals of campaigns, to a simulated carrier.

CREATE TABLE rehearsal (
  id            INTEGER NOT NULL PRIMARY KEY,
  campaign_id   INTEGER NOT NULL REFERENCES campaign (id),
  binding_hash  BLOB    NOT NULL,            -- what was rehearsed: the campaign's binding at the time
  state         INTEGER NOT NULL,            -- domain::RehearsalState
  audience      INTEGER NOT NULL,            -- messages to go through
  done          INTEGER NOT NULL,            -- of them
  result        TEXT    NOT NULL,            -- JSON; empty = none
  failure       TEXT    NOT NULL,            -- 'interrupted', the code of an error; empty = none
  started_by    INTEGER NOT NULL,
  started_at    INTEGER NOT NULL,
  finished_at   INTEGER NOT NULL             -- 0 = not yet
) STRICT;
CREATE INDEX rehearsal_by_campaign ON rehearsal (campaign_id, id);
-- One at a time.
CREATE UNIQUE INDEX rehearsal_running ON rehearsal (state) WHERE state = 1;
