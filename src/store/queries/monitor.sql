-- What people watch while messages go out.

-- name: batch_of_campaign
SELECT c.id, c.name, c.state, c.state_reason, c.batch_id, c.audience_count, c.version, coalesce(b.state, 0), coalesce(b.state_reason, ''),
       coalesce(b.total, 0), coalesce(b.first_message_id, 0), coalesce(b.last_message_id, 0), coalesce(b.channel_id, 0), coalesce(b.started_at, 0), coalesce(b.finished_at, 0)
FROM campaign c LEFT JOIN batch b ON b.id = c.batch_id WHERE c.id = $1

-- Over all batches: what the projection says, and how many messages there are to be.
-- name: all_batch_counts
SELECT state, reason, sum(count) FROM batch_count WHERE count <> 0 GROUP BY state, reason ORDER BY state, reason

-- Batches that are still being filled have no extent yet, so their messages are counted as rows.
-- name: all_messages
SELECT count(*) FROM message
