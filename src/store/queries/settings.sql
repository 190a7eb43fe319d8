-- Settings as people change them; the engine's statements are in sending.sql.

-- name: setting_version
SELECT version, updated_at FROM app_setting WHERE name = $1

-- Locked, so that two who change it at once take turns.
-- name: setting_version_take
SELECT version, updated_at FROM app_setting WHERE name = $1
-- name: setting_version_take :postgres
SELECT version, updated_at FROM app_setting WHERE name = $1 FOR UPDATE

-- name: setting_version_insert
INSERT INTO setting_version (name, version, value, updated_by, updated_at) VALUES ($1, $2, $3, $4, $5)

-- What held at a time; none before the first change.
-- name: setting_version_at
SELECT value, version FROM setting_version WHERE name = $1 AND updated_at <= $2 ORDER BY version DESC LIMIT 1

-- name: setting_versions
SELECT version, value, updated_by, updated_at FROM setting_version WHERE name = $1 AND version < $2 ORDER BY version DESC LIMIT $3
