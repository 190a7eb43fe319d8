-- Campaigns, their tests and reports.

-- name: segment_filter
SELECT filter FROM segment WHERE id = $1

-- name: campaign_insert
INSERT INTO campaign (id, name, goal, message_class, purpose, content_id, content_version_id, content_hash, audience, planned_at, budget_fen,
                      owner_id, state, state_reason, batch_id, audience_count, audience_hash, frozen_at, handed_over_by, handed_over_at,
                      parameters, binding_hash, test_id, started_by, started_at, finished_at, report_id, created_by, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11, $12, '', 0, 0, $7, 0, 0, 0, '', $7, 0, 0, 0, 0, 0, $13, $14, $14, 1)

-- name: campaign_update_plan
UPDATE campaign SET name = $2, goal = $3, message_class = $4, purpose = $5, content_id = $6, audience = $7, planned_at = $8, budget_fen = $9,
       owner_id = $10, updated_at = $11, version = version + 1 WHERE id = $1

-- name: campaign_set_announces
UPDATE campaign SET announces = $2 WHERE id = $1

-- name: campaign_load
SELECT id, name, goal, message_class, purpose, content_id, content_version_id, content_hash, audience, planned_at, budget_fen, owner_id, state,
       state_reason, batch_id, audience_count, audience_hash, frozen_at, handed_over_by, handed_over_at, parameters, binding_hash, test_id,
       started_by, started_at, finished_at, report_id, created_by, created_at, updated_at, version, announces, notice_waiver, notice_waived_by,
       notice_waived_at
FROM campaign WHERE id = $1

-- The columns are those of campaign_load. $5 in lower case; SQLite's lower() knows A to Z only, as PostgreSQL's with COLLATE "C".
-- name: campaign_list
SELECT id, name, goal, message_class, purpose, content_id, content_version_id, content_hash, audience, planned_at, budget_fen, owner_id, state,
       state_reason, batch_id, audience_count, audience_hash, frozen_at, handed_over_by, handed_over_at, parameters, binding_hash, test_id,
       started_by, started_at, finished_at, report_id, created_by, created_at, updated_at, version, announces, notice_waiver, notice_waived_by,
       notice_waived_at
FROM campaign WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = 0 OR message_class = $3) AND ($4 = 0 OR owner_id = $4)
  AND ($5 = '' OR instr(lower(name), $5) > 0) AND ($7 = 0 OR announces <> '') ORDER BY id DESC LIMIT $6
-- name: campaign_list :postgres
SELECT id, name, goal, message_class, purpose, content_id, content_version_id, content_hash, audience, planned_at, budget_fen, owner_id, state,
       state_reason, batch_id, audience_count, audience_hash, frozen_at, handed_over_by, handed_over_at, parameters, binding_hash, test_id,
       started_by, started_at, finished_at, report_id, created_by, created_at, updated_at, version, announces, notice_waiver, notice_waived_by,
       notice_waived_at
FROM campaign WHERE id < $1 AND ($2 = 0 OR state = $2) AND ($3 = 0 OR message_class = $3) AND ($4 = 0 OR owner_id = $4)
  AND ($5 = '' OR strpos(lower(name COLLATE "C"), $5) > 0) AND ($7 = 0 OR announces <> '') ORDER BY id DESC LIMIT $6

-- name: batch_states :rows(batch_id bigint)
SELECT r.ord, n.state, n.count FROM :rows AS r JOIN batch_count n ON n.batch_id = r.batch_id WHERE n.count <> 0

-- name: campaigns_in_states
SELECT id FROM campaign WHERE state = $1 OR state = $2 OR state = $3 ORDER BY id

-- name: campaigns_to_settle
SELECT id FROM campaign WHERE state IN (8, 10) OR (state = 12 AND started_at <> 0 AND report_id = 0) ORDER BY id

-- name: campaign_set_state
UPDATE campaign SET state = $2, state_reason = $3, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $5

-- name: campaign_freezing
UPDATE campaign SET state = $2, batch_id = $3, content_version_id = $4, content_hash = $5, updated_at = $6, version = version + 1 WHERE id = $1 AND version = $7

-- name: campaign_frozen
UPDATE campaign SET state = $2, audience_count = $3, audience_hash = $4, frozen_at = $5, updated_at = $5, version = version + 1 WHERE id = $1 AND state = $6

-- name: campaign_unfrozen
UPDATE campaign SET state = $2, state_reason = $3, batch_id = 0, audience_count = 0, audience_hash = $4, frozen_at = 0, handed_over_by = 0, handed_over_at = 0,
       parameters = '', binding_hash = $4, test_id = 0, content_version_id = 0, content_hash = $4, notice_waiver = '', notice_waived_by = 0,
       notice_waived_at = 0, updated_at = $5, version = version + 1 WHERE id = $1

-- name: campaign_handed_over
UPDATE campaign SET state = $2, handed_over_by = $3, handed_over_at = $4, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $5

