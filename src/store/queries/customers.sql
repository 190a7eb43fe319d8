-- Customers, their consent, imports, the suppression list, segments, test handsets.

-- Imports -------------------------------------------------------------------------------------------------------

-- name: import_insert
INSERT INTO import_job (id, file_name, file_sha256, options, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_duplicate, rows_refused,
                        consents_granted, consents_withdrawn, opt_outs_kept, bytes_total, bytes_read, encoding, error, evidence_id, created_by, created_at, finished_at)
VALUES ($1, $2, $3, $4, $5, 0, 0, 0, 0, 0, 0, 0, 0, 0, $6, 0, $7, '', $8, $9, $10, 0)

-- name: import_progress
UPDATE import_job SET rows_read = rows_read + $2, rows_new = rows_new + $3, rows_changed = rows_changed + $4, rows_unchanged = rows_unchanged + $5,
       rows_duplicate = rows_duplicate + $6, rows_refused = rows_refused + $7, consents_granted = consents_granted + $8,
       consents_withdrawn = consents_withdrawn + $9, opt_outs_kept = opt_outs_kept + $10, bytes_read = $11 WHERE id = $1

-- name: import_finish
UPDATE import_job SET state = $2, error = $3, finished_at = $4, bytes_read = CASE WHEN $5 = 1 THEN bytes_total ELSE bytes_read END WHERE id = $1 AND state = $6

-- name: imports_in_state
SELECT id FROM import_job WHERE state = $1 ORDER BY id

-- name: import_load
SELECT id, file_name, file_sha256, options, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_duplicate, rows_refused, consents_granted,
       consents_withdrawn, opt_outs_kept, bytes_total, bytes_read, encoding, error, evidence_id, created_by, created_at, finished_at
FROM import_job WHERE id = $1

-- name: import_state
SELECT state FROM import_job WHERE id = $1

-- name: import_list
SELECT id, file_name, file_sha256, options, state, rows_read, rows_new, rows_changed, rows_unchanged, rows_duplicate, rows_refused, consents_granted,
       consents_withdrawn, opt_outs_kept, bytes_total, bytes_read, encoding, error, evidence_id, created_by, created_at, finished_at
FROM import_job WHERE id < $1 ORDER BY id DESC LIMIT $2

-- name: import_refused_insert :rows(import_id bigint, ordinal bigint, line bigint, column_name text, code text, value_masked text, first_line bigint)
INSERT INTO import_refused_row (import_id, ordinal, line, column_name, code, value_masked, first_line)
SELECT r.import_id, r.ordinal, r.line, r.column_name, r.code, r.value_masked, r.first_line FROM :rows AS r

-- name: import_refused_page
SELECT ordinal, line, column_name, code, value_masked, first_line FROM import_refused_row
WHERE import_id = $1 AND (line, ordinal) > ($2, $3) ORDER BY line, ordinal LIMIT $4

-- name: import_refused_by_code
SELECT code, count(*) FROM import_refused_row WHERE import_id = $1 GROUP BY code ORDER BY code

-- name: import_customer_insert :rows(import_id bigint, customer_id bigint, line bigint)
INSERT INTO import_customer (import_id, customer_id, line) SELECT r.import_id, r.customer_id, r.line FROM :rows AS r

-- name: import_customer_lines :rows(import_id bigint, customer_id bigint)
SELECT r.ord, i.line FROM :rows AS r JOIN import_customer i ON i.import_id = r.import_id AND i.customer_id = r.customer_id

-- Customers -----------------------------------------------------------------------------------------------------

-- name: customers_by_index :rows(number_index blob)
SELECT r.ord, c.id, c.profile_sealed, c.city, c.member_level, c.attributes, c.suppressed, c.import_id, c.import_line
FROM :rows AS r JOIN customer c ON c.number_index = r.number_index

-- name: suppressions_by_index :rows(number_index blob)
SELECT r.ord, s.message_class FROM :rows AS r JOIN suppression s ON s.number_index = r.number_index

-- name: consent_states_of :rows(customer_id bigint)
SELECT r.ord, s.message_class, s.purpose, s.kind, s.since FROM :rows AS r JOIN consent_state s ON s.customer_id = r.customer_id

