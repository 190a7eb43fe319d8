-- What db's own tests speak to a database with.

-- name: thing_insert
INSERT INTO thing(id, name, body, weight, state) VALUES ($1, $2, $3, $4, $5)

-- name: thing_by_id
SELECT id, name, body, weight, state FROM thing WHERE id = $1

-- name: thing_all
SELECT id, name, body, weight, state FROM thing ORDER BY id

-- name: thing_count
SELECT COUNT(*) FROM thing

-- name: thing_sum
SELECT SUM(id) FROM thing

-- name: thing_rename
UPDATE thing SET name = $2 WHERE id = $1

-- name: thing_delete
DELETE FROM thing WHERE id = $1

-- name: thing_in_states
-- Placeholders out of order, one used twice.
SELECT id FROM thing WHERE state >= $2 AND state <= $1 AND $2 <= $1 ORDER BY id;

-- name: thing_at_least
SELECT id FROM thing WHERE ($1 = 0 OR state >= $1) AND ($2 IS NULL OR name = $2) ORDER BY id LIMIT $3

-- name: thing_bulk :rows(id bigint, name text, body blob, weight real, state bigint)
INSERT INTO thing(id, name, body, weight, state)
SELECT r.id, r.name, r.body, r.weight, r.state FROM :rows AS r

-- name: thing_bulk_new :rows(id bigint, name text)
INSERT INTO thing(id, name, state) SELECT r.id, r.name, 7 FROM :rows AS r
ON CONFLICT DO NOTHING
RETURNING id

-- name: thing_bulk_unless :rows(id bigint, name text)
INSERT INTO thing(id, name, state) SELECT r.id, UPPER(r.name), 8 FROM :rows AS r ON CONFLICT (id) DO NOTHING

-- name: thing_bulk_state :rows(id bigint, state bigint)
UPDATE thing SET state = r.state FROM :rows AS r WHERE thing.id = r.id

-- name: thing_bulk_claim :rows(id bigint)
DELETE FROM thing USING :rows AS r WHERE thing.id = r.id RETURNING thing.id, thing.state, r.ord

-- name: thing_bulk_find :rows(id bigint)
SELECT r.ord, t.name FROM :rows AS r JOIN thing AS t ON t.id = r.id

-- name: dialect_name :sqlite
SELECT 'sqlite'
-- name: dialect_name :postgres
SELECT 'postgres'

-- name: state_hot :rows(id bigint, state bigint)
UPDATE thing SET state = r.state FROM :rows AS r WHERE thing.id = r.id
-- name: state_hot :sqlite
UPDATE thing SET state = $2 WHERE id = $1

-- name: state_in_runs :rows(id bigint, state bigint, was bigint)
UPDATE thing SET state = r.state FROM :rows AS r WHERE thing.id = r.id AND thing.state = r.was
-- name: state_in_runs :sqlite :runs
UPDATE thing SET state = $2 WHERE id BETWEEN $1 AND $5 AND state = $3

-- name: thing_states
SELECT state FROM thing ORDER BY id

-- name: find_in_runs :rows(id bigint)
SELECT r.ord, t.name FROM :rows AS r JOIN thing AS t ON t.id = r.id
-- name: find_in_runs :sqlite :runs
SELECT $2 + id - $1, name FROM thing WHERE id BETWEEN $1 AND $3

-- name: child_insert
INSERT INTO child(id, thing_id, rank) VALUES ($1, $2, $3)

-- name: child_bulk :rows(id bigint, thing_id bigint, rank bigint)
INSERT INTO child(id, thing_id, rank) SELECT r.id, r.thing_id, r.rank FROM :rows AS r

-- name: child_bulk_unless :rows(id bigint, thing_id bigint, rank bigint)
INSERT INTO child(id, thing_id, rank) SELECT r.id, r.thing_id, r.rank FROM :rows AS r WHERE true
ON CONFLICT (thing_id, rank) DO UPDATE SET id = excluded.id

-- name: narrow_insert :rows(id bigint, campaign_id bigint, lane bigint)
INSERT INTO narrow(id, campaign_id, lane) SELECT r.id, r.campaign_id, r.lane FROM :rows AS r

-- name: narrow_lane :rows(id bigint, lane bigint)
UPDATE narrow SET lane = r.lane FROM :rows AS r WHERE narrow.id = r.id

-- name: narrow_claim
DELETE FROM narrow WHERE id IN (SELECT id FROM narrow ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
RETURNING id, campaign_id, lane
-- name: narrow_claim :sqlite
DELETE FROM narrow WHERE id IN (SELECT id FROM narrow ORDER BY id LIMIT $1) RETURNING id, campaign_id, lane

-- name: broken
SELECT nothing FROM nowhere
