-- Users, sessions, API keys.

-- name: user_by_login
SELECT id, login, display_name, roles, password_hash, must_change_password, disabled, failed_logins, locked_until, last_login_at, created_at, updated_at, version
FROM user_account WHERE login = $1

-- name: user_by_id
SELECT id, login, display_name, roles, password_hash, must_change_password, disabled, failed_logins, locked_until, last_login_at, created_at, updated_at, version
FROM user_account WHERE id = $1

-- The same for one who is about to change it.
-- name: user_take
SELECT id, login, display_name, roles, password_hash, must_change_password, disabled, failed_logins, locked_until, last_login_at, created_at, updated_at, version
FROM user_account WHERE id = $1
-- name: user_take :postgres
SELECT id, login, display_name, roles, password_hash, must_change_password, disabled, failed_logins, locked_until, last_login_at, created_at, updated_at, version
FROM user_account WHERE id = $1 FOR UPDATE

-- name: user_list
SELECT id, login, display_name, roles, password_hash, must_change_password, disabled, failed_logins, locked_until, last_login_at, created_at, updated_at, version
FROM user_account WHERE id > $1 ORDER BY id LIMIT $2

-- name: user_any
SELECT count(*) FROM (SELECT 1 FROM user_account LIMIT 1) AS t

-- name: user_insert
INSERT INTO user_account (id, login, display_name, roles, password_hash, must_change_password, disabled, failed_logins, locked_until, last_login_at, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, 1, 0, 0, 0, 0, $6, $6, 1)

-- name: user_update
UPDATE user_account SET display_name = $2, roles = $3, disabled = $4, updated_at = $5, version = version + 1 WHERE id = $1

-- name: user_rename
UPDATE user_account SET display_name = $2, updated_at = $3, version = version + 1 WHERE id = $1

-- name: user_set_password
UPDATE user_account SET password_hash = $2, must_change_password = $3, failed_logins = 0, locked_until = 0, updated_at = $4, version = version + 1 WHERE id = $1

-- name: user_login_failed
UPDATE user_account SET failed_logins = $2, locked_until = $3 WHERE id = $1

-- name: user_login_succeeded
UPDATE user_account SET failed_logins = 0, locked_until = 0, last_login_at = $2, password_hash = $3 WHERE id = $1

-- Locked, so that two who demote each other at once take turns.
-- name: administrators_take
SELECT id FROM user_account WHERE disabled = 0 AND (roles & $1) <> 0 ORDER BY id
-- name: administrators_take :postgres
SELECT id FROM user_account WHERE disabled = 0 AND (roles & $1) <> 0 ORDER BY id FOR UPDATE

-- name: session_insert
INSERT INTO user_session (token_hash, user_id, csrf_token, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5)

-- name: session_find
SELECT s.user_id, s.csrf_token, s.created_at, s.last_seen_at, s.expires_at, u.login, u.display_name, u.roles, u.must_change_password, u.disabled
FROM user_session s JOIN user_account u ON u.id = s.user_id WHERE s.token_hash = $1

-- name: session_touch
UPDATE user_session SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2

-- Those of a user that still live.
-- name: session_list
SELECT token_hash, created_at, last_seen_at, expires_at FROM user_session
WHERE user_id = $1 AND expires_at > $2 AND last_seen_at > $3 ORDER BY created_at DESC, token_hash LIMIT $4

-- name: session_delete
DELETE FROM user_session WHERE token_hash = $1

-- name: session_delete_user
DELETE FROM user_session WHERE user_id = $1

-- All but the newest $2 of a user.
-- name: session_delete_oldest
DELETE FROM user_session WHERE token_hash IN
  (SELECT token_hash FROM user_session WHERE user_id = $1 ORDER BY created_at DESC, token_hash LIMIT 1000 OFFSET $2)

-- name: session_purge
DELETE FROM user_session WHERE expires_at <= $1 OR last_seen_at <= $2

-- name: api_key_insert
INSERT INTO api_key (id, name, token_hash, roles, created_by, created_at, expires_at, revoked_at, last_used_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)

-- name: api_key_by_name
SELECT id FROM api_key WHERE name = $1

-- name: api_key_list
SELECT id, name, roles, created_by, created_at, expires_at, revoked_at, last_used_at FROM api_key WHERE id > $1 ORDER BY id LIMIT $2

-- name: api_key_get
SELECT id, name, roles, created_by, created_at, expires_at, revoked_at, last_used_at FROM api_key WHERE id = $1

-- name: api_key_by_token
SELECT id, name, roles, created_by, created_at, expires_at, revoked_at, last_used_at FROM api_key WHERE token_hash = $1

-- name: api_key_revoke
UPDATE api_key SET revoked_at = $2 WHERE id = $1 AND revoked_at = 0

-- name: api_key_touch
UPDATE api_key SET last_used_at = $2 WHERE id = $1 AND last_used_at < $2

-- Everybody, people (1) and programs (2), after the one of id $1 and kind $2.
-- name: directory
SELECT id, 1 AS kind, display_name, roles FROM user_account WHERE id > $1
UNION ALL SELECT id, 2 AS kind, name, roles FROM api_key WHERE id > $1 OR (id = $1 AND $2 = 1)
ORDER BY id, kind LIMIT $3
