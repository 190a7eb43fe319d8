-- Why a message went or did not: what was in force and known at a time. The gates' own look-ups are in sending.sql.

-- name: explain_message
SELECT m.batch_id, m.customer_id, m.state, m.reason, m.submitted_at, m.state_at, m.created_at, m.expires_at, m.sealed, c.zone, c.region,
       c.number_index, b.campaign_id
FROM message m JOIN customer c ON c.id = m.customer_id JOIN batch b ON b.id = m.batch_id WHERE m.id = $1

-- name: explain_recipient
SELECT m.id FROM campaign k JOIN message m ON m.batch_id = k.batch_id AND m.customer_id = $2 AND m.serial = 0 WHERE k.id = $1 AND k.batch_id <> 0

-- What the last review of a version by $2 was, and whether a newer version had been saved by then, which voids an approval.
-- name: explain_approval
SELECT r.kind, r.decision, v.hash,
       CASE WHEN EXISTS (SELECT 1 FROM content_version n WHERE n.content_id = v.content_id AND n.id > v.id AND n.created_at <= $2) THEN 1 ELSE 0 END
FROM content_review r JOIN content_version v ON v.id = r.version_id WHERE r.version_id = $1 AND r.reviewed_at <= $2 ORDER BY r.id DESC LIMIT 1

-- name: explain_suppression
SELECT message_class FROM suppression WHERE number_index = $1 AND created_at <= $2
UNION SELECT message_class FROM suppression_lifted WHERE number_index = $1 AND created_at <= $2 AND lifted_at > $2

-- The last word on the class ($3 empty) or on one purpose of it.
-- name: explain_consent
SELECT kind FROM consent_event WHERE customer_id = $1 AND message_class = $2 AND purpose = $3 AND recorded_at <= $4 ORDER BY id DESC LIMIT 1

-- What was counted by $4 apart from the message itself ($5); of what was counted in that very instant, what stood before it.
-- name: explain_uses
SELECT used_at FROM frequency_use WHERE customer_id = $1 AND message_class = $2 AND used_at > $3 AND message_id <> $5
  AND (used_at < $4 OR (used_at = $4 AND message_id < $5))
UNION ALL SELECT used_at FROM frequency_release WHERE customer_id = $1 AND message_class = $2 AND used_at > $3 AND message_id <> $5
  AND (used_at < $4 OR (used_at = $4 AND message_id < $5)) AND released_at > $4

-- name: explain_preference
SELECT rules FROM customer_preference_event WHERE customer_id = $1 AND recorded_at <= $2 ORDER BY id DESC LIMIT 1
