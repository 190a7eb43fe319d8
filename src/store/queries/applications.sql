-- Accounts of applications, what they submit, what waits for them.

-- Accounts --------------------------------------------------------------------------------------------------------

-- name: application_insert
INSERT INTO application (id, name, login, secret_sealed, protocols, allowed_addresses, message_classes, access_code, channel_id,
                         segments_per_second, submit_window, max_sessions, enabled, last_login_at, created_by, created_at, updated_at, version, route_id)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 1, 0, $13, $14, $14, 1, $15)

-- name: application_load
SELECT id, name, login, protocols, allowed_addresses, message_classes, access_code, channel_id, segments_per_second, submit_window, max_sessions,
       enabled, last_login_at, created_by, created_at, updated_at, version, route_id
FROM application WHERE id = $1

-- name: application_list
SELECT id, name, login, protocols, allowed_addresses, message_classes, access_code, channel_id, segments_per_second, submit_window, max_sessions,
       enabled, last_login_at, created_by, created_at, updated_at, version, route_id
FROM application WHERE id > $1 ORDER BY id LIMIT $2

-- name: application_update
UPDATE application SET name = $2, login = $3, protocols = $4, allowed_addresses = $5, message_classes = $6, access_code = $7, channel_id = $8,
       segments_per_second = $9, submit_window = $10, max_sessions = $11, updated_at = $12, version = version + 1, route_id = $14
WHERE id = $1 AND version = $13

-- name: application_secret
SELECT secret_sealed FROM application WHERE id = $1

-- name: application_set_secret
UPDATE application SET secret_sealed = $2 WHERE id = $1

-- name: application_set_enabled
UPDATE application SET enabled = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND version = $4

-- name: application_logged_in
UPDATE application SET last_login_at = $2 WHERE id = $1 AND last_login_at < $2

-- What the server for applications needs of them all.
-- name: application_logins
SELECT id, name, login, secret_sealed, protocols, allowed_addresses, segments_per_second, submit_window, max_sessions, enabled FROM application ORDER BY id

-- name: application_contents
SELECT content_id FROM application_content WHERE application_id = $1 ORDER BY content_id

-- name: application_content_insert :rows(application_id bigint, content_id bigint)
INSERT INTO application_content (application_id, content_id) SELECT r.application_id, r.content_id FROM :rows AS r

-- name: application_contents_delete
DELETE FROM application_content WHERE application_id = $1

-- The class of each, and whether it is a text that the program ships.
-- name: contents_for_application :rows(content_id bigint)
SELECT r.ord, c.message_class, c.system FROM :rows AS r JOIN content c ON c.id = r.content_id

-- name: application_deliveries_waiting
SELECT count(*) FROM application_delivery WHERE application_id = $1

-- Submissions -----------------------------------------------------------------------------------------------------

-- Of an account with a route the channel is the route's first choice now, which says how texts are counted.
-- name: application_terms
SELECT t.enabled, t.message_classes, t.access_code, t.channel_id, coalesce(c.version, 0), CASE WHEN w.enabled = 1 AND w.receipt_url <> '' THEN 1 ELSE 0 END, t.route_id
FROM (SELECT a.id, a.enabled, a.message_classes, a.access_code, a.route_id,
        CASE WHEN a.route_id = 0 THEN a.channel_id ELSE coalesce(
          (SELECT r.channel_id FROM route_channel r WHERE r.route_id = a.route_id AND r.enabled = 1 ORDER BY r.tier, r.channel_id LIMIT 1), a.channel_id) END AS channel_id
      FROM application a WHERE a.id = $1) AS t
LEFT JOIN channel c ON c.id = t.channel_id LEFT JOIN application_webhook w ON w.application_id = t.id

-- Only an approved version counts.
-- name: application_approved
SELECT a.content_id, c.approved_version_id, c.name FROM application_content a JOIN content c ON c.id = a.content_id
WHERE a.application_id = $1 AND c.approved_version_id <> 0 ORDER BY a.content_id

-- name: content_version_to_match
SELECT signature, body, opt_out_text, variables, message_class, purpose, hash FROM content_version WHERE id = $1

-- name: customers_to_send_to :rows(number_index blob)
SELECT r.ord, c.id, c.zone, c.region FROM :rows AS r JOIN customer c ON c.number_index = r.number_index

-- name: application_batch_find
SELECT a.batch_id FROM application_batch a JOIN batch b ON b.id = a.batch_id
WHERE a.application_id = $1 AND a.content_version_id = $2 AND a.channel_id = $3 AND a.day = $4 AND b.state = $5 AND b.route_id = $6

