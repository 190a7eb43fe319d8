-- What went to one customer and came back, without an index by customer on the message table.

-- Batches that may hold messages below $2, those with the newest ones first.
-- name: batches_by_last_message
SELECT id, last_message_id FROM batch WHERE last_message_id < $1 AND last_message_id > 0 AND first_message_id < $2
ORDER BY last_message_id DESC LIMIT $3

-- name: customer_messages_in :rows(batch_id bigint, customer_id bigint, below bigint)
SELECT m.id, b.campaign_id, coalesce(c.name, ''), b.origin, b.message_class, m.state, m.reason, m.segments, m.attempts,
       coalesce(v.signature, ''), coalesce(v.body, ''), coalesce(v.opt_out_text, ''), m.submitted_at, m.state_at, m.created_at
FROM :rows AS r JOIN message m ON m.batch_id = r.batch_id AND m.customer_id = r.customer_id JOIN batch b ON b.id = r.batch_id
LEFT JOIN campaign c ON c.id = b.campaign_id LEFT JOIN content_version v ON v.id = b.content_version_id
WHERE m.id < r.below

-- name: customer_replies
SELECT i.id, i.kind, coalesce(b.campaign_id, 0), i.received_at FROM inbound_message i LEFT JOIN batch b ON b.id = i.batch_id
WHERE i.customer_id = $1 AND i.id < $2 ORDER BY i.id DESC LIMIT $3

-- name: customer_reply
SELECT text_sealed FROM inbound_message WHERE id = $1 AND customer_id = $2