-- Whether this very event is in the ledger already.
-- name: consent_events_recorded :rows(customer_id bigint, message_class bigint, purpose text, kind bigint, occurred_at bigint)
SELECT r.ord, e.id FROM :rows AS r JOIN consent_event e ON e.customer_id = r.customer_id AND e.message_class = r.message_class AND e.purpose = r.purpose
       AND e.kind = r.kind AND e.occurred_at = r.occurred_at

-- name: customer_insert :rows(id bigint, number_index blob, number_sealed blob, name_index blob, profile_sealed blob, region text, carrier bigint, zone text, city text, member_level text, attributes text, suppressed bigint, import_id bigint, at bigint)
INSERT INTO customer (id, number_index, number_sealed, name_index, profile_sealed, region, carrier, zone, city, member_level, attributes, suppressed, import_id, created_at, updated_at, version)
SELECT r.id, r.number_index, r.number_sealed, r.name_index, r.profile_sealed, r.region, r.carrier, r.zone, r.city, r.member_level, r.attributes, r.suppressed, r.import_id, r.at, r.at, 1 FROM :rows AS r

-- name: customer_insert_imported :rows(id bigint, number_index blob, number_sealed blob, name_index blob, profile_sealed blob, region text, carrier bigint, zone text, city text, member_level text, attributes text, suppressed bigint, import_id bigint, import_line bigint, at bigint)
INSERT INTO customer (id, number_index, number_sealed, name_index, profile_sealed, region, carrier, zone, city, member_level, attributes, suppressed, import_id, import_line, created_at, updated_at,
                      version)
SELECT r.id, r.number_index, r.number_sealed, r.name_index, r.profile_sealed, r.region, r.carrier, r.zone, r.city, r.member_level, r.attributes, r.suppressed, r.import_id, r.import_line,
       r.at, r.at, 1 FROM :rows AS r

-- name: customer_update_rows :rows(id bigint, name_index blob, profile_sealed blob, city text, member_level text, attributes text, at bigint)
UPDATE customer SET name_index = r.name_index, profile_sealed = r.profile_sealed, city = r.city, member_level = r.member_level, attributes = r.attributes,
       updated_at = r.at, version = version + 1 FROM :rows AS r WHERE customer.id = r.id
-- name: customer_update_rows :sqlite
UPDATE customer SET name_index = $2, profile_sealed = $3, city = $4, member_level = $5, attributes = $6, updated_at = $7, version = version + 1 WHERE id = $1

-- name: customer_suppress_rows :rows(id bigint, mask bigint, at bigint)
UPDATE customer SET suppressed = suppressed | r.mask, updated_at = r.at FROM :rows AS r WHERE customer.id = r.id
-- name: customer_suppress_rows :sqlite
UPDATE customer SET suppressed = suppressed | $2, updated_at = $3 WHERE id = $1

-- name: suppression_insert_rows :rows(id bigint, number_index blob, number_sealed blob, message_class bigint, reason text, source bigint, created_by bigint, at bigint)
INSERT INTO suppression (id, number_index, number_sealed, message_class, reason, source, created_by, created_at)
SELECT r.id, r.number_index, r.number_sealed, r.message_class, r.reason, r.source, r.created_by, r.at FROM :rows AS r WHERE true
ON CONFLICT (number_index, message_class) DO NOTHING

-- Consent and evidence ------------------------------------------------------------------------------------------

-- name: consent_text_by_hash
SELECT id FROM consent_text WHERE hash = $1

-- name: consent_text_insert
INSERT INTO consent_text (id, hash, text) VALUES ($1, $2, $3)

