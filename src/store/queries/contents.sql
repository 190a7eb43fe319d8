-- Contents, their versions and their reviews.

-- name: content_insert
INSERT INTO content (id, name, message_class, purpose, system, state, version_id, approved_version_id, round, created_by, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $10, $10, 1)

-- The last columns: was a version of it ever approved? is the approved one suspended by later rule packs? how does the signature of the latest
-- version stand, which is the approved one's where there is one?
-- name: content_load
SELECT c.id, c.name, c.message_class, c.purpose, c.system, c.state, c.version_id, c.approved_version_id, c.round, c.created_by, c.created_at, c.updated_at,
       c.version, v.number, v.hash, v.verdict,
       CASE WHEN EXISTS (SELECT 1 FROM content_review r WHERE r.content_id = c.id AND r.decision = 3) THEN 1 ELSE 0 END,
       CASE WHEN EXISTS (SELECT 1 FROM content_rescreening s WHERE s.version_id = c.approved_version_id AND s.state = 3) THEN 1 ELSE 0 END,
       v.signature, coalesce(g.id, 0), coalesce(g.state, 0), coalesce(g.message_classes, 0)
FROM content c JOIN content_version v ON v.id = c.version_id LEFT JOIN signature g ON g.text = v.signature WHERE c.id = $1

-- $6 as in campaign_list.
-- name: content_list
SELECT id FROM content
WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = 0 OR message_class = $3) AND ($4 = 0 OR created_by = $4) AND ($5 < 0 OR system = $5)
  AND ($6 = '' OR instr(lower(name), $6) > 0) ORDER BY id DESC LIMIT $7
-- name: content_list :postgres
SELECT id FROM content
WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = 0 OR message_class = $3) AND ($4 = 0 OR created_by = $4) AND ($5 < 0 OR system = $5)
  AND ($6 = '' OR strpos(lower(name COLLATE "C"), $6) > 0) ORDER BY id DESC LIMIT $7

-- What waits for compliance or for a second one of it, in the order of its submission; a version is submitted once a round.
-- name: content_queue
SELECT r.id, c.id, r.reviewer_id, r.reviewed_at FROM content c JOIN content_review r ON r.content_id = c.id AND r.version_id = c.version_id AND r.kind = 2 AND r.round = c.round
WHERE c.state IN (3, 7) AND r.id > $1 ORDER BY r.id LIMIT $2

-- name: content_saved
UPDATE content SET name = $2, message_class = $3, purpose = $4, state = $5, version_id = $6, approved_version_id = 0, round = $7, updated_at = $8,
       version = version + 1 WHERE id = $1 AND version = $9

-- name: content_renamed
UPDATE content SET name = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND version = $4

-- What belongs to it changed, but not its state.
-- name: content_touched
UPDATE content SET updated_at = $2, version = version + 1 WHERE id = $1 AND version = $3

-- name: content_set_state
UPDATE content SET state = $2, approved_version_id = $3, round = $4, updated_at = $5, version = version + 1 WHERE id = $1 AND version = $6

-- name: content_version_insert
INSERT INTO content_version (id, content_id, number, message_class, purpose, signature, body, opt_out_text, variables, hash, verdict, findings, rule_packs, created_by, created_at,
                             sectors, promotion)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)

-- name: content_version_load
SELECT id, number, message_class, purpose, signature, body, opt_out_text, variables, hash, verdict, findings, rule_packs, created_by, created_at,
       sectors, promotion, personal_data
FROM content_version WHERE content_id = $1 AND number = $2

-- name: content_version_list
SELECT id, number, hash, verdict, created_by, created_at FROM content_version WHERE content_id = $1 ORDER BY number

-- name: content_version_screened
UPDATE content_version SET verdict = $2, findings = $3, rule_packs = $4, sectors = $5, promotion = $6 WHERE id = $1

-- What the author of a version declares it to be about.
-- name: content_version_sector_insert
INSERT INTO content_version_sector (version_id, sector) VALUES ($1, $2)

