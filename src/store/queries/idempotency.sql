-- Requests that may be repeated without being done twice, see store/audit.h and service/idempotency.h.

-- name: idempotency_take
SELECT request_hash, attempt, audit_id, status, response_sealed, created_at FROM idempotency WHERE key_hash = $1
-- name: idempotency_take :postgres
SELECT request_hash, attempt, audit_id, status, response_sealed, created_at FROM idempotency WHERE key_hash = $1 FOR UPDATE

-- name: idempotency_insert
INSERT INTO idempotency (key_hash, request_hash, attempt, audit_id, status, response_sealed, created_at)
VALUES ($1, $2, $3, 0, 0, $4, $5)

-- name: idempotency_take_over
UPDATE idempotency SET attempt = $2, created_at = $3 WHERE key_hash = $1

-- The first audit entry of the deed; no row when another attempt took over.
-- name: idempotency_mark
UPDATE idempotency SET audit_id = CASE WHEN audit_id = 0 THEN $3 ELSE audit_id END WHERE key_hash = $1 AND attempt = $2

-- name: idempotency_finish
UPDATE idempotency SET status = $3, response_sealed = $4 WHERE key_hash = $1 AND attempt = $2

-- name: idempotency_release
DELETE FROM idempotency WHERE key_hash = $1 AND attempt = $2 AND audit_id = 0

-- name: idempotency_purge
DELETE FROM idempotency WHERE created_at <= $1

-- What a deed was about.
-- name: audit_object
SELECT object_type, object_id FROM audit_log WHERE id = $1