-- name: application_batch_put
INSERT INTO application_batch (application_id, content_version_id, channel_id, day, batch_id) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (application_id, content_version_id, channel_id, day) DO UPDATE SET batch_id = excluded.batch_id

-- Of days that are over, and nothing of theirs is open any more.
-- name: application_batches_to_close
SELECT b.id FROM batch b WHERE b.state = $1 AND b.origin = $2 AND b.created_at < $3
  AND NOT EXISTS (SELECT 1 FROM batch_count n WHERE n.batch_id = b.id AND n.state IN (1, 2, 3, 4) AND n.count > 0) ORDER BY b.id LIMIT $4

-- name: batch_total
SELECT total FROM batch WHERE id = $1

-- name: batch_add_messages
UPDATE batch SET total = total + $2, last_message_id = CASE WHEN last_message_id < $4 THEN $4 ELSE last_message_id END,
       first_message_id = CASE WHEN first_message_id = 0 OR first_message_id > $3 THEN $3 ELSE first_message_id END WHERE id = $1

-- name: channel_window
SELECT options FROM channel WHERE id = $1

-- name: submission_insert :rows(message_id bigint, application_id bigint, protocol bigint, reference bigint, sequence_node bigint, sequence_time bigint, sequence_number bigint, receipt bigint, source text, number_sealed blob, accepted_at bigint, client_reference text)
INSERT INTO submission (message_id, application_id, protocol, reference, sequence_node, sequence_time, sequence_number, receipt, source, number_sealed, accepted_at, client_reference)
SELECT r.message_id, r.application_id, r.protocol, r.reference, r.sequence_node, r.sequence_time, r.sequence_number, r.receipt, r.source, r.number_sealed, r.accepted_at, r.client_reference FROM :rows AS r

-- name: submission_reference_insert :rows(message_id bigint, part bigint, protocol bigint, reference bigint, sequence_node bigint, sequence_time bigint, sequence_number bigint, receipt bigint)
INSERT INTO submission_reference (message_id, part, protocol, reference, sequence_node, sequence_time, sequence_number, receipt)
SELECT r.message_id, r.part, r.protocol, r.reference, r.sequence_node, r.sequence_time, r.sequence_number, r.receipt FROM :rows AS r

-- name: submission_part_group
SELECT part, text_hash, text_sealed, coding, message_id, protocol, reference, sequence_node, sequence_time, sequence_number, receipt, source, number_sealed, received_at, repeated
FROM submission_part WHERE application_id = $1 AND group_key = $2 ORDER BY part

-- name: submission_part_insert
INSERT INTO submission_part (application_id, group_key, part, text_hash, text_sealed, coding, message_id, protocol, reference, sequence_node, sequence_time,
                             sequence_number, receipt, source, number_sealed, received_at, repeated)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 0)

-- name: submission_part_complete
UPDATE submission_part SET message_id = $3 WHERE application_id = $1 AND group_key = $2

-- name: submission_part_repeat
UPDATE submission_part SET repeated = 1 WHERE application_id = $1 AND group_key = $2 AND part = $3

-- Another message under the reference of a whole one: what came again is its own, the rest goes.
-- name: submission_part_delete_unrepeated
DELETE FROM submission_part WHERE application_id = $1 AND group_key = $2 AND repeated = 0

-- name: submission_part_begin_again
UPDATE submission_part SET message_id = 0, repeated = 0 WHERE application_id = $1 AND group_key = $2

-- name: submission_part_delete_group
DELETE FROM submission_part WHERE application_id = $1 AND group_key = $2

-- name: submission_part_delete_message
DELETE FROM submission_part WHERE application_id = $1 AND group_key = $2 AND message_id = $3

-- name: submission_part_delete_one
DELETE FROM submission_part WHERE application_id = $1 AND group_key = $2 AND part = $3

-- name: submission_part_delete_last
DELETE FROM submission_part WHERE application_id = $1 AND group_key = $2 AND part = $3 AND message_id = $4

-- name: submission_part_reopen
UPDATE submission_part SET message_id = 0 WHERE application_id = $1 AND group_key = $2 AND message_id = $3

-- name: submission_part_page
SELECT application_id, group_key, part, received_at FROM submission_part WHERE (application_id, group_key, part) > ($1, $2, $3) ORDER BY application_id, group_key, part LIMIT $4

