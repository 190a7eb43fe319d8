-- Programs over the API: keys, repeatable calls, verification codes, webhooks.

-- Keys ------------------------------------------------------------------------------------------------------------

-- name: application_key_insert
INSERT INTO application_key (id, application_id, name, token_hash, message_classes, messages_per_second, created_by, created_at, expires_at, revoked_at, last_used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)

-- name: application_key_get
SELECT id, name, message_classes, messages_per_second, created_by, created_at, expires_at, revoked_at, last_used_at
FROM application_key WHERE application_id = $1 AND id = $2

-- name: application_key_page
SELECT id, name, message_classes, messages_per_second, created_by, created_at, expires_at, revoked_at, last_used_at
FROM application_key WHERE application_id = $1 AND id > $2 ORDER BY id LIMIT $3

-- name: application_key_count
SELECT count(*) FROM application_key WHERE application_id = $1 AND revoked_at = 0 AND expires_at > $2

-- name: application_key_revoke
UPDATE application_key SET revoked_at = $3 WHERE application_id = $1 AND id = $2 AND revoked_at = 0

-- name: application_key_touch
UPDATE application_key SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2

-- With what their applications allow.
-- name: application_keys_usable
SELECT k.id, k.application_id, k.name, k.token_hash, k.message_classes, k.messages_per_second, k.expires_at, k.last_used_at,
       a.name AS application, a.message_classes AS application_classes, a.allowed_addresses, a.protocols, a.enabled
FROM application_key k JOIN application a ON a.id = k.application_id WHERE k.revoked_at = 0 AND k.expires_at > $1 ORDER BY k.id

-- Repeatable calls ------------------------------------------------------------------------------------------------

-- name: submission_key_find :rows(application_id bigint, kind bigint, key text)
SELECT r.ord, k.request_hash, k.message_id, k.verification_id
FROM :rows AS r JOIN submission_key k ON k.application_id = r.application_id AND k.kind = r.kind AND k.key = r.key

-- name: submission_key_insert :rows(application_id bigint, kind bigint, key text, request_hash blob, message_id bigint, verification_id bigint, created_at bigint)
INSERT INTO submission_key (application_id, kind, key, request_hash, message_id, verification_id, created_at)
SELECT r.application_id, r.kind, r.key, r.request_hash, r.message_id, r.verification_id, r.created_at FROM :rows AS r

-- name: submission_key_purge
DELETE FROM submission_key WHERE (application_id, kind, key) IN
  (SELECT application_id, kind, key FROM submission_key WHERE kind = 2 AND created_at <= $1 ORDER BY created_at LIMIT $2)

-- name: submission_of_reference
SELECT message_id FROM submission_key WHERE application_id = $1 AND kind = 1 AND key = $2

-- name: submission_of_message
SELECT s.application_id, s.client_reference, s.accepted_at FROM submission s WHERE s.message_id = $1

-- name: program_message_page
SELECT m.id, s.client_reference, v.content_id, b.message_class, m.state, m.reason, m.segments, s.accepted_at, m.submitted_at, m.state_at, c.number_sealed
FROM submission s JOIN message m ON m.id = s.message_id JOIN batch b ON b.id = m.batch_id JOIN content_version v ON v.id = b.content_version_id
JOIN customer c ON c.id = m.customer_id
WHERE s.application_id = $1 AND s.message_id < $2 ORDER BY s.message_id DESC LIMIT $3

-- Verification codes ----------------------------------------------------------------------------------------------

-- Those before it of the same numbers.
-- name: verification_replace :rows(application_id bigint, number_index blob, at bigint)
UPDATE verification SET state = 3, settled_at = r.at FROM :rows AS r
WHERE verification.application_id = r.application_id AND verification.number_index = r.number_index AND verification.state = 1
-- name: verification_replace :sqlite
UPDATE verification SET state = 3, settled_at = $3 WHERE application_id = $1 AND number_index = $2 AND state = 1

-- name: verification_insert :rows(id bigint, application_id bigint, number_index blob, message_id bigint, code_hash blob, state bigint, attempts_left bigint, created_at bigint, expires_at bigint, settled_at bigint)
INSERT INTO verification (id, application_id, number_index, message_id, code_hash, state, attempts_left, created_at, expires_at, settled_at)
SELECT r.id, r.application_id, r.number_index, r.message_id, r.code_hash, r.state, r.attempts_left, r.created_at, r.expires_at, r.settled_at FROM :rows AS r

-- name: verification_load
SELECT code_hash, state, attempts_left, created_at, expires_at, message_id FROM verification WHERE id = $1 AND application_id = $2

-- name: verification_update
UPDATE verification SET state = $2, attempts_left = $3, settled_at = $4 WHERE id = $1

-- name: verification_purge
DELETE FROM verification WHERE id IN (SELECT id FROM verification WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2)

-- Webhooks --------------------------------------------------------------------------------------------------------

-- name: application_webhook_load
SELECT receipt_url, reply_url, enabled, last_success_at, last_failure_at, last_error, created_by, created_at, updated_at, version
FROM application_webhook WHERE application_id = $1

