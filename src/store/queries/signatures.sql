-- Signatures, their decisions, documents and filings.

-- name: signature_insert
INSERT INTO signature (id, text, folded, source, explanation, message_classes, state, created_by, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 1)

-- name: signature_count
SELECT count(*) FROM signature

-- name: signature_update
UPDATE signature SET text = $2, folded = $3, source = $4, explanation = $5, message_classes = $6, state = $7, updated_at = $8, version = version + 1
WHERE id = $1 AND version = $9

-- name: signature_set_state
UPDATE signature SET state = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND state = $4

-- name: signature_load
SELECT s.id, s.text, s.source, s.explanation, s.message_classes, s.state, s.created_by, s.created_at, s.updated_at, s.version,
       coalesce((SELECT e.reason FROM signature_event e WHERE e.signature_id = s.id AND e.deed NOT IN (1, 2) ORDER BY e.id DESC LIMIT 1), ''),
       (SELECT count(*) FROM content c JOIN content_version v ON v.id = c.approved_version_id WHERE v.signature = s.text)
FROM signature s WHERE s.id = $1

-- How a text stands as a signature.
-- name: signature_by_text
SELECT id, state, message_classes FROM signature WHERE text = $1

-- One that reads the same, other than $2.
-- name: signature_alike
SELECT text FROM signature WHERE (folded = $1 OR text = $3) AND id <> $2 ORDER BY id LIMIT 1

-- $3 as in campaign_list.
-- name: signature_list
SELECT id FROM signature WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = '' OR instr(lower(text), $3) > 0) ORDER BY id DESC LIMIT $4
-- name: signature_list :postgres
SELECT id FROM signature WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = '' OR strpos(lower(text COLLATE "C"), $3) > 0) ORDER BY id DESC LIMIT $4

-- name: signature_event_insert
INSERT INTO signature_event (id, signature_id, deed, state, reason, actor_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: signature_events
SELECT id, deed, state, reason, actor_id, at FROM signature_event WHERE signature_id = $1 ORDER BY id DESC LIMIT $2

-- Whether somebody asked for it, changed it or submitted it.
-- name: signature_hand_in
SELECT count(*) FROM (SELECT 1 FROM signature WHERE id = $1 AND created_by = $2
  UNION ALL SELECT 1 FROM signature_event WHERE signature_id = $1 AND actor_id = $2 AND deed IN (1, 2, 3)) AS t

-- What it was by its events at $2.
-- name: explain_signature
SELECT e.state FROM signature s JOIN signature_event e ON e.signature_id = s.id WHERE s.text = $1 AND e.at <= $2 ORDER BY e.id DESC LIMIT 1

-- name: signature_documents_delete
DELETE FROM signature_document WHERE signature_id = $1

-- name: signature_document_insert
INSERT INTO signature_document (signature_id, qualification_id) VALUES ($1, $2)

-- name: signature_documents
SELECT qualification_id FROM signature_document WHERE signature_id = $1 ORDER BY qualification_id

-- Contents that bear it in their latest version or in the approved one.
-- name: signature_contents
SELECT DISTINCT c.id, c.name, c.message_class, c.state, CASE WHEN a.id IS NULL THEN 0 ELSE 1 END
FROM content_version v JOIN content c ON c.id = v.content_id AND (c.version_id = v.id OR c.approved_version_id = v.id)
LEFT JOIN content_version a ON a.id = c.approved_version_id AND a.signature = $1
WHERE v.signature = $1 ORDER BY c.id DESC LIMIT $2

-- Filings -------------------------------------------------------------------------------------------------------

-- Every channel, and how the signature stands with its carrier.
-- name: signature_channels
SELECT c.id, c.name, c.enabled, c.requires_filed_signature, coalesce(f.state, 1), coalesce(f.valid_until, 0), coalesce(f.reference, ''),
       coalesce(f.note, ''), coalesce(f.code, ''), coalesce(f.evidence_id, 0), coalesce(f.updated_by, 0), coalesce(f.updated_at, 0), coalesce(f.version, 0)
FROM channel c LEFT JOIN signature_filing f ON f.signature_id = $1 AND f.channel_id = c.id ORDER BY c.id

-- name: signature_filing_load
SELECT state, valid_until, reference, note, code, evidence_id FROM signature_filing WHERE signature_id = $1 AND channel_id = $2

-- name: signature_filing_put
INSERT INTO signature_filing (signature_id, channel_id, state, reference, valid_until, note, code, evidence_id, updated_by, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1)
ON CONFLICT (signature_id, channel_id) DO UPDATE SET state = excluded.state, reference = excluded.reference, valid_until = excluded.valid_until,
  note = excluded.note, code = excluded.code, evidence_id = excluded.evidence_id, updated_by = excluded.updated_by, updated_at = excluded.updated_at,
  version = signature_filing.version + 1

-- name: signature_filing_event_insert
INSERT INTO signature_filing_event (id, signature_id, channel_id, state, reference, valid_until, note, code, evidence_id, actor_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)

-- name: signature_filing_events
SELECT id, channel_id, state, reference, valid_until, note, code, evidence_id, actor_id, at FROM signature_filing_event
WHERE signature_id = $1 ORDER BY id DESC LIMIT $2

-- The file that a filing, of now or of before, was entered with.
-- name: signature_filing_evidence
SELECT e.sha256, e.file_name, e.media_type FROM evidence e WHERE e.id = $2
  AND EXISTS (SELECT 1 FROM signature_filing_event v WHERE v.signature_id = $1 AND v.evidence_id = $2)

-- Filings whose end has passed.
-- name: signature_filings_over
SELECT f.signature_id, f.channel_id FROM signature_filing f WHERE f.state = 3 AND f.valid_until <> 0 AND f.valid_until <= $1
ORDER BY f.signature_id, f.channel_id LIMIT $2

-- Of a text that may be no signature.
-- name: text_channels
SELECT c.id, c.enabled, c.requires_filed_signature, coalesce(f.state, 1), coalesce(f.valid_until, 0)
FROM channel c LEFT JOIN signature s ON s.text = $1 LEFT JOIN signature_filing f ON f.signature_id = s.id AND f.channel_id = c.id ORDER BY c.id

-- The same for every text under which something is being sent.
-- name: sent_signatures_channels
SELECT t.signature, c.id, c.requires_filed_signature, coalesce(f.state, 1), coalesce(f.valid_until, 0)
FROM (SELECT DISTINCT v.signature FROM batch b JOIN content_version v ON v.id = b.content_version_id WHERE b.state = 2) AS t CROSS JOIN channel c
LEFT JOIN signature s ON s.text = t.signature LEFT JOIN signature_filing f ON f.signature_id = s.id AND f.channel_id = c.id

-- Batches in a state under a signature.
-- name: batches_of_signature
SELECT b.id, b.origin, b.channel_id, b.route_id, b.state_reason FROM batch b JOIN content_version v ON v.id = b.content_version_id
WHERE v.signature = $1 AND b.state = $2 ORDER BY b.id