-- name: evidence_insert
INSERT INTO evidence (id, sha256, file_name, media_type, bytes, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: evidence_load
SELECT id, sha256, file_name, media_type, bytes, created_by, created_at FROM evidence WHERE id = $1

-- name: consent_state_clear
DELETE FROM consent_state

-- name: consent_state_rebuild
INSERT INTO consent_state (customer_id, message_class, purpose, kind, event_id, since)
SELECT e.customer_id, e.message_class, e.purpose, e.kind, e.id, e.occurred_at FROM consent_event e
JOIN (SELECT max(id) AS id FROM consent_event GROUP BY customer_id, message_class, purpose) AS last ON last.id = e.id

-- name: consent_text_of
SELECT text FROM consent_text WHERE id = $1

-- name: consent_events_page
SELECT e.id, e.message_class, e.purpose, e.kind, e.method, coalesce(t.text, ''), e.occurred_at, e.recorded_at, e.source, e.import_id, e.evidence_id,
       e.operator_id, e.note, v.sha256, coalesce(v.file_name, '')
FROM consent_event e LEFT JOIN consent_text t ON t.id = e.text_id LEFT JOIN evidence v ON v.id = e.evidence_id
WHERE e.customer_id = $1 AND e.id < $2 ORDER BY e.id DESC LIMIT $3

-- name: consent_states_page
SELECT message_class, purpose, kind, since FROM consent_state WHERE customer_id = $1 ORDER BY message_class, purpose LIMIT $2

-- name: consents_in_kinds
SELECT count(*) FROM consent_state WHERE customer_id = $1 AND (kind = $2 OR kind = $3)

-- Single customers ----------------------------------------------------------------------------------------------

-- name: customer_load
SELECT id, number_sealed, profile_sealed, region, carrier, zone, city, member_level, attributes, suppressed, import_id, created_at, updated_at, version, number_index
FROM customer WHERE id = $1

-- Locked, so that two who change it at once take turns.
-- name: customer_take
SELECT id, number_sealed, profile_sealed, region, carrier, zone, city, member_level, attributes, suppressed, import_id, created_at, updated_at, version, number_index
FROM customer WHERE id = $1
-- name: customer_take :postgres
SELECT id, number_sealed, profile_sealed, region, carrier, zone, city, member_level, attributes, suppressed, import_id, created_at, updated_at, version, number_index
FROM customer WHERE id = $1 FOR UPDATE

-- name: customers_by_name
SELECT c.id, c.number_sealed, c.profile_sealed, c.region, c.carrier, c.zone, c.city, c.member_level, c.attributes, c.suppressed, c.import_id, c.created_at, c.updated_at, c.version, c.number_index
FROM customer_name n JOIN customer c ON c.id = n.customer_id AND c.name_index = n.name_index
WHERE n.name_index = $1 AND n.customer_id > $2 ORDER BY n.customer_id LIMIT $3

-- name: customer_name_insert :rows(name_index blob, customer_id bigint)
INSERT INTO customer_name (name_index, customer_id) SELECT r.name_index, r.customer_id FROM :rows AS r WHERE true
ON CONFLICT (name_index, customer_id) DO NOTHING

-- name: customer_name_forget :rows(customer_id bigint)
DELETE FROM customer_name WHERE (name_index, customer_id) IN (SELECT c.name_index, c.id FROM :rows AS r JOIN customer c ON c.id = r.customer_id)
-- name: customer_name_forget :sqlite
DELETE FROM customer_name WHERE name_index = (SELECT name_index FROM customer WHERE id = $1) AND customer_id = $1

-- Names that an import did not come to: of the next $3 customers that it added, which come after it in the order of ids, and of the next
-- of the others that it held.
-- name: import_added_step
SELECT coalesce(max(t.id), 0) FROM (SELECT id FROM customer WHERE id > $2 AND import_id = $1 ORDER BY id LIMIT $3) AS t

-- name: customer_name_of_added
INSERT INTO customer_name (name_index, customer_id)
SELECT name_index, id FROM customer WHERE id > $2 AND id <= $3 AND import_id = $1 AND name_index IS NOT NULL
ON CONFLICT (name_index, customer_id) DO NOTHING

-- name: import_customer_step
SELECT coalesce(max(t.customer_id), 0) FROM (SELECT customer_id FROM import_customer WHERE import_id = $1 AND customer_id > $2 ORDER BY customer_id LIMIT $3) AS t

-- name: customer_name_of_import
INSERT INTO customer_name (name_index, customer_id)
SELECT c.name_index, c.id FROM import_customer i JOIN customer c ON c.id = i.customer_id
WHERE i.import_id = $1 AND i.customer_id > $2 AND i.customer_id <= $3 AND c.name_index IS NOT NULL
ON CONFLICT (name_index, customer_id) DO NOTHING

-- name: customer_newest
SELECT coalesce(max(id), 0) FROM customer

-- name: customer_set_suppressed
UPDATE customer SET suppressed = $2, updated_at = $3 WHERE id = $1

-- Suppression list ----------------------------------------------------------------------------------------------

-- name: suppression_load
SELECT id, number_index, number_sealed, message_class, reason, source, created_by, created_at FROM suppression WHERE id = $1

-- name: suppression_of
SELECT id, number_index, number_sealed, message_class, reason, source, created_by, created_at FROM suppression WHERE number_index = $1 AND message_class = $2

-- name: suppression_page
SELECT id, number_index, number_sealed, message_class, reason, source, created_by, created_at FROM suppression
WHERE id < $1 AND ($2 = 0 OR message_class = $2) ORDER BY id DESC LIMIT $3

-- Before suppression_delete: what a decision until now saw.
-- name: suppression_note_lifted
INSERT INTO suppression_lifted (id, number_index, message_class, created_at, lifted_at)
SELECT id, number_index, message_class, created_at, $2 FROM suppression WHERE id = $1

-- name: suppression_delete
DELETE FROM suppression WHERE id = $1

-- When the customer last said no to the class, or to this purpose of it: withdrawn, refused, put on the suppression list.
-- name: consent_last_no
SELECT coalesce(max(at), 0) FROM
  (SELECT since AS at FROM consent_state WHERE customer_id = $1 AND message_class = $2 AND (purpose = $3 OR purpose = '') AND kind <> $4
   UNION ALL SELECT created_at FROM suppression WHERE number_index = $5 AND message_class = $2) AS no

-- A consent to the class that was given and recorded after the given time and still holds.
-- name: consent_granted_since
SELECT count(*) FROM consent_state s JOIN consent_event e ON e.id = s.event_id
WHERE s.customer_id = $1 AND s.message_class = $2 AND s.kind = $3 AND e.recorded_at >= $4 AND e.occurred_at > $4 AND e.source <> $5
  AND s.purpose <> $6

-- Segments ------------------------------------------------------------------------------------------------------

-- name: segment_insert
INSERT INTO segment (id, name, filter, created_by, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $5, $5, 1)

-- name: segment_update
UPDATE segment SET name = $2, filter = $3, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $5

-- name: segment_delete
DELETE FROM segment WHERE id = $1 AND version = $2

-- name: segment_load
SELECT id, name, filter, created_by, created_at, updated_at, version FROM segment WHERE id = $1

-- name: segment_page
SELECT id, name, filter, created_by, created_at, updated_at, version FROM segment WHERE id > $1 ORDER BY id LIMIT $2

-- name: campaigns_planned_for
SELECT count(*) FROM campaign WHERE batch_id = 0 AND audience LIKE $1

-- Test handsets -------------------------------------------------------------------------------------------------

-- name: handset_insert
INSERT INTO test_handset (id, label, customer_id, created_by, created_at) VALUES ($1, $2, $3, $4, $5)

-- name: handset_list
SELECT h.id, h.label, h.customer_id, c.number_sealed, h.created_by, h.created_at FROM test_handset h JOIN customer c ON c.id = h.customer_id ORDER BY h.id LIMIT $1

-- name: handset_delete
DELETE FROM test_handset WHERE id = $1

-- name: handset_count
SELECT count(*) FROM test_handset

-- name: customer_any_sealed
SELECT number_sealed FROM customer ORDER BY id DESC LIMIT 1

-- How much the customer wants -----------------------------------------------------------------------------------

-- name: customer_exists
SELECT 1 FROM customer WHERE id = $1

-- name: preference_of
SELECT message_class, span_seconds, maximum FROM customer_preference WHERE customer_id = $1 ORDER BY message_class, span_seconds

-- name: preference_clear
DELETE FROM customer_preference WHERE customer_id = $1

-- name: preference_insert :rows(customer_id bigint, message_class bigint, span_seconds bigint, maximum bigint)
INSERT INTO customer_preference (customer_id, message_class, span_seconds, maximum)
SELECT r.customer_id, r.message_class, r.span_seconds, r.maximum FROM :rows AS r

-- name: preference_event_insert
INSERT INTO customer_preference_event (id, customer_id, rules, reason, operator_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)

-- name: preference_events
SELECT rules, reason, operator_id, recorded_at FROM customer_preference_event WHERE customer_id = $1 ORDER BY id DESC LIMIT $2
