-- The audit log and its head.

-- name: audit_head_get
SELECT id, hash FROM audit_head WHERE one = 1

-- name: audit_head_take
SELECT id, hash FROM audit_head WHERE one = 1
-- name: audit_head_take :postgres
SELECT id, hash FROM audit_head WHERE one = 1 FOR UPDATE

-- name: audit_head_put
INSERT INTO audit_head (one, id, hash) VALUES (1, $1, $2) ON CONFLICT (one) DO UPDATE SET id = excluded.id, hash = excluded.hash

-- name: audit_insert
INSERT INTO audit_log (id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, reason, detail, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: audit_all
SELECT id, at, actor_kind, actor_id, actor_name, action, object_type, object_id, reason, detail, hash FROM audit_log ORDER BY id

-- name: audit_hash
SELECT hash FROM audit_log WHERE id = $1

-- name: audit_last
SELECT id, at, hash FROM audit_log ORDER BY id DESC LIMIT 1
