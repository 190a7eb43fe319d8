-- The statements of the engine: claiming, attempts, responses, receipts, counts.

-- name: batch_load
SELECT id, origin, campaign_id, content_version_id, content_hash, message_class, purpose, channel_id, window_start,
       window_end, segments_per_second, failure_pause_percent, state, first_message_id, last_message_id, started_at, expires_at, frequency, route_id
FROM batch WHERE id = $1

-- name: batches_in_state
SELECT id FROM batch WHERE state = $1 ORDER BY message_class, id

-- Cancelled batches that still hold messages back.
-- name: batches_to_sweep
SELECT DISTINCT b.id, b.first_message_id, b.last_message_id FROM batch b JOIN batch_count n ON n.batch_id = b.id WHERE b.state = $1 AND n.state IN (1, 2) AND n.count > 0

-- name: batch_state
SELECT state FROM batch WHERE id = $1

-- name: batch_set_state
UPDATE batch SET state = $2, state_reason = $3 WHERE id = $1 AND state = $4

-- A campaign's batch stops by itself; not when nothing is left to stop.
-- name: batch_pause
UPDATE batch SET state = $2, state_reason = $3 WHERE id = $1 AND state = $4 AND origin = $5
  AND NOT EXISTS (SELECT 1 FROM campaign c WHERE c.batch_id = batch.id AND c.state <> $6)

-- name: batch_start
UPDATE batch SET state = $2, state_reason = '', started_at = $3 WHERE id = $1 AND state = $4

-- name: batch_finish
UPDATE batch SET state = $2, finished_at = $3 WHERE id = $1 AND state <> $2

-- name: batch_insert
INSERT INTO batch (id, origin, campaign_id, content_version_id, content_hash, message_class, purpose, channel_id, window_start,
                   window_end, segments_per_second, failure_pause_percent, state, state_reason, total, first_message_id, last_message_id,
                   created_at, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $15, $16, $17, $18, 0)

-- name: batch_add_message
UPDATE batch SET total = total + 1, last_message_id = $2, first_message_id = CASE WHEN first_message_id = 0 THEN $2 ELSE first_message_id END WHERE id = $1

-- name: batch_open_confirmation
SELECT id FROM batch WHERE origin = $1 AND content_version_id = $2 AND channel_id = $3 AND state = $4 ORDER BY id DESC LIMIT 1

-- The approval of what is about to leave: the version's hash, and whether it is the content's approved version and neither a carrier refused it
-- nor later rule packs block it. With it, whether any customer has limits of his own, whether any frequency was announced and whether the
-- version carries personal data: mostly there is none, and nothing more to look up. Then whether there is a signature and how it stands, and what the
-- channel $2 asks and has of it.
-- name: batch_approval
SELECT v.hash, CASE WHEN c.approved_version_id = v.id AND NOT EXISTS (SELECT 1 FROM content_freeze f WHERE f.version_id = v.id)
            AND NOT EXISTS (SELECT 1 FROM content_rescreening s WHERE s.version_id = v.id AND s.state = 3) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM customer_preference) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM announced_frequency) THEN 1 ELSE 0 END, v.personal_data,
       CASE WHEN v.signature = '' THEN 0 ELSE 1 END, coalesce(s.state, 0), coalesce(s.message_classes, 0),
       coalesce(h.requires_filed_signature, 0), coalesce(f.state, 1), coalesce(f.valid_until, 0)
FROM content_version v JOIN content c ON c.id = v.content_id LEFT JOIN signature s ON s.text = v.signature
LEFT JOIN channel h ON h.id = $2 LEFT JOIN signature_filing f ON f.signature_id = s.id AND f.channel_id = h.id WHERE v.id = $1

-- name: content_version_text
SELECT signature, body, opt_out_text, variables FROM content_version WHERE id = $1

-- name: outbox_next
SELECT m.id, m.customer_id, m.sealed, m.attempts, c.zone, m.state, c.region, m.created_at, m.expires_at, m.reason
FROM outbox o JOIN message m ON m.id = o.message_id JOIN customer c ON c.id = m.customer_id
WHERE o.batch_id = $1 AND o.channel_id = $2 ORDER BY o.message_id LIMIT $3