-- name: campaign_set_parameters
UPDATE campaign SET state = $2, parameters = $3, binding_hash = $4, test_id = 0, updated_at = $5, version = version + 1 WHERE id = $1 AND version = $6

-- Policy 4.2.3: compliance lets it start without an announcement.
-- name: campaign_waive_notice
UPDATE campaign SET notice_waiver = $2, notice_waived_by = $3, notice_waived_at = $4, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $5

-- name: campaign_testing
UPDATE campaign SET state = $2, test_id = $3, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $5

-- name: campaign_tested
UPDATE campaign SET state = $2, state_reason = $3, updated_at = $4, version = version + 1 WHERE id = $1 AND state = $5 AND test_id = $6

-- name: campaign_started
UPDATE campaign SET state = $2, state_reason = '', started_by = $3, started_at = $4, updated_at = $4, version = version + 1 WHERE id = $1 AND version = $5

-- name: campaign_settled
UPDATE campaign SET state = $2, finished_at = $3, report_id = $4, updated_at = $3, version = version + 1 WHERE id = $1

-- name: batch_set_parameters
UPDATE batch SET channel_id = $2, window_start = $3, window_end = $4, segments_per_second = $5, failure_pause_percent = $6 WHERE id = $1

-- name: batch_set_limits
UPDATE batch SET expires_at = $2, frequency = $3 WHERE id = $1

-- name: batch_set_extent
UPDATE batch SET total = $2, first_message_id = $3, last_message_id = $4 WHERE id = $1

-- name: content_approved
SELECT c.approved_version_id, v.hash, c.message_class, c.purpose FROM content c JOIN content_version v ON v.id = c.approved_version_id WHERE c.id = $1

-- name: content_exists
SELECT message_class, purpose FROM content WHERE id = $1 AND system = 0

-- name: user_exists
SELECT 1 FROM user_account WHERE id = $1 AND disabled = 0

-- name: channel_exists
SELECT enabled, options, host, port, system_id, access_code FROM channel WHERE id = $1

-- name: batch_messages_for_test
SELECT m.id, m.customer_id, m.sealed, c.zone, c.region, m.created_at, m.expires_at, m.carrier FROM message m JOIN customer c ON c.id = m.customer_id
WHERE m.id > $1 AND m.id <= $2 AND +m.batch_id = $3 ORDER BY m.id LIMIT $4

-- name: test_insert
INSERT INTO campaign_test (id, campaign_id, binding_hash, state, funnel, handset_batch_id, failure, started_by, started_at, finished_at, expires_at)
VALUES ($1, $2, $3, $4, '{}', 0, '', $5, $6, 0, 0)

-- name: test_load
SELECT id, campaign_id, binding_hash, state, funnel, handset_batch_id, failure, started_by, started_at, finished_at, expires_at, screening
FROM campaign_test WHERE id = $1

-- name: tests_in_state
SELECT id FROM campaign_test WHERE state = $1 OR state = $2 ORDER BY id

-- name: test_screened
UPDATE campaign_test SET screening = $2 WHERE id = $1

-- name: test_set_handsets
UPDATE campaign_test SET state = $2, funnel = $3, handset_batch_id = $4 WHERE id = $1 AND state = $5

-- name: test_finish
UPDATE campaign_test SET state = $2, failure = $3, finished_at = $4, expires_at = $5, funnel = CASE WHEN $6 = '' THEN funnel ELSE $6 END WHERE id = $1

-- Rehearsals ----------------------------------------------------------------------------------------------------

-- name: rehearsal_insert
INSERT INTO rehearsal (id, campaign_id, binding_hash, state, audience, done, result, failure, started_by, started_at, finished_at)
VALUES ($1, $2, $3, $4, $5, 0, '', '', $6, $7, 0)

-- name: rehearsal_load
SELECT id, campaign_id, binding_hash, state, audience, done, result, failure, started_by, started_at, finished_at FROM rehearsal WHERE id = $1

-- name: rehearsal_list
SELECT id, campaign_id, binding_hash, state, audience, done, result, failure, started_by, started_at, finished_at FROM rehearsal
WHERE campaign_id = $1 ORDER BY id DESC LIMIT $2

-- name: rehearsals_in_state
SELECT id, campaign_id FROM rehearsal WHERE state = $1 ORDER BY id

-- name: rehearsal_progress
UPDATE rehearsal SET done = $2 WHERE id = $1 AND state = $3

-- name: rehearsal_end
UPDATE rehearsal SET state = $2, result = $3, failure = $4, finished_at = $5, done = CASE WHEN $3 = '' THEN done ELSE audience END
WHERE id = $1 AND state = $6

-- Of a campaign the newest $2 stay.
-- name: rehearsal_prune
DELETE FROM rehearsal WHERE campaign_id = $1 AND id NOT IN (SELECT r.id FROM rehearsal r WHERE r.campaign_id = $1 ORDER BY r.id DESC LIMIT $2)