-- name: content_version_sectors
SELECT sector FROM content_version_sector WHERE version_id = $1 ORDER BY sector

-- Whether it carries personal data, as screening and its author say.
-- name: content_version_personal
SELECT coalesce(max(personal_data), 0) FROM content_version WHERE id = $1

-- name: content_version_set_personal
UPDATE content_version SET personal_data = $2 WHERE id = $1 AND personal_data <> $2

-- What hand somebody had in a content: 1 wrote a version, 2 first reviewed, 3 submitted one, 4 approved the version $3 as the first of two
-- in this round; 0 none.
-- name: content_hand_in
SELECT coalesce(min(t.hand), 0) FROM (
  SELECT 1 AS hand FROM content_version WHERE content_id = $1 AND created_by = $2
  UNION ALL SELECT CASE kind WHEN 1 THEN 2 ELSE 3 END FROM content_review WHERE content_id = $1 AND reviewer_id = $2 AND kind IN (1, 2)
  UNION ALL SELECT 4 FROM content_review WHERE content_id = $1 AND version_id = $3 AND reviewer_id = $2 AND decision = 6
    AND round = (SELECT round FROM content WHERE id = $1)) AS t

-- Whom content_hand_in bars.
-- name: content_hands
SELECT created_by AS person FROM content_version WHERE content_id = $1 AND created_by <> 0
UNION SELECT reviewer_id FROM content_review WHERE content_id = $1 AND reviewer_id <> 0 AND (kind IN (1, 2) OR (decision = 6 AND version_id = $2 AND round = (SELECT round FROM content WHERE id = $1)))
ORDER BY person

-- The approval of a version by the first of two.
-- name: content_first_approval
SELECT reviewer_id, reviewed_at, opinion_number, second_review FROM content_review
WHERE content_id = (SELECT content_id FROM content_version WHERE id = $1) AND version_id = $1 AND version_hash = $2 AND decision = 6 ORDER BY id DESC LIMIT 1

-- name: content_first_review
SELECT count(*) FROM content_review WHERE content_id = $1 AND version_id = $2 AND version_hash = $3 AND round = $4 AND kind = 1

-- name: content_review_insert
INSERT INTO content_review (id, content_id, version_id, version_hash, round, kind, decision, opinion_number, opinion, checklist, problems, dispositions, reviewer_id, reviewed_at, sector_answers, second_review, judgements)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)

-- name: content_review_list
SELECT r.id, r.version_id, v.number, r.version_hash, r.round, r.kind, r.decision, r.opinion_number, r.opinion, r.checklist, r.problems, r.dispositions, r.reviewer_id, r.reviewed_at, r.sector_answers, r.second_review,
       r.judgements
FROM content_review r JOIN content_version v ON v.id = r.version_id WHERE r.content_id = $1 ORDER BY r.id

-- What an opinion says besides its review, as of the decision; empty for those from before it was kept.
-- name: content_review_basis
SELECT opinion_basis FROM content_review WHERE id = $1

-- name: content_review_set_basis
UPDATE content_review SET opinion_basis = $2 WHERE id = $1

-- Who had to do with the version of a review up to and with that review, in its round: its author (kind 0) and the reviews. The last column
-- is the version's number.
-- name: content_review_hands
SELECT h.kind, h.decision, coalesce(u.display_name, ''), h.at, h.number FROM (
  SELECT 0 AS id, 0 AS kind, 0 AS decision, v.created_by AS person, v.created_at AS at, v.number
  FROM content_review d JOIN content_version v ON v.id = d.version_id WHERE d.id = $1
  UNION ALL SELECT r.id, r.kind, r.decision, r.reviewer_id, r.reviewed_at, v.number
  FROM content_review d JOIN content_version v ON v.id = d.version_id
    JOIN content_review r ON r.content_id = d.content_id AND r.version_id = d.version_id AND r.round = d.round AND r.id <= d.id WHERE d.id = $1
) AS h LEFT JOIN user_account u ON u.id = h.person ORDER BY h.id

