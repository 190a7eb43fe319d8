-- Routes, and what carriers' codes led to: retry rules, what is known of numbers, frozen texts. Signatures are in signatures.sql.

-- name: route_insert
INSERT INTO route (id, name, created_by, created_at, updated_at, version) VALUES ($1, $2, $3, $4, $4, 1)

-- name: route_update
UPDATE route SET name = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND version = $4

-- name: route_load
SELECT id, name, created_by, created_at, updated_at, version FROM route WHERE id = $1

-- name: route_list
SELECT id, name, created_by, created_at, updated_at, version FROM route WHERE id > $1 ORDER BY id LIMIT $2

-- name: route_channels
SELECT channel_id, carriers, message_classes, cost, weight, tier, enabled FROM route_channel WHERE route_id = $1 ORDER BY tier, channel_id

-- name: route_channels_all
SELECT route_id, channel_id, carriers, message_classes, cost, weight, tier, enabled FROM route_channel ORDER BY route_id, tier, channel_id

-- name: route_channels_delete
DELETE FROM route_channel WHERE route_id = $1

-- name: route_delete
DELETE FROM route WHERE id = $1 AND version = $2

-- name: route_channel_insert :rows(route_id bigint, channel_id bigint, carriers bigint, message_classes bigint, cost bigint, weight bigint, tier bigint, enabled bigint)
INSERT INTO route_channel (route_id, channel_id, carriers, message_classes, cost, weight, tier, enabled)
SELECT r.route_id, r.channel_id, r.carriers, r.message_classes, r.cost, r.weight, r.tier, r.enabled FROM :rows AS r

-- Batches that may still send by the route.
-- name: route_in_use
SELECT count(*) FROM batch WHERE route_id = $1 AND state IN (1, 2, 3)

-- Accounts of applications whose messages go by it.
-- name: route_applications
SELECT count(*) FROM application WHERE route_id = $1

-- name: batch_set_route
UPDATE batch SET route_id = $2 WHERE id = $1

-- name: batch_retry_terms
SELECT m.carrier, b.message_class, b.route_id, b.content_version_id FROM message m JOIN batch b ON b.id = m.batch_id WHERE m.id = $1

-- Spreading -----------------------------------------------------------------------------------------------------

-- Messages of a batch with a route that no channel has been chosen for.
-- name: outbox_unassigned
SELECT m.id, m.carrier, m.customer_id, m.attempts, c.zone, m.state, m.reason
FROM outbox o JOIN message m ON m.id = o.message_id JOIN customer c ON c.id = m.customer_id
WHERE o.batch_id = $1 AND o.channel_id = 0 ORDER BY o.message_id LIMIT $2

-- name: outbox_assign :rows(batch_id bigint, message_id bigint, channel_id bigint)
UPDATE outbox SET channel_id = r.channel_id FROM :rows AS r WHERE outbox.batch_id = r.batch_id AND outbox.channel_id = 0 AND outbox.message_id = r.message_id
-- name: outbox_assign :sqlite
UPDATE outbox SET channel_id = $3 WHERE batch_id = $1 AND channel_id = 0 AND message_id = $2

-- name: outbox_unassign
UPDATE outbox SET channel_id = 0 WHERE batch_id = $1 AND channel_id <> 0 AND message_id IN
  (SELECT o.message_id FROM outbox o WHERE o.batch_id = $1 AND o.channel_id <> 0 LIMIT $2)

-- name: outbox_rows
SELECT count(*) FROM (SELECT 1 FROM outbox WHERE batch_id = $1 LIMIT $2) AS t

-- name: refused_by :rows(message_id bigint)
SELECT DISTINCT r.ord, a.channel_id FROM :rows AS r JOIN attempt a ON a.message_id = r.message_id WHERE a.outcome = 3

-- Retry ---------------------------------------------------------------------------------------------------------

-- name: retry_rules
SELECT message_class, action, times, pause_seconds FROM retry_rule ORDER BY message_class, action

-- name: retry_rule_put
INSERT INTO retry_rule (message_class, action, times, pause_seconds) VALUES ($1, $2, $3, $4)
ON CONFLICT (message_class, action) DO UPDATE SET times = excluded.times, pause_seconds = excluded.pause_seconds

-- name: number_quality_some
SELECT count(*) FROM (SELECT 1 FROM number_quality LIMIT 1) AS t

-- name: number_quality_get
SELECT q.failures, q.message_id, q.code_class, q.failed_at, q.barred_until FROM number_quality q WHERE q.number_index = $1

-- name: number_quality_of_customer
SELECT q.failures, q.message_id, q.code_class, q.failed_at, q.barred_until
FROM customer c JOIN number_quality q ON q.number_index = c.number_index WHERE c.id = $1

-- name: number_quality_put
INSERT INTO number_quality (number_index, failures, message_id, code_class, failed_at, barred_until) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (number_index) DO UPDATE SET failures = excluded.failures, message_id = excluded.message_id, code_class = excluded.code_class,
  failed_at = excluded.failed_at, barred_until = excluded.barred_until

-- name: number_quality_delivered :rows(message_id bigint)
DELETE FROM number_quality WHERE number_index IN
  (SELECT c.number_index FROM :rows AS r JOIN message m ON m.id = r.message_id JOIN customer c ON c.id = m.customer_id)
-- name: number_quality_delivered :sqlite
DELETE FROM number_quality WHERE number_index = (SELECT c.number_index FROM message m JOIN customer c ON c.id = m.customer_id WHERE m.id = $1)

-- name: number_quality_lift
DELETE FROM number_quality WHERE number_index = (SELECT c.number_index FROM customer c WHERE c.id = $1)

-- name: number_quality_barred :rows(customer_id bigint, now bigint)
SELECT r.ord, q.code_class FROM :rows AS r JOIN customer c ON c.id = r.customer_id JOIN number_quality q ON q.number_index = c.number_index
WHERE q.barred_until > r.now

-- name: customer_clear_carrier
UPDATE customer SET carrier = 0 WHERE id = (SELECT m.customer_id FROM message m WHERE m.id = $1)

-- name: message_clear_carrier
UPDATE message SET carrier = 0 WHERE id = $1

-- Frozen --------------------------------------------------------------------------------------------------------

-- name: content_version_freeze
INSERT INTO content_freeze (version_id, code, frozen_at) VALUES ($1, $3, $2) ON CONFLICT (version_id) DO NOTHING

-- name: content_version_release
DELETE FROM content_freeze WHERE version_id = $1

-- name: content_version_is_frozen
SELECT count(*) FROM content_freeze WHERE version_id = $1

-- name: frozen_versions
SELECT v.id, v.content_id, c.name, v.number, f.code, f.frozen_at
FROM content_freeze f JOIN content_version v ON v.id = f.version_id JOIN content c ON c.id = v.content_id
ORDER BY f.frozen_at DESC LIMIT $1

-- name: running_batches_of_version
SELECT id FROM batch WHERE content_version_id = $1 AND state = $2

-- name: signature_of_version
SELECT signature FROM content_version WHERE id = $1

-- name: batches_unfreeze
UPDATE batch SET state = $2, state_reason = '' WHERE content_version_id = $1 AND state = $3 AND origin = $4 AND state_reason = $5

-- name: customer_known
SELECT 1 FROM customer WHERE id = $1
