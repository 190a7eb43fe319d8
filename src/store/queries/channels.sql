-- Channels and the table of carriers' codes, as people set them; what the engine reads is in sending.sql.

-- name: channel_insert
INSERT INTO channel (id, name, provider, protocol, host, port, system_id, password_sealed, access_code, options, enabled, created_by, created_at, updated_at, version, peer_password_sealed,
                     requires_filed_signature)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, 1, $14, $15)

-- name: channel_load
SELECT id, name, provider, protocol, host, port, system_id, access_code, options, enabled, created_by, created_at, updated_at, version,
       requires_filed_signature
FROM channel WHERE id = $1

-- name: channel_list
SELECT id, name, provider, protocol, host, port, system_id, access_code, options, enabled, created_by, created_at, updated_at, version,
       requires_filed_signature
FROM channel WHERE id > $1 ORDER BY id LIMIT $2

-- name: channel_update
UPDATE channel SET name = $2, provider = $3, host = $4, port = $5, system_id = $6, access_code = $7, options = $8, updated_at = $9, requires_filed_signature = $11,
       version = version + 1
WHERE id = $1 AND version = $10

-- name: channel_set_password
UPDATE channel SET password_sealed = $2 WHERE id = $1

-- name: channel_set_peer_password
UPDATE channel SET peer_password_sealed = $2 WHERE id = $1

-- name: channel_set_enabled
UPDATE channel SET enabled = $2, updated_at = $3, version = version + 1 WHERE id = $1 AND version = $4

-- name: carrier_code_list
SELECT provider, carrier, stage, code, code_class, action, cause, remedy FROM carrier_code
WHERE ($1 = 1 OR provider = $2) AND (provider > $3 OR (provider = $3 AND (carrier > $4 OR (carrier = $4 AND (stage > $5 OR (stage = $5 AND code > $6))))))
ORDER BY provider, carrier, stage, code LIMIT $7

-- name: carrier_code_get
SELECT provider, carrier, stage, code, code_class, action, cause, remedy FROM carrier_code
WHERE provider = $1 AND carrier = $2 AND stage = $3 AND code = $4

-- name: carrier_code_put
INSERT INTO carrier_code (provider, carrier, stage, code, code_class, action, cause, remedy) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (provider, carrier, stage, code) DO UPDATE SET code_class = excluded.code_class, action = excluded.action, cause = excluded.cause, remedy = excluded.remedy

-- name: carrier_code_delete
DELETE FROM carrier_code WHERE provider = $1 AND carrier = $2 AND stage = $3 AND code = $4

-- The engine reads a channel anew when its version changes: so do its codes.
-- name: channel_touch_provider
UPDATE channel SET updated_at = $2, version = version + 1 WHERE $1 = '' OR provider = $1

-- History -------------------------------------------------------------------------------------------------------

-- name: channel_event_last
SELECT coalesce(max(number), 0) FROM channel_event WHERE channel_id = $1

-- name: channel_event_insert :rows(channel_id bigint, number bigint, at bigint, state bigint, detail text, sessions_bound bigint)
INSERT INTO channel_event (channel_id, number, at, state, detail, sessions_bound)
SELECT r.channel_id, r.number, r.at, r.state, r.detail, r.sessions_bound FROM :rows AS r

-- name: channel_event_purge
DELETE FROM channel_event WHERE channel_id = $1 AND number <= $2

-- name: channel_event_page
SELECT number, at, state, detail, sessions_bound FROM channel_event WHERE channel_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3

-- What a bind needs.
-- name: channel_to_bind
SELECT id, name, provider, host, port, system_id, password_sealed, access_code, options, protocol, peer_password_sealed FROM channel WHERE id = $1

-- Callbacks -----------------------------------------------------------------------------------------------------

-- A channel has one address: the former one is gone with it.
-- name: callback_token_put
INSERT INTO channel_callback (channel_id, token_hash, created_by, created_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (channel_id) DO UPDATE SET token_hash = excluded.token_hash, created_by = excluded.created_by, created_at = excluded.created_at

-- name: callback_by_token
SELECT b.token_hash, c.id, c.options FROM channel_callback b JOIN channel c ON c.id = b.channel_id WHERE b.token_hash = $1