-- Those that got fewer than $3 tests since $2.
-- name: handset_customers
SELECT h.id, h.label, c.id, c.number_sealed, c.carrier FROM test_handset h JOIN customer c ON c.id = h.customer_id
WHERE (SELECT count(*) FROM campaign_test t JOIN message m ON m.batch_id = t.handset_batch_id AND m.customer_id = h.customer_id AND m.serial = 0
       WHERE t.started_at > $2) < $3 ORDER BY h.id LIMIT $1

-- name: handset_results
SELECT h.label, m.state, m.reason, c.number_sealed FROM message m JOIN customer c ON c.id = m.customer_id LEFT JOIN test_handset h ON h.customer_id = m.customer_id
WHERE +m.batch_id = $1 AND m.id >= $2 AND m.id <= $3 ORDER BY m.id

-- name: batch_extent
SELECT first_message_id, last_message_id, total, started_at, finished_at, state FROM batch WHERE id = $1

-- name: report_next_number
SELECT count(*) + 1 FROM report

-- name: report_insert
INSERT INTO report (id, number, campaign_id, body, hash, created_at, acknowledged_by, acknowledged_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0)

-- name: report_load
SELECT id, number, campaign_id, body, hash, created_at, acknowledged_by, acknowledged_at FROM report WHERE id = $1

-- name: report_list
SELECT id FROM report WHERE id < $1 ORDER BY id DESC LIMIT $2

-- name: report_acknowledge
UPDATE report SET acknowledged_by = $2, acknowledged_at = $3 WHERE id = $1 AND acknowledged_at = 0

-- name: report_by_carrier
SELECT carrier, state, count(*), sum(segments) FROM message WHERE batch_id = $1 GROUP BY carrier, state ORDER BY carrier, state

-- name: report_times
SELECT coalesce(min(CASE WHEN submitted_at > 0 THEN submitted_at END), 0), coalesce(max(submitted_at), 0), coalesce(max(state_at), 0), coalesce(sum(attempts), 0),
       coalesce(sum(CASE WHEN state IN (4, 5, 6, 7, 8) THEN segments ELSE 0 END), 0) FROM message WHERE batch_id = $1

-- name: report_inbound
SELECT kind, count(*) FROM inbound_message WHERE batch_id = $1 GROUP BY kind ORDER BY kind

-- The message with $3 others between it and $1: as far as one page looks. None when the batch ends before that.
-- name: message_list_bound
SELECT id FROM message WHERE id > $1 AND id <= $2 ORDER BY id LIMIT 1 OFFSET $3

-- By the primary key: the plus keeps the index by batch, whose order is another, out of it.
-- name: message_list
SELECT m.id, m.customer_id, m.state, m.reason, m.attempts, m.segments, m.carrier, m.submitted_at, m.state_at, c.number_sealed
FROM message m JOIN customer c ON c.id = m.customer_id
WHERE m.id > $1 AND m.id <= $2 AND +m.batch_id = $3 AND ($4 = 0 OR m.state = $4) AND ($5 < 0 OR m.reason = $5) ORDER BY m.id LIMIT $6

-- name: message_load
SELECT m.id, m.customer_id, m.state, m.reason, m.attempts, m.segments, m.carrier, m.submitted_at, m.state_at, c.number_sealed, m.batch_id, b.campaign_id
FROM message m JOIN customer c ON c.id = m.customer_id JOIN batch b ON b.id = m.batch_id WHERE m.id = $1

-- name: attempts_detail
SELECT id, number, segment, segments, outcome, stored_at, responded_at, response_status, carrier_message_id, receipt_at, receipt_state, receipt_code, channel_id, response_code
FROM attempt WHERE message_id = $1 ORDER BY id

-- name: batch_provider
SELECT c.provider FROM batch b JOIN channel c ON c.id = b.channel_id WHERE b.id = $1

-- name: reconcile_messages
SELECT m.id, m.state, c.number_sealed FROM message m JOIN customer c ON c.id = m.customer_id WHERE m.batch_id = $1 ORDER BY m.id

-- name: confirmed_customers
SELECT c.number_sealed FROM batch b JOIN message m ON m.batch_id = b.id JOIN customer c ON c.id = m.customer_id
WHERE b.origin = $1 AND m.state = $2

-- name: message_totals
SELECT state, sum(count) FROM batch_count GROUP BY state ORDER BY state

-- Every message of a batch once; by the range of its ids, not by the index of its customers.
-- name: effect_messages
SELECT m.state, m.segments, m.carrier, m.submitted_at, m.state_at, c.city FROM message m JOIN customer c ON c.id = m.customer_id
WHERE m.id >= $2 AND m.id <= $3 AND +m.batch_id = $1

-- name: effect_replies
SELECT kind, received_at FROM inbound_message WHERE batch_id = $1 ORDER BY received_at