-- name: outbox_exists
SELECT 1 FROM outbox WHERE batch_id = $1 LIMIT 1

-- What the gates ask of a customer at the moment of sending.
-- name: gate_customers :rows(customer_id bigint, message_class bigint, purpose text, since bigint)
SELECT r.ord, c.suppressed,
       coalesce((SELECT s.kind FROM consent_state s WHERE s.customer_id = r.customer_id AND s.message_class = r.message_class AND s.purpose = ''), 0),
       coalesce((SELECT s.kind FROM consent_state s WHERE s.customer_id = r.customer_id AND s.message_class = r.message_class AND s.purpose = r.purpose), 0)
FROM :rows AS r JOIN customer c ON c.id = r.customer_id

-- Their authorisation to have their personal data in messages of a class.
-- name: gate_privacy :rows(customer_id bigint, message_class bigint, purpose text)
SELECT r.ord, s.kind FROM :rows AS r
JOIN consent_state s ON s.customer_id = r.customer_id AND s.message_class = r.message_class AND s.purpose = r.purpose

-- name: gate_frequency :rows(customer_id bigint, message_class bigint, purpose text, since bigint)
SELECT r.ord, f.used_at FROM :rows AS r JOIN frequency_use f
  ON f.customer_id = r.customer_id AND f.message_class = r.message_class AND f.used_at > r.since

-- The same of all customers between two, for messages to many of them: three scans cost less than three look-ups of each.
-- name: gate_suppressions_between
SELECT id, suppressed FROM customer WHERE id BETWEEN $1 AND $2 ORDER BY id

-- name: gate_consents_between
SELECT customer_id, purpose, kind FROM consent_state WHERE customer_id BETWEEN $1 AND $2 AND message_class = $3 AND purpose IN ('', $4)
ORDER BY customer_id

-- name: gate_uses_between
SELECT customer_id, used_at FROM frequency_use WHERE customer_id BETWEEN $1 AND $2 AND message_class = $3 AND used_at > $4
ORDER BY customer_id, used_at

-- The limits that customers set themselves.
-- name: gate_preferences :rows(customer_id bigint, message_class bigint)
SELECT r.ord, p.span_seconds, p.maximum FROM :rows AS r JOIN customer_preference p ON p.customer_id = r.customer_id AND p.message_class = r.message_class

-- Announced by campaigns that have started, in force at $1.
-- name: announced_in_force
SELECT campaign_id, span_seconds, maximum FROM announced_frequency WHERE valid_from <= $1 AND valid_until > $1 AND announced_at <= $1
ORDER BY campaign_id DESC LIMIT $2

-- name: announced_insert
INSERT INTO announced_frequency (campaign_id, span_seconds, maximum, valid_from, valid_until, announced_at) VALUES ($1, $2, $3, $4, $5, $6)

-- In these deletes by several columns a server looks each row up by its key (that is what OFFSET 0 is for): by IN it may go through
-- the whole table instead, most of which is dead rows.
-- name: outbox_delete :rows(message_id bigint, batch_id bigint, channel_id bigint)
DELETE FROM outbox WHERE ctid = ANY (ARRAY(SELECT f.place FROM :rows AS r CROSS JOIN LATERAL (SELECT o.ctid AS place FROM outbox o
  WHERE o.batch_id = r.batch_id AND o.channel_id = r.channel_id AND o.message_id = r.message_id OFFSET 0) AS f))
-- name: outbox_delete :sqlite :runs
DELETE FROM outbox WHERE batch_id = $2 AND channel_id = $3 AND message_id BETWEEN $1 AND $5

-- name: outbox_insert :rows(batch_id bigint, message_id bigint)
INSERT INTO outbox (batch_id, channel_id, message_id) SELECT r.batch_id, 0, r.message_id FROM :rows AS r