-- Deliveries ------------------------------------------------------------------------------------------------------

-- name: application_batches_among :rows(batch_id bigint)
SELECT r.batch_id FROM :rows AS r JOIN batch b ON b.id = r.batch_id AND b.origin = 4

-- name: submission_receipts :rows(message_id bigint)
SELECT r.ord, s.application_id, s.protocol, s.reference, s.sequence_node, s.sequence_time, s.sequence_number, s.receipt, s.source, s.number_sealed, s.accepted_at
FROM :rows AS r JOIN submission s ON s.message_id = r.message_id

-- name: submission_reference_receipts :rows(message_id bigint)
SELECT r.ord, s.application_id, p.protocol, p.reference, p.sequence_node, p.sequence_time, p.sequence_number, p.receipt, s.source, s.number_sealed, s.accepted_at
FROM :rows AS r JOIN submission s ON s.message_id = r.message_id JOIN submission_reference p ON p.message_id = r.message_id

-- name: application_delivery_take_numbers
UPDATE application_delivery_number SET last = last + $1 WHERE one = 1

-- name: application_delivery_last
SELECT last FROM application_delivery_number WHERE one = 1

-- name: application_delivery_insert :rows(application_id bigint, number bigint, kind bigint, message_id bigint, protocol bigint, reference bigint, sequence_node bigint, sequence_time bigint, sequence_number bigint, state bigint, stat text, error text, access_code text, number_sealed blob, text_sealed blob, submitted_at bigint, done_at bigint, created_at bigint)
INSERT INTO application_delivery (application_id, number, kind, message_id, protocol, reference, sequence_node, sequence_time, sequence_number, state, stat, error,
                                  access_code, number_sealed, text_sealed, submitted_at, done_at, refusals, created_at)
SELECT r.application_id, r.number, r.kind, r.message_id, r.protocol, r.reference, r.sequence_node, r.sequence_time, r.sequence_number, r.state, r.stat, r.error,
       r.access_code, r.number_sealed, r.text_sealed, r.submitted_at, r.done_at, 0, r.created_at FROM :rows AS r

-- Of protocols whose bit is set in $2; a reply goes by any, unless a webhook takes it.
-- name: application_delivery_page
SELECT number, kind, protocol, reference, sequence_node, sequence_time, sequence_number, state, stat, error, access_code, number_sealed, text_sealed, submitted_at, done_at
FROM application_delivery WHERE application_id = $1 AND (protocol = 0 OR ((CAST($2 AS BIGINT) >> CAST(protocol AS INTEGER)) & 1) = 1)
  AND (kind <> 2 OR NOT EXISTS (SELECT 1 FROM application_webhook w WHERE w.application_id = $1 AND w.enabled = 1 AND w.reply_url <> '')) ORDER BY number LIMIT $3

-- name: application_delivery_delete :rows(application_id bigint, number bigint)
DELETE FROM application_delivery WHERE (application_id, number) IN (SELECT r.application_id, r.number FROM :rows AS r)
-- name: application_delivery_delete :sqlite
DELETE FROM application_delivery WHERE application_id = $1 AND number = $2

-- name: application_delivery_refused :rows(application_id bigint, number bigint)
UPDATE application_delivery SET refusals = refusals + 1 FROM :rows AS r WHERE application_delivery.application_id = r.application_id AND application_delivery.number = r.number
-- name: application_delivery_refused :sqlite
UPDATE application_delivery SET refusals = refusals + 1 WHERE application_id = $1 AND number = $2

-- name: application_delivery_refusals :rows(application_id bigint, number bigint)
SELECT r.ord, d.refusals FROM :rows AS r JOIN application_delivery d ON d.application_id = r.application_id AND d.number = r.number

-- The longest access code that the destination begins with.
-- name: application_of_destination
SELECT id FROM application WHERE enabled = 1 AND access_code <> '' AND substr($1, 1, length(access_code)) = access_code
ORDER BY length(access_code) DESC, id LIMIT 1

-- name: applications_all
SELECT id FROM application ORDER BY id

-- name: application_delivery_oldest
SELECT number, created_at FROM application_delivery WHERE application_id = $1 ORDER BY number LIMIT $2

-- The newest that is too many.
-- name: application_delivery_beyond
SELECT number FROM application_delivery WHERE application_id = $1 ORDER BY number DESC LIMIT 1 OFFSET $2

-- name: application_delivery_delete_to
DELETE FROM application_delivery WHERE application_id = $1 AND number <= $2
