-- Settings as people change them; the engine's statements are in sending.sql.

-- name: setting_version
SELECT version, updated_at FROM app_setting WHERE name = $1

-- Locked, so that two who change it at once take turns.
-- name: setting_version_take
SELECT version, updated_at FROM app_setting WHERE name = $1
-- name: setting_version_take :postgres
SELECT version, updated_at FROM app_setting WHERE name = $1 FOR UPDATE