-- Messages of a started batch that wait for nothing but room in the outbox: the last of the next few, and how many they
-- are. (+batch_id: by their range; the index of a batch's customers would have to be sorted.)
-- name: message_to_release
SELECT coalesce(max(t.id), 0), count(*) FROM (SELECT id FROM message WHERE id > $1 AND id <= $2 AND +batch_id = $3 AND state = $4 AND reason = $5 ORDER BY id LIMIT $6) AS t

-- These two for exactly those.
-- name: outbox_release
INSERT INTO outbox (batch_id, channel_id, message_id) SELECT batch_id, 0, id FROM message WHERE id > $1 AND id <= $2 AND +batch_id = $3 AND state = $4 AND reason = $5 ORDER BY id

-- name: message_release
UPDATE message SET state = $6, reason = 0, state_at = $7 WHERE id > $1 AND id <= $2 AND +batch_id = $3 AND state = $4 AND reason = $5

-- name: message_insert :rows(id bigint, batch_id bigint, customer_id bigint, serial bigint, state bigint, reason bigint, carrier bigint, sealed blob, created_at bigint)
INSERT INTO message (id, batch_id, customer_id, serial, state, reason, attempts, segments, carrier, sealed, created_at, submitted_at, state_at)
SELECT r.id, r.batch_id, r.customer_id, r.serial, r.state, r.reason, 0, 0, r.carrier, r.sealed, r.created_at, 0, r.created_at FROM :rows AS r

-- How long a message stays good by its own word, beside its class and batch.
-- name: message_set_expiry :rows(id bigint, expires_at bigint)
UPDATE message SET expires_at = r.expires_at FROM :rows AS r WHERE message.id = r.id
-- name: message_set_expiry :sqlite
UPDATE message SET expires_at = $2 WHERE id = $1

-- A change of state from exactly the state expected; fewer affected rows than given rows means someone was quicker.
-- name: message_transition :rows(id bigint, from_state bigint, to_state bigint, reason bigint, at bigint)
UPDATE message SET state = r.to_state, reason = r.reason, state_at = r.at FROM :rows AS r WHERE message.id = r.id AND message.state = r.from_state
-- name: message_transition :sqlite :runs
UPDATE message SET state = $3, reason = $4, state_at = $5 WHERE id BETWEEN $1 AND $7 AND state = $2

-- name: message_claim :rows(id bigint, segments bigint, at bigint)
UPDATE message SET state = 3, reason = 0, attempts = attempts + 1, segments = r.segments, submitted_at = r.at, state_at = r.at FROM :rows AS r WHERE message.id = r.id AND message.state = 2
-- name: message_claim :sqlite :runs
UPDATE message SET state = 3, reason = 0, attempts = attempts + 1, segments = $2, submitted_at = $3, state_at = $3 WHERE id BETWEEN $1 AND $5 AND state = 2

-- name: message_state :rows(id bigint)
SELECT r.ord, m.state, m.reason, m.batch_id, m.customer_id, m.attempts FROM :rows AS r JOIN message m ON m.id = r.id

-- name: message_sweep_batch
SELECT id, state, reason FROM message WHERE +batch_id = $1 AND id > $2 AND id <= $3 AND state IN (1, 2) ORDER BY id LIMIT $4

-- name: attempt_insert :rows(id bigint, message_id bigint, channel_id bigint, number bigint, segment bigint, segments bigint, at bigint)
INSERT INTO attempt (id, message_id, channel_id, number, segment, segments, outcome, stored_at, responded_at, response_status, carrier_message_id, receipt_at, receipt_state, receipt_code)
SELECT r.id, r.message_id, r.channel_id, r.number, r.segment, r.segments, 1, r.at, 0, 0, '', 0, 0, '' FROM :rows AS r

-- name: inflight_insert :rows(attempt_id bigint, message_id bigint, batch_id bigint, segments bigint)
INSERT INTO inflight (attempt_id, message_id, batch_id, segments) SELECT r.attempt_id, r.message_id, r.batch_id, r.segments FROM :rows AS r

-- Of these, the attempts without an answer.
-- name: attempts_open :rows(attempt_id bigint)
SELECT r.ord FROM :rows AS r JOIN attempt a ON a.id = r.attempt_id WHERE a.outcome = 1

-- name: inflight_delete :rows(attempt_id bigint)
DELETE FROM inflight WHERE attempt_id IN (SELECT r.attempt_id FROM :rows AS r)
-- name: inflight_delete :sqlite :runs
DELETE FROM inflight WHERE attempt_id BETWEEN $1 AND $3

-- name: inflight_some
SELECT attempt_id, message_id, batch_id, segments FROM inflight ORDER BY attempt_id LIMIT $1

-- Which of a customer's messages may still be at a link. (Of the others it is called back as they stop.)
-- name: messages_in_flight_of_customer
SELECT m.id FROM batch b JOIN message m ON m.batch_id = b.id AND m.customer_id = $1 WHERE b.state = 2 AND m.state = 3

-- name: outstanding_mark
SELECT attempt_id FROM outstanding_mark WHERE id = 1

-- name: outstanding_mark_set
UPDATE outstanding_mark SET attempt_id = $1 WHERE id = 1

-- Attempts of which nothing is said yet: open ones, and accepted ones without a receipt.
-- name: attempts_outstanding
SELECT a.id, a.message_id, m.batch_id, a.segments, a.outcome, a.receipt_at, a.channel_id, CASE WHEN a.carrier_ref = '' THEN a.carrier_message_id ELSE a.carrier_ref END
FROM attempt a JOIN message m ON m.id = a.message_id WHERE a.id >= $1 ORDER BY a.id LIMIT $2

-- name: attempt_respond :rows(id bigint, outcome bigint, at bigint, status bigint, carrier_message_id text, code text, carrier_ref text)
UPDATE attempt SET outcome = r.outcome, responded_at = r.at, response_status = r.status, carrier_message_id = r.carrier_message_id, response_code = r.code, carrier_ref = r.carrier_ref FROM :rows AS r WHERE attempt.id = r.id
-- name: attempt_respond :sqlite
UPDATE attempt SET outcome = $2, responded_at = $3, response_status = $4, carrier_message_id = $5, response_code = $6, carrier_ref = $7 WHERE id = $1

-- name: attempt_receipt :rows(id bigint, at bigint, state bigint, code text)
UPDATE attempt SET receipt_at = r.at, receipt_state = r.state, receipt_code = r.code FROM :rows AS r WHERE attempt.id = r.id
-- name: attempt_receipt :sqlite
UPDATE attempt SET receipt_at = $2, receipt_state = $3, receipt_code = $4 WHERE id = $1

-- name: attempt_owner
SELECT a.message_id, m.batch_id, a.segments, a.outcome FROM attempt a JOIN message m ON m.id = a.message_id WHERE a.id = $1

-- name: attempts_of_message
SELECT id, number, segment, segments, outcome, response_status, receipt_at, receipt_state, receipt_code, response_code FROM attempt WHERE message_id = $1 ORDER BY id

-- name: receipt_wait_insert :rows(channel_id bigint, carrier_ref text, attempt_id bigint, message_id bigint, batch_id bigint, segments bigint)
INSERT INTO receipt_wait (channel_id, carrier_ref, attempt_id, message_id, batch_id, segments)
SELECT r.channel_id, r.carrier_ref, r.attempt_id, r.message_id, r.batch_id, r.segments FROM :rows AS r WHERE true
ON CONFLICT (channel_id, carrier_ref) DO NOTHING
-- name: receipt_wait_insert :sqlite
INSERT INTO receipt_wait (channel_id, carrier_ref, attempt_id, message_id, batch_id, segments) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (channel_id, carrier_ref) DO NOTHING

-- name: receipt_wait_find :rows(channel_id bigint, carrier_ref text)
SELECT r.ord, w.attempt_id, w.message_id, w.batch_id, w.segments FROM :rows AS r JOIN receipt_wait w ON w.channel_id = r.channel_id AND w.carrier_ref = r.carrier_ref

-- name: receipt_wait_delete :rows(channel_id bigint, carrier_ref text)
DELETE FROM receipt_wait WHERE ctid = ANY (ARRAY(SELECT f.place FROM :rows AS r CROSS JOIN LATERAL (SELECT w.ctid AS place FROM receipt_wait w
  WHERE w.channel_id = r.channel_id AND w.carrier_ref = r.carrier_ref OFFSET 0) AS f))
-- name: receipt_wait_delete :sqlite
DELETE FROM receipt_wait WHERE channel_id = $1 AND carrier_ref = $2

-- name: receipt_wait_page
SELECT channel_id, carrier_ref, attempt_id, message_id, batch_id FROM receipt_wait
WHERE (channel_id, carrier_ref) > ($1, $2) ORDER BY channel_id, carrier_ref LIMIT $3

-- What waits on one channel, and how often it was asked after.
-- name: receipt_wait_questions
SELECT carrier_ref, attempt_id, asked, ask_at FROM receipt_wait WHERE channel_id = $1 AND carrier_ref > $2 ORDER BY carrier_ref LIMIT $3

-- name: attempt_carrier_ids :rows(id bigint)
SELECT r.ord, a.carrier_message_id FROM :rows AS r JOIN attempt a ON a.id = r.id

-- name: receipt_wait_asked :rows(channel_id bigint, carrier_ref text, asked bigint, ask_at bigint)
UPDATE receipt_wait SET asked = r.asked, ask_at = r.ask_at FROM :rows AS r
WHERE receipt_wait.channel_id = r.channel_id AND receipt_wait.carrier_ref = r.carrier_ref
-- name: receipt_wait_asked :sqlite
UPDATE receipt_wait SET asked = $3, ask_at = $4 WHERE channel_id = $1 AND carrier_ref = $2

-- name: receipt_park :rows(channel_id bigint, carrier_ref text, state bigint, code text, at bigint)
INSERT INTO receipt_parked (channel_id, carrier_ref, receipt_state, receipt_code, received_at)
SELECT r.channel_id, r.carrier_ref, r.state, r.code, r.at FROM :rows AS r WHERE true
ON CONFLICT (channel_id, carrier_ref) DO NOTHING

-- name: receipt_parked_find :rows(channel_id bigint, carrier_ref text)
SELECT r.ord, p.receipt_state, p.receipt_code, p.received_at FROM :rows AS r JOIN receipt_parked p ON p.channel_id = r.channel_id AND p.carrier_ref = r.carrier_ref

-- name: receipt_parked_delete :rows(channel_id bigint, carrier_ref text)
DELETE FROM receipt_parked WHERE (channel_id, carrier_ref) IN (SELECT r.channel_id, r.carrier_ref FROM :rows AS r)
-- name: receipt_parked_delete :sqlite
DELETE FROM receipt_parked WHERE channel_id = $1 AND carrier_ref = $2

-- name: receipt_parked_some
SELECT count(*) FROM (SELECT 1 FROM receipt_parked LIMIT 1) AS t

-- name: receipt_parked_page
SELECT channel_id, carrier_ref, received_at FROM receipt_parked
WHERE (channel_id, carrier_ref) > ($1, $2) ORDER BY channel_id, carrier_ref LIMIT $3

-- name: deferred_insert :rows(due_at bigint, message_id bigint, batch_id bigint)
INSERT INTO deferred (due_at, message_id, batch_id) SELECT r.due_at, r.message_id, r.batch_id FROM :rows AS r

-- name: deferred_due
SELECT d.due_at, d.message_id, d.batch_id, m.state, m.reason FROM deferred d JOIN message m ON m.id = d.message_id WHERE d.due_at <= $1 ORDER BY d.due_at, d.message_id LIMIT $2

-- name: deferred_delete :rows(due_at bigint, message_id bigint)
DELETE FROM deferred WHERE ctid = ANY (ARRAY(SELECT f.place FROM :rows AS r CROSS JOIN LATERAL (SELECT d.ctid AS place FROM deferred d
  WHERE d.due_at = r.due_at AND d.message_id = r.message_id OFFSET 0) AS f))
-- name: deferred_delete :sqlite
DELETE FROM deferred WHERE due_at = $1 AND message_id = $2

-- name: deferred_delete_batch
DELETE FROM deferred WHERE batch_id = $1

-- name: outbox_delete_batch
DELETE FROM outbox WHERE batch_id = $1

-- name: frequency_insert :rows(customer_id bigint, message_class bigint, used_at bigint, message_id bigint)
INSERT INTO frequency_use (customer_id, message_class, used_at, message_id) SELECT r.customer_id, r.message_class, r.used_at, r.message_id FROM :rows AS r

-- Before frequency_release: what a decision until now saw.
-- name: frequency_note_release :rows(message_id bigint, released_at bigint)
INSERT INTO frequency_release (released_at, message_id, customer_id, message_class, used_at)
SELECT r.released_at, f.message_id, f.customer_id, f.message_class, f.used_at FROM :rows AS r JOIN message m ON m.id = r.message_id
JOIN frequency_use f ON f.customer_id = m.customer_id AND f.message_id = m.id WHERE true
ON CONFLICT (released_at, message_id, used_at) DO NOTHING
-- name: frequency_note_release :sqlite
INSERT INTO frequency_release (released_at, message_id, customer_id, message_class, used_at)
SELECT $2, f.message_id, f.customer_id, f.message_class, f.used_at FROM message m
JOIN frequency_use f ON f.customer_id = m.customer_id AND f.message_id = m.id WHERE m.id = $1
ON CONFLICT (released_at, message_id, used_at) DO NOTHING

-- name: frequency_forget_releases
DELETE FROM frequency_release WHERE released_at < $1

-- name: frequency_release :rows(message_id bigint)
DELETE FROM frequency_use WHERE message_id IN (SELECT r.message_id FROM :rows AS r) AND customer_id IN (SELECT m.customer_id FROM :rows AS r JOIN message m ON m.id = r.message_id)
-- name: frequency_release :sqlite
DELETE FROM frequency_use WHERE customer_id = (SELECT m.customer_id FROM message m WHERE m.id = $1) AND message_id = $1

-- Both by store::forget_frequency_uses: what goes is remembered, for audiences ask when a customer was last sent something.
-- name: frequency_remember :rows(customer_id bigint, message_class bigint, used_at bigint, message_id bigint)
INSERT INTO customer_sent (customer_id, last_sent_at) SELECT r.customer_id, max(r.used_at) FROM :rows AS r WHERE true GROUP BY r.customer_id
ON CONFLICT (customer_id) DO UPDATE SET last_sent_at = excluded.last_sent_at WHERE excluded.last_sent_at > customer_sent.last_sent_at

-- name: frequency_page
SELECT customer_id, message_class, used_at, message_id FROM frequency_use
WHERE (customer_id, message_class, used_at, message_id) > ($1, $2, $3, $4) ORDER BY customer_id, message_class, used_at, message_id LIMIT $5

-- name: frequency_delete :rows(customer_id bigint, message_class bigint, used_at bigint, message_id bigint)
DELETE FROM frequency_use WHERE (customer_id, message_class, used_at, message_id) IN (SELECT r.customer_id, r.message_class, r.used_at, r.message_id FROM :rows AS r)
-- name: frequency_delete :sqlite
DELETE FROM frequency_use WHERE customer_id = $1 AND message_class = $2 AND used_at = $3 AND message_id = $4

-- name: batch_count_add :rows(batch_id bigint, state bigint, reason bigint, delta bigint)
INSERT INTO batch_count (batch_id, state, reason, count) SELECT r.batch_id, r.state, r.reason, r.delta FROM :rows AS r WHERE true
ON CONFLICT (batch_id, state, reason) DO UPDATE SET count = batch_count.count + excluded.count

-- name: batch_counts
SELECT state, reason, count FROM batch_count WHERE batch_id = $1 AND count <> 0 ORDER BY state, reason

-- The same from the ledger's rows: what reports and checks use.
-- name: batch_counts_from_messages
SELECT state, reason, count(*) FROM message WHERE batch_id = $1 GROUP BY state, reason ORDER BY state, reason

-- name: batch_error_add :rows(batch_id bigint, stage bigint, code text, delta bigint)
INSERT INTO batch_error (batch_id, stage, code, count) SELECT r.batch_id, r.stage, r.code, r.delta FROM :rows AS r WHERE true
ON CONFLICT (batch_id, stage, code) DO UPDATE SET count = batch_error.count + excluded.count

-- name: batch_errors
SELECT stage, code, count FROM batch_error WHERE batch_id = $1 ORDER BY stage, code

-- name: campaign_of_batch
SELECT campaign_id, message_class, total FROM batch WHERE id = $1

-- name: campaign_set_state_of_batch
UPDATE campaign SET state = $2, state_reason = $3, updated_at = $4, version = version + 1 WHERE batch_id = $1 AND state = $5

-- name: carrier_codes
SELECT carrier, stage, code, code_class, action, cause, remedy, provider FROM carrier_code WHERE provider = '' OR provider = $1 ORDER BY provider

-- name: carrier_code_insert :rows(provider text, stage bigint, code text, code_class bigint, action bigint, cause text, remedy text)
INSERT INTO carrier_code (provider, carrier, stage, code, code_class, action, cause, remedy)
SELECT r.provider, 0, r.stage, r.code, r.code_class, r.action, r.cause, r.remedy FROM :rows AS r WHERE true ON CONFLICT (provider, carrier, stage, code) DO NOTHING

-- name: setting_get
SELECT value, version FROM app_setting WHERE name = $1

-- name: setting_put
INSERT INTO app_setting (name, value, version, updated_by, updated_at) VALUES ($1, $2, 1, $3, $4)
ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = app_setting.version + 1, updated_by = excluded.updated_by, updated_at = excluded.updated_at

-- name: channel_form
SELECT protocol, options FROM channel WHERE id = $1

-- name: channels_enabled
SELECT id, name, provider, host, port, system_id, password_sealed, access_code, options, protocol, peer_password_sealed FROM channel WHERE enabled = 1 ORDER BY id

-- name: message_last_id
SELECT coalesce(max(id), 0) FROM message

-- name: attempt_last_id
SELECT coalesce(max(id), 0) FROM attempt

-- Inbound -------------------------------------------------------------------------------------------------------

-- name: customer_by_index
SELECT id, suppressed FROM customer WHERE number_index = $1

-- name: inbound_insert :rows(id bigint, channel_id bigint, customer_id bigint, number_index blob, number_sealed blob, destination text, text_sealed blob, kind bigint, batch_id bigint, received_at bigint)
INSERT INTO inbound_message (id, channel_id, customer_id, number_index, number_sealed, destination, text_sealed, kind, batch_id, received_at)
SELECT r.id, r.channel_id, r.customer_id, r.number_index, r.number_sealed, r.destination, r.text_sealed, r.kind, r.batch_id, r.received_at FROM :rows AS r

-- name: last_batch_of_customer
SELECT m.batch_id FROM frequency_use f JOIN message m ON m.id = f.message_id WHERE f.customer_id = $1 ORDER BY f.used_at DESC LIMIT 1

-- name: suppression_insert
INSERT INTO suppression (id, number_index, number_sealed, message_class, reason, source, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (number_index, message_class) DO NOTHING

-- name: customer_suppress
UPDATE customer SET suppressed = suppressed | $2, updated_at = $3 WHERE id = $1

-- name: consent_event_insert :rows(id bigint, customer_id bigint, message_class bigint, purpose text, kind bigint, method text, text_id bigint, occurred_at bigint, recorded_at bigint, source bigint, import_id bigint, evidence_id bigint, operator_id bigint, note text)
INSERT INTO consent_event (id, customer_id, message_class, purpose, kind, method, text_id, occurred_at, recorded_at, source, import_id, evidence_id, operator_id, note)
SELECT r.id, r.customer_id, r.message_class, r.purpose, r.kind, r.method, r.text_id, r.occurred_at, r.recorded_at, r.source, r.import_id, r.evidence_id, r.operator_id, r.note FROM :rows AS r

-- name: consent_state_put :rows(customer_id bigint, message_class bigint, purpose text, kind bigint, event_id bigint, since bigint)
INSERT INTO consent_state (customer_id, message_class, purpose, kind, event_id, since)
SELECT r.customer_id, r.message_class, r.purpose, r.kind, r.event_id, r.since FROM :rows AS r WHERE true
ON CONFLICT (customer_id, message_class, purpose) DO UPDATE SET kind = excluded.kind, event_id = excluded.event_id, since = excluded.since

-- name: consent_state_of_class
SELECT purpose, kind FROM consent_state WHERE customer_id = $1 AND message_class = $2

-- name: content_system_approved
SELECT v.id, v.hash FROM content c JOIN content_version v ON v.id = c.approved_version_id WHERE c.system = 1 AND c.purpose = $1

-- name: customer_of_message
SELECT c.id, c.number_index, c.number_sealed FROM message m JOIN customer c ON c.id = m.customer_id WHERE m.id = $1