-- The last decision on a content that did not pass it on.
-- name: content_last_decision
SELECT r.id, r.round, v.number, r.opinion_number, r.decision, r.problems FROM content_review r JOIN content_version v ON v.id = r.version_id
WHERE r.content_id = $1 AND r.decision IN (3, 4) ORDER BY r.id DESC LIMIT 1

-- What the author answered to the problems of a rejection.
-- name: content_problem_answers
SELECT a.number, a.answer, a.text, v.number, a.answered_by, a.answered_at FROM content_problem_answer a JOIN content_version v ON v.id = a.version_id
WHERE a.review_id = $1 ORDER BY a.number

-- name: content_problem_answer_put
INSERT INTO content_problem_answer (review_id, number, answer, text, version_id, answered_by, answered_at) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (review_id, number) DO UPDATE SET answer = excluded.answer, text = excluded.text, version_id = excluded.version_id,
  answered_by = excluded.answered_by, answered_at = excluded.answered_at

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
FROM content_review r JOIN content_version v ON v.id = r.version_id WHERE r.content_id = $1 AND r.kind IN (3, 5) AND v.number < $2

-- What compliance decided last on other contents.
-- name: content_decisions_elsewhere
SELECT r.content_id, r.version_id, c.name, v.signature, v.body, v.opt_out_text, r.decision, r.reviewed_at, r.opinion_number
FROM content_review r JOIN content_version v ON v.id = r.version_id JOIN content c ON c.id = r.content_id
WHERE r.kind IN (3, 5) AND r.decision <> 6 AND r.content_id <> $1 ORDER BY r.id DESC LIMIT $2

-- Statistics -----------------------------------------------------------------------------------------------------

-- Every submission of the contents that were submitted or decided on in [$1, $2), with what was decided in its round and the first approval
-- where a second one had to follow. In a round there is one submission and one decision.
-- name: review_rounds
SELECT s.content_id, s.version_id, s.reviewed_at, v.message_class, v.sectors, coalesce(d.decision, 0), coalesce(d.reviewed_at, 0),
       coalesce(d.reviewer_id, 0), coalesce(p.reviewed_at, 0), coalesce(p.reviewer_id, 0)
FROM content_review s JOIN content_version v ON v.id = s.version_id
  LEFT JOIN content_review d ON d.content_id = s.content_id AND d.round = s.round AND d.decision IN (3, 4)
  LEFT JOIN content_review p ON p.content_id = s.content_id AND p.round = s.round AND p.decision = 6
WHERE s.kind = 2 AND s.content_id IN (SELECT content_id FROM content_review WHERE reviewed_at >= $1 AND reviewed_at < $2)
ORDER BY s.content_id, s.round, s.id LIMIT $3

-- The declared sectors of their versions.
-- name: review_round_sectors
SELECT DISTINCT t.version_id, t.sector FROM content_review s JOIN content_version_sector t ON t.version_id = s.version_id
WHERE s.kind = 2 AND s.content_id IN (SELECT content_id FROM content_review WHERE reviewed_at >= $1 AND reviewed_at < $2)
ORDER BY t.version_id, t.sector

-- The same of what waits for compliance or for a second one of it.
-- name: review_waiting
SELECT s.content_id, s.version_id, s.reviewed_at, v.message_class, v.sectors, 0, 0, 0, coalesce(p.reviewed_at, 0), coalesce(p.reviewer_id, 0)
FROM content c JOIN content_review s ON s.content_id = c.id AND s.version_id = c.version_id AND s.round = c.round AND s.kind = 2
  JOIN content_version v ON v.id = s.version_id
  LEFT JOIN content_review p ON p.content_id = s.content_id AND p.round = s.round AND p.decision = 6
WHERE c.state IN (3, 7) ORDER BY s.id

-- name: review_waiting_sectors
SELECT t.version_id, t.sector FROM content c JOIN content_version_sector t ON t.version_id = c.version_id WHERE c.state IN (3, 7)
ORDER BY t.version_id, t.sector
