-- What waits for somebody, by kind; each statement gives object, title, state, since, deadline (0 = none), detail, how many there are in
-- all, and is ordered as the list is: by deadline, what has none last, then by since. The deadline of a content is the first planned time
-- of the campaigns that wait for it.

-- Rejected, or blocked by screening: for the author; for all who may write ($2, roles) when the author cannot any more.
-- name: tasks_content_to_revise
SELECT c.id, c.name, c.state, c.updated_at, coalesce(p.deadline, 0),
       coalesce((SELECT r.opinion FROM content_review r WHERE r.content_id = c.id AND r.version_id = c.version_id AND r.kind IN (3, 5) ORDER BY r.id DESC LIMIT 1), ''),
       count(*) OVER ()
FROM content c JOIN content_version v ON v.id = c.version_id LEFT JOIN user_account u ON u.id = c.created_by
LEFT JOIN (SELECT content_id, min(planned_at) AS deadline FROM campaign WHERE state IN (1, 3) GROUP BY content_id) p ON p.content_id = c.id
WHERE (c.state = 5 OR (c.state = 1 AND v.verdict = 2))
  AND (c.created_by = $1 OR v.created_by = $1 OR u.id IS NULL OR u.disabled = 1 OR (u.roles & $2) = 0)
ORDER BY CASE WHEN coalesce(p.deadline, 0) = 0 THEN 1 ELSE 0 END, coalesce(p.deadline, 0), c.updated_at, c.id LIMIT $3

-- For marketing as a whole: drafts that screening lets pass, and what was reviewed first.
-- name: tasks_content_in_state
SELECT c.id, c.name, c.state, c.updated_at, coalesce(p.deadline, 0), '', count(*) OVER ()
FROM content c JOIN content_version v ON v.id = c.version_id
LEFT JOIN (SELECT content_id, min(planned_at) AS deadline FROM campaign WHERE state IN (1, 3) GROUP BY content_id) p ON p.content_id = c.id
WHERE c.state = $1 AND (c.state <> 1 OR v.verdict <> 2)
ORDER BY CASE WHEN coalesce(p.deadline, 0) = 0 THEN 1 ELSE 0 END, coalesce(p.deadline, 0), c.updated_at, c.id LIMIT $2

-- For compliance, without those who had a hand in it: the first of two who approve it, too, is not its second.
-- name: tasks_content_to_review
SELECT c.id, c.name, c.state, c.updated_at, coalesce(p.deadline, 0), '', count(*) OVER ()
FROM content c
LEFT JOIN (SELECT content_id, min(planned_at) AS deadline FROM campaign WHERE state IN (1, 3) GROUP BY content_id) p ON p.content_id = c.id
WHERE c.state IN (3, 7) AND NOT EXISTS (SELECT 1 FROM content_version v WHERE v.content_id = c.id AND v.created_by = $1)
  AND NOT EXISTS (SELECT 1 FROM content_review r WHERE r.content_id = c.id AND r.reviewer_id = $1 AND r.kind IN (1, 2))
  AND NOT EXISTS (SELECT 1 FROM content_review r WHERE r.content_id = c.id AND r.version_id = c.version_id AND r.round = c.round AND r.reviewer_id = $1 AND r.decision = 6)
ORDER BY CASE WHEN coalesce(p.deadline, 0) = 0 THEN 1 ELSE 0 END, coalesce(p.deadline, 0), c.updated_at, c.id LIMIT $2

-- For compliance: approved contents in which later rule packs find worse; without those who had a hand in them.
-- name: tasks_content_rescreened
SELECT c.id, c.name, r.state, r.opened_at, coalesce(p.deadline, 0), '', count(*) OVER ()
FROM content_rescreening r JOIN content c ON c.approved_version_id = r.version_id
LEFT JOIN (SELECT content_id, min(planned_at) AS deadline FROM campaign WHERE state IN (1, 3) GROUP BY content_id) p ON p.content_id = c.id
WHERE r.opened_at <> 0 AND NOT EXISTS (SELECT 1 FROM content_version v WHERE v.content_id = c.id AND v.created_by = $1)
  AND NOT EXISTS (SELECT 1 FROM content_review w WHERE w.content_id = c.id AND w.reviewer_id = $1 AND w.kind IN (1, 2))
ORDER BY CASE WHEN coalesce(p.deadline, 0) = 0 THEN 1 ELSE 0 END, coalesce(p.deadline, 0), r.opened_at, c.id LIMIT $2

-- Planned with an approved content, or frozen: for its owner and planner; for all of marketing ($2, roles) when the owner cannot any more.
-- name: tasks_campaign_to_hand_over
SELECT c.id, c.name, c.state, c.updated_at, c.planned_at, c.state_reason, count(*) OVER ()
FROM campaign c JOIN content t ON t.id = c.content_id JOIN user_account u ON u.id = c.owner_id
WHERE (c.state = 3 OR (c.state = 1 AND t.approved_version_id <> 0))
  AND (c.owner_id = $1 OR c.created_by = $1 OR u.disabled = 1 OR (u.roles & $2) = 0)
