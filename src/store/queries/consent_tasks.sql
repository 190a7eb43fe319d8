-- The ledger over all customers, and the consents that customer service is asked to confirm.

-- Where an entry stands in the order of recording.
-- name: consent_recorded_at
SELECT recorded_at FROM consent_event WHERE id = $1

-- The entry with $4 others between it and ($1, $2), newest first, recorded since $3: as far as one page looks.
-- name: consent_ledger_bound
SELECT recorded_at, id FROM consent_event WHERE (recorded_at, id) < ($1, $2) AND recorded_at >= $3
ORDER BY recorded_at DESC, id DESC LIMIT 1 OFFSET $4

-- name: consent_ledger_page
SELECT e.id, e.customer_id, c.number_sealed, e.message_class, e.purpose, e.kind, e.method, coalesce(t.text, ''), e.occurred_at, e.recorded_at, e.source,
       e.import_id, e.evidence_id, e.operator_id, e.note
FROM consent_event e LEFT JOIN customer c ON c.id = e.customer_id LEFT JOIN consent_text t ON t.id = e.text_id
WHERE (e.recorded_at, e.id) < ($1, $2) AND (e.recorded_at, e.id) >= ($3, $4)
  AND ($5 = 0 OR e.message_class = $5) AND ($6 = 0 OR e.kind = $6) AND ($7 = 0 OR e.source = $7)
ORDER BY e.recorded_at DESC, e.id DESC LIMIT $8

-- name: consent_task_insert
INSERT INTO consent_task (id, customer_id, message_class, purpose, question, state, requested_by, requested_at, due_at, decided_by, decided_at, note,
                          evidence_id, event_id, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, '', 0, 0, 1)

-- name: consent_task_load
SELECT t.id, t.customer_id, c.number_sealed, c.profile_sealed, t.message_class, t.purpose, t.question, t.state, t.requested_by, t.requested_at, t.due_at,
       t.decided_by, t.decided_at, t.note, t.evidence_id, t.version
FROM consent_task t LEFT JOIN customer c ON c.id = t.customer_id WHERE t.id = $1

-- name: consent_task_page
SELECT t.id, t.customer_id, c.number_sealed, c.profile_sealed, t.message_class, t.purpose, t.question, t.state, t.requested_by, t.requested_at, t.due_at,
       t.decided_by, t.decided_at, t.note, t.evidence_id, t.version
FROM consent_task t LEFT JOIN customer c ON c.id = t.customer_id WHERE (t.due_at, t.id) > ($1, $2) ORDER BY t.due_at, t.id LIMIT $3

-- name: consent_task_page_of_state
SELECT t.id, t.customer_id, c.number_sealed, c.profile_sealed, t.message_class, t.purpose, t.question, t.state, t.requested_by, t.requested_at, t.due_at,
       t.decided_by, t.decided_at, t.note, t.evidence_id, t.version
FROM consent_task t LEFT JOIN customer c ON c.id = t.customer_id WHERE t.state = $4 AND (t.due_at, t.id) > ($1, $2) ORDER BY t.due_at, t.id LIMIT $3

-- name: consent_task_page_of_customer
SELECT t.id, t.customer_id, c.number_sealed, c.profile_sealed, t.message_class, t.purpose, t.question, t.state, t.requested_by, t.requested_at, t.due_at,
       t.decided_by, t.decided_at, t.note, t.evidence_id, t.version
FROM consent_task t LEFT JOIN customer c ON c.id = t.customer_id WHERE t.customer_id = $4 AND (t.due_at, t.id) > ($1, $2) AND ($5 = 0 OR t.state = $5)
ORDER BY t.due_at, t.id LIMIT $3

-- name: consent_task_decide
UPDATE consent_task SET state = $2, decided_by = $3, decided_at = $4, note = $5, evidence_id = $6, event_id = $7, version = version + 1
WHERE id = $1 AND version = $8 AND state = $9