-- name: application_webhook_insert
INSERT INTO application_webhook (application_id, receipt_url, reply_url, secret_sealed, enabled, last_success_at, last_failure_at, last_error,
                                 created_by, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, 0, 0, '', $6, $7, $7, 1)

-- name: application_webhook_update
UPDATE application_webhook SET receipt_url = $2, reply_url = $3, enabled = $4, updated_at = $5, version = version + 1 WHERE application_id = $1 AND version = $6

-- name: application_webhook_set_secret
UPDATE application_webhook SET secret_sealed = $2, updated_at = $3, version = version + 1 WHERE application_id = $1

-- name: application_webhook_succeeded
UPDATE application_webhook SET last_success_at = $2, last_error = '' WHERE application_id = $1

-- name: application_webhook_failed
UPDATE application_webhook SET last_failure_at = $2, last_error = $3 WHERE application_id = $1

-- Of applications that may be told.
-- name: application_webhooks_enabled
SELECT w.application_id, w.receipt_url, w.reply_url, w.secret_sealed, w.version FROM application_webhook w
JOIN application a ON a.id = w.application_id WHERE w.enabled = 1 AND a.enabled = 1 ORDER BY w.application_id

-- In their order. Receipts of what was submitted by a carrier protocol go back by it.
-- name: webhook_events
SELECT d.number, d.kind, d.message_id, d.stat, d.error, d.access_code, d.number_sealed, d.text_sealed, d.submitted_at, d.done_at, d.refusals, d.created_at,
       coalesce(s.client_reference, '')
FROM application_delivery d LEFT JOIN submission s ON s.message_id = d.message_id
WHERE d.application_id = $1 AND d.kind = $2 AND (d.kind = 2 OR d.protocol = 6) ORDER BY d.number LIMIT $3

-- What waits, oldest first.
-- name: application_delivery_list
SELECT d.number, d.kind, d.message_id, d.stat, d.error, d.number_sealed, d.done_at, d.refusals, d.created_at, coalesce(s.client_reference, '')
FROM application_delivery d LEFT JOIN submission s ON s.message_id = d.message_id
WHERE d.application_id = $1 AND d.number > $2 ORDER BY d.number LIMIT $3

-- name: dead_letter_list
SELECT d.number, d.kind, d.message_id, d.stat, d.error, d.number_sealed, d.done_at, d.attempts, d.created_at, coalesce(s.client_reference, ''), d.died_at, d.last_error
FROM webhook_dead_letter d LEFT JOIN submission s ON s.message_id = d.message_id
WHERE d.application_id = $1 AND d.number > $2 ORDER BY d.number LIMIT $3

-- name: dead_letter_count
SELECT count(*) FROM webhook_dead_letter WHERE application_id = $1

-- name: dead_letter_insert :rows(application_id bigint, number bigint, died_at bigint, last_error text)
INSERT INTO webhook_dead_letter (application_id, number, kind, message_id, protocol, reference, sequence_node, sequence_time, sequence_number, state, stat, error,
                                 access_code, number_sealed, text_sealed, submitted_at, done_at, attempts, created_at, died_at, last_error)
SELECT d.application_id, d.number, d.kind, d.message_id, d.protocol, d.reference, d.sequence_node, d.sequence_time, d.sequence_number, d.state, d.stat, d.error,
       d.access_code, d.number_sealed, d.text_sealed, d.submitted_at, d.done_at, d.refusals, d.created_at, r.died_at, r.last_error
FROM :rows AS r JOIN application_delivery d ON d.application_id = r.application_id AND d.number = r.number

-- It keeps its number: who was told of it already knows it by that.
-- name: dead_letter_redeliver :rows(application_id bigint, number bigint, at bigint)
INSERT INTO application_delivery (application_id, number, kind, message_id, protocol, reference, sequence_node, sequence_time, sequence_number, state, stat, error,
                                  access_code, number_sealed, text_sealed, submitted_at, done_at, refusals, created_at)
SELECT d.application_id, d.number, d.kind, d.message_id, d.protocol, d.reference, d.sequence_node, d.sequence_time, d.sequence_number, d.state, d.stat, d.error,
       d.access_code, d.number_sealed, d.text_sealed, d.submitted_at, d.done_at, 0, r.at
FROM :rows AS r JOIN webhook_dead_letter d ON d.application_id = r.application_id AND d.number = r.number

-- name: dead_letter_delete :rows(application_id bigint, number bigint)
DELETE FROM webhook_dead_letter WHERE (application_id, number) IN (SELECT r.application_id, r.number FROM :rows AS r)
-- name: dead_letter_delete :sqlite
DELETE FROM webhook_dead_letter WHERE application_id = $1 AND number = $2

-- name: dead_letter_old
SELECT number, died_at FROM webhook_dead_letter WHERE application_id = $1 ORDER BY number LIMIT $2

-- name: dead_letter_beyond
SELECT number FROM webhook_dead_letter WHERE application_id = $1 ORDER BY number DESC LIMIT 1 OFFSET $2

-- name: dead_letter_delete_to
DELETE FROM webhook_dead_letter WHERE application_id = $1 AND number <= $2