ORDER BY c.planned_at, c.updated_at, c.id LIMIT $3

-- name: tasks_campaign_in_state
SELECT id, name, state, updated_at, planned_at, state_reason, count(*) OVER ()
FROM campaign WHERE state = $1 ORDER BY planned_at, updated_at, id LIMIT $2

-- name: tasks_campaign_paused
SELECT id, name, state, updated_at, 0, state_reason, count(*) OVER ()
FROM campaign WHERE state = 9 ORDER BY updated_at, id LIMIT $1

-- name: tasks_report_to_acknowledge
SELECT r.id, c.name, 0, r.created_at, 0, r.number, count(*) OVER ()
FROM report r JOIN campaign c ON c.id = r.campaign_id JOIN user_account u ON u.id = c.owner_id
WHERE r.acknowledged_at = 0 AND (c.owner_id = $1 OR c.created_by = $1 OR u.disabled = 1 OR (u.roles & $2) = 0)
ORDER BY r.created_at, r.id LIMIT $3

-- Consents that customer service is asked to confirm; nobody decides what he asked for himself.
-- name: tasks_consent_to_confirm
SELECT id, '', state, requested_at, due_at, question, count(*) OVER ()
FROM consent_task WHERE state = $1 AND requested_by <> $2 ORDER BY due_at, requested_at, id LIMIT $3

-- Documents that end soon ($2) or have ended, for which no other one of their kind is there that is valid longer.
-- name: tasks_qualification_expiring
SELECT q.id, q.title, CASE WHEN q.valid_until <= $1 THEN 1 ELSE 0 END, q.created_at, q.valid_until, q.kind, count(*) OVER ()
FROM qualification q WHERE q.revoked_at = 0 AND q.valid_until <> 0 AND q.valid_until <= $2
  AND NOT EXISTS (SELECT 1 FROM qualification o WHERE o.kind = q.kind AND o.revoked_at = 0 AND o.id <> q.id
                  AND (o.valid_until = 0 OR o.valid_until > q.valid_until OR (o.valid_until = q.valid_until AND o.id > q.id)))
ORDER BY q.valid_until, q.created_at, q.id LIMIT $3

-- Rejected ones, for whoever asked for it; for all who may write ($2, roles) when he cannot any more.
-- name: tasks_signature_to_revise
SELECT s.id, s.text, s.state, s.updated_at, 0,
       coalesce((SELECT e.reason FROM signature_event e WHERE e.signature_id = s.id AND e.deed = 5 ORDER BY e.id DESC LIMIT 1), ''), count(*) OVER ()
FROM signature s LEFT JOIN user_account u ON u.id = s.created_by
WHERE s.state = 4 AND (s.created_by = $1 OR u.id IS NULL OR u.disabled = 1 OR (u.roles & $2) = 0)
ORDER BY s.updated_at, s.id LIMIT $3

-- For compliance: submitted, or suspended; without those who asked for it, changed or submitted it.
-- name: tasks_signature_to_review
SELECT s.id, s.text, s.state, s.updated_at, 0,
       coalesce((SELECT e.reason FROM signature_event e WHERE e.signature_id = s.id AND e.deed = 6 AND s.state = 5 ORDER BY e.id DESC LIMIT 1), ''), count(*) OVER ()
FROM signature s WHERE s.state IN (2, 5) AND s.created_by <> $1
  AND NOT EXISTS (SELECT 1 FROM signature_event e WHERE e.signature_id = s.id AND e.actor_id = $1 AND e.deed IN (1, 2, 3))
ORDER BY s.updated_at, s.id LIMIT $2

-- For technology, of signatures in use and channels in use: filings that a carrier rejected, that have ended or end before $1, and those that a
-- channel asks for and nobody has made. The detail is the channel.
-- name: tasks_signature_to_file
SELECT s.id, s.text, coalesce(f.state, 1), coalesce(f.updated_at, s.updated_at), CASE WHEN f.state = 3 THEN f.valid_until ELSE 0 END, c.name, count(*) OVER ()
FROM signature s CROSS JOIN channel c LEFT JOIN signature_filing f ON f.signature_id = s.id AND f.channel_id = c.id
WHERE s.state IN (3, 5) AND c.enabled = 1
  AND (f.state IN (4, 5) OR (f.state = 3 AND f.valid_until <> 0 AND f.valid_until <= $1) OR (c.requires_filed_signature = 1 AND coalesce(f.state, 1) = 1))
ORDER BY CASE WHEN f.state = 3 THEN 0 ELSE 1 END, CASE WHEN f.state = 3 THEN f.valid_until ELSE 0 END, coalesce(f.updated_at, s.updated_at), s.id, c.id LIMIT $2

-- name: tasks_channels
SELECT id, name FROM channel WHERE enabled = 1 ORDER BY id

-- Who halted all sending when, and why.
-- name: emergency_stopped
SELECT at, reason FROM audit_log WHERE object_type = 'server' AND object_id = 0 AND action = 'emergency.stop' ORDER BY id DESC LIMIT 1
