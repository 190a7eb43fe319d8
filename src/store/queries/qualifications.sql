-- The company's qualification documents.

-- name: qualification_insert
INSERT INTO qualification (id, kind, title, number, issuer, valid_from, valid_until, evidence_id, created_by, created_at, revoked_by, revoked_at, revoke_reason)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0, '')

-- name: qualification_count
SELECT count(*) FROM qualification

-- name: qualification_revoke
UPDATE qualification SET revoked_by = $2, revoked_at = $3, revoke_reason = $4 WHERE id = $1 AND revoked_at = 0

-- The last column of these three: how many contents are approved by a review that relied on it.
-- name: qualification_load
SELECT q.id, q.kind, q.title, q.number, q.issuer, q.valid_from, q.valid_until, q.created_by, q.created_at, q.revoked_by, q.revoked_at, q.revoke_reason,
       e.file_name, e.media_type, e.bytes, e.sha256,
       (SELECT count(*) FROM content_review_document d JOIN content_review r ON r.id = d.review_id JOIN content c ON c.id = r.content_id
        WHERE d.qualification_id = q.id AND r.decision = 3 AND c.approved_version_id = r.version_id)
FROM qualification q JOIN evidence e ON e.id = q.evidence_id WHERE q.id = $1

-- name: qualification_page
SELECT q.id, q.kind, q.title, q.number, q.issuer, q.valid_from, q.valid_until, q.created_by, q.created_at, q.revoked_by, q.revoked_at, q.revoke_reason,
       e.file_name, e.media_type, e.bytes, e.sha256,
       (SELECT count(*) FROM content_review_document d JOIN content_review r ON r.id = d.review_id JOIN content c ON c.id = r.content_id
        WHERE d.qualification_id = q.id AND r.decision = 3 AND c.approved_version_id = r.version_id)
FROM qualification q JOIN evidence e ON e.id = q.evidence_id WHERE q.id < $1 AND ($2 = '' OR q.kind = $2) ORDER BY q.id DESC LIMIT $3

-- name: qualification_of_kind
SELECT q.id, q.kind, q.title, q.number, q.issuer, q.valid_from, q.valid_until, q.created_by, q.created_at, q.revoked_by, q.revoked_at, q.revoke_reason,
       e.file_name, e.media_type, e.bytes, e.sha256,
       (SELECT count(*) FROM content_review_document d JOIN content_review r ON r.id = d.review_id JOIN content c ON c.id = r.content_id
        WHERE d.qualification_id = q.id AND r.decision = 3 AND c.approved_version_id = r.version_id)
FROM qualification q JOIN evidence e ON e.id = q.evidence_id WHERE q.kind = $1 ORDER BY q.id

-- The kinds of the documents that the approval of a version relied on, of which none is valid at $2.
-- name: qualification_lapsed
SELECT DISTINCT q.kind FROM content_review r JOIN content_review_document d ON d.review_id = r.id JOIN qualification q ON q.id = d.qualification_id
WHERE r.content_id = (SELECT content_id FROM content_version WHERE id = $1) AND r.version_id = $1 AND r.decision = 3
  AND NOT EXISTS (SELECT 1 FROM qualification o WHERE o.kind = q.kind AND o.revoked_at = 0 AND o.valid_from <= $2 AND (o.valid_until = 0 OR o.valid_until > $2))
ORDER BY q.kind

-- name: content_review_document_insert
INSERT INTO content_review_document (review_id, qualification_id) VALUES ($1, $2)

-- What the reviews of a content relied on.
-- name: content_review_documents
SELECT d.review_id, q.id, q.kind, q.title, q.number FROM content_review r JOIN content_review_document d ON d.review_id = r.id
JOIN qualification q ON q.id = d.qualification_id WHERE r.content_id = $1 ORDER BY d.review_id, q.kind, q.id
