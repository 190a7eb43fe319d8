-- Contents, their versions and their reviews.

-- name: content_insert
INSERT INTO content (id, name, message_class, purpose, system, state, version_id, approved_version_id, round, created_by, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $10, 1)

-- The last column: was a version of it ever approved?
-- name: content_load
SELECT c.id, c.name, c.message_class, c.purpose, c.system, c.state, c.version_id, c.approved_version_id, c.round, c.created_by, c.created_at, c.updated_at,
       c.version, v.number, v.hash, v.verdict,
       CASE WHEN EXISTS (SELECT 1 FROM content_review r WHERE r.content_id = c.id AND r.decision = 3) THEN 1 ELSE 0 END
FROM content c JOIN content_version v ON v.id = c.version_id WHERE c.id = $1

-- $6 as in campaign_list.
-- name: content_list
SELECT id FROM content
WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = 0 OR message_class = $3) AND ($4 = 0 OR created_by = $4) AND ($5 < 0 OR system = $5)
  AND ($6 = '' OR instr(lower(name), $6) > 0) ORDER BY id DESC LIMIT $7
-- name: content_list :postgres
SELECT id FROM content
WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = 0 OR message_class = $3) AND ($4 = 0 OR created_by = $4) AND ($5 < 0 OR system = $5)
  AND ($6 = '' OR strpos(lower(name COLLATE "C"), $6) > 0) ORDER BY id DESC LIMIT $7

-- What waits for compliance, in the order of its submission; a version is submitted once.
-- name: content_queue
SELECT r.id, c.id, r.reviewer_id, r.reviewed_at FROM content c JOIN content_review r ON r.content_id = c.id AND r.version_id = c.version_id AND r.kind = 2
WHERE c.state = 3 AND r.id > $1 ORDER BY r.id LIMIT $2

-- name: content_saved
UPDATE content SET name = $2, message_class = $3, purpose = $4, state = $5, version_id = $6, approved_version_id = 0, round = $7, updated_at = $8,
       version = version + 1 WHERE id = $1 AND version = $9

-- name: content_renamed
UPDATE content SET name = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND version = $4

-- name: content_screened
UPDATE content SET updated_at = $2, version = version + 1 WHERE id = $1 AND version = $3

-- name: content_set_state
UPDATE content SET state = $2, approved_version_id = $3, round = $4, updated_at = $5, version = version + 1 WHERE id = $1 AND version = $6

-- name: content_version_insert
INSERT INTO content_version (id, content_id, number, message_class, purpose, signature, body, opt_out_text, variables, hash, verdict, findings, rule_packs, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)

-- name: content_version_load
SELECT id, number, message_class, purpose, signature, body, opt_out_text, variables, hash, verdict, findings, rule_packs, created_by, created_at
FROM content_version WHERE content_id = $1 AND number = $2

-- name: content_version_list
SELECT id, number, hash, verdict, created_by, created_at FROM content_version WHERE content_id = $1 ORDER BY number

-- name: content_version_screened
UPDATE content_version SET verdict = $2, findings = $3, rule_packs = $4 WHERE id = $1

-- What hand somebody had in a content: 1 wrote a version, 2 first reviewed, 3 submitted one; 0 none.
-- name: content_hand_in
SELECT coalesce(min(t.hand), 0) FROM (
  SELECT 1 AS hand FROM content_version WHERE content_id = $1 AND created_by = $2
  UNION ALL SELECT CASE kind WHEN 1 THEN 2 ELSE 3 END FROM content_review WHERE content_id = $1 AND reviewer_id = $2 AND kind IN (1, 2)) AS t

-- name: content_first_review
SELECT count(*) FROM content_review WHERE content_id = $1 AND version_id = $2 AND version_hash = $3 AND kind = 1

-- name: content_review_insert
INSERT INTO content_review (id, content_id, version_id, version_hash, round, kind, decision, opinion_number, opinion, checklist, problems, dispositions, reviewer_id, reviewed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)

-- name: content_review_list
SELECT r.id, r.version_id, v.number, r.version_hash, r.round, r.kind, r.decision, r.opinion_number, r.opinion, r.checklist, r.problems, r.dispositions, r.reviewer_id, r.reviewed_at
FROM content_review r JOIN content_version v ON v.id = r.version_id WHERE r.content_id = $1 ORDER BY r.id

-- The greatest number given out between the two, which are the year's first and the next year's first.
-- name: content_opinion_last
SELECT coalesce(max(opinion_number), '') FROM content_review WHERE opinion_number >= $1 AND opinion_number < $2

-- name: content_system
SELECT id FROM content WHERE system = 1 AND purpose = $1

-- Around a review ------------------------------------------------------------------------------------------------

-- Campaigns of a content that are not over, the newest first.
-- name: campaigns_of_content
SELECT id FROM campaign WHERE content_id = $1 AND state NOT IN (11, 12) ORDER BY id DESC LIMIT $2

-- Who submitted a version, and when.
-- name: content_submission
SELECT reviewer_id, reviewed_at FROM content_review WHERE content_id = $1 AND version_id = $2 AND kind = 2 ORDER BY id DESC LIMIT 1

-- Of the versions before one: the latest that compliance decided on, and the latest that it approved; 0 = none.
-- name: content_decided_before
SELECT coalesce(max(v.number), 0), coalesce(max(CASE WHEN r.decision = 3 THEN v.number END), 0)
FROM content_review r JOIN content_version v ON v.id = r.version_id WHERE r.content_id = $1 AND r.kind = 3 AND v.number < $2

-- What compliance decided last on other contents.
-- name: content_decisions_elsewhere
SELECT r.content_id, r.version_id, c.name, v.signature, v.body, v.opt_out_text, r.decision, r.reviewed_at, r.opinion_number
FROM content_review r JOIN content_version v ON v.id = r.version_id JOIN content c ON c.id = r.content_id
WHERE r.kind = 3 AND r.content_id <> $1 ORDER BY r.id DESC LIMIT $2
