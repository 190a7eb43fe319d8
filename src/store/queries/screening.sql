-- Live versions under the rule packs of now, and the lists of the company.

-- Versions in review (states $3, $4, $5 of a content) or approved that a set of packs has not screened as what they are now.
-- name: rescreening_due
SELECT v.id, c.id, CASE WHEN c.approved_version_id <> 0 THEN 2 ELSE 1 END, v.message_class, v.purpose, v.signature, v.body, v.opt_out_text, v.variables
FROM content c JOIN content_version v ON v.id = CASE WHEN c.approved_version_id <> 0 THEN c.approved_version_id ELSE c.version_id END
WHERE (c.approved_version_id <> 0 OR c.state IN ($3, $4, $5))
  AND NOT EXISTS (SELECT 1 FROM content_rescreening r WHERE r.version_id = v.id AND r.pack_set = $1
                  AND r.live_as = CASE WHEN c.approved_version_id <> 0 THEN 2 ELSE 1 END)
ORDER BY c.id LIMIT $2

-- As what a version is live: 1 in review (states $2, $3, $4 of its content), 2 approved, 0 not any more.
-- name: rescreening_live_as
SELECT CASE WHEN c.approved_version_id = v.id THEN 2 WHEN c.version_id = v.id AND c.state IN ($2, $3, $4) THEN 1 ELSE 0 END
FROM content_version v JOIN content c ON c.id = v.content_id WHERE v.id = $1

-- name: rescreening_put
INSERT INTO content_rescreening (version_id, content_id, pack_set, live_as, state, verdict, findings, rule_packs, sectors, promotion, screened_at,
                                 opened_at, accepted, decided_by, decided_at, reason, dispositions)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '', 0, 0, '', '[]')
ON CONFLICT (version_id) DO UPDATE SET pack_set = excluded.pack_set, live_as = excluded.live_as, state = excluded.state, verdict = excluded.verdict,
  findings = excluded.findings, rule_packs = excluded.rule_packs, sectors = excluded.sectors, promotion = excluded.promotion,
  screened_at = excluded.screened_at, opened_at = excluded.opened_at

-- name: rescreening_load
SELECT r.version_id, r.content_id, c.name, v.number, r.state, r.pack_set, r.screened_at, r.verdict, r.findings, r.rule_packs, r.sectors, r.promotion,
       r.opened_at, r.accepted, r.decided_by, r.decided_at, r.reason, r.dispositions
FROM content_rescreening r JOIN content_version v ON v.id = r.version_id JOIN content c ON c.id = r.content_id WHERE r.version_id = $1

-- Of what is live: those that compliance is to decide on ($1 = 1), or all; the newest versions first.
-- name: rescreening_list
SELECT r.version_id, r.content_id, c.name, v.number, r.state, r.pack_set, r.screened_at, r.verdict, r.findings, r.rule_packs, r.sectors, r.promotion,
       r.opened_at, r.accepted, r.decided_by, r.decided_at, r.reason, r.dispositions
FROM content_rescreening r JOIN content_version v ON v.id = r.version_id JOIN content c ON c.id = r.content_id
WHERE c.approved_version_id = r.version_id AND ($1 = 0 OR r.opened_at <> 0) AND r.version_id < $2 ORDER BY r.version_id DESC LIMIT $3

-- name: rescreening_confirm
UPDATE content_rescreening SET state = $2, opened_at = 0, accepted = findings, decided_by = $3, decided_at = $4, reason = $5, dispositions = $6
WHERE version_id = $1

-- name: content_version_is_suspended
SELECT count(*) FROM content_rescreening WHERE version_id = $1 AND state = 3

-- Tests that passed with the version's text hold no longer.
-- name: tests_expire_of_version
UPDATE campaign_test SET expires_at = $2
WHERE state = $3 AND expires_at > $2 AND campaign_id IN (SELECT id FROM campaign WHERE content_version_id = $1)

-- How many live versions a set of packs has yet to screen; states as above.
-- name: rescreening_left
SELECT count(*) FROM content c
WHERE (c.approved_version_id <> 0 OR c.state IN ($2, $3, $4))
  AND NOT EXISTS (SELECT 1 FROM content_rescreening r WHERE r.version_id = CASE WHEN c.approved_version_id <> 0 THEN c.approved_version_id ELSE c.version_id END
                  AND r.pack_set = $1 AND r.live_as = CASE WHEN c.approved_version_id <> 0 THEN 2 ELSE 1 END)

-- The company's lists ----------------------------------------------------------------------------------------------

-- name: company_list_version
SELECT version FROM company_list WHERE id = 1

-- name: company_list_changed
UPDATE company_list SET version = version + 1 WHERE id = 1

-- name: allow_phrase_insert
INSERT INTO allow_phrase (id, phrase, rule_id, category, content_id, request, requested_by, requested_at, state, rules, expires_at, decided_by,
                          decided_at, reason, ended_by, ended_at, end_reason, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '[]', 0, 0, 0, '', 0, 0, '', 1)

-- name: allow_phrase_load
SELECT id, phrase, rule_id, category, content_id, request, requested_by, requested_at, state, rules, expires_at, decided_by, decided_at, reason,
       ended_by, ended_at, end_reason, version
FROM allow_phrase WHERE id = $1

-- name: allow_phrase_list
SELECT id, phrase, rule_id, category, content_id, request, requested_by, requested_at, state, rules, expires_at, decided_by, decided_at, reason,
       ended_by, ended_at, end_reason, version
FROM allow_phrase WHERE id < $1 AND ($2 = 0 OR state = $2) ORDER BY id DESC LIMIT $3

-- name: allow_phrase_count
SELECT count(*) FROM allow_phrase WHERE state = $1

-- name: allow_phrase_decided
UPDATE allow_phrase SET state = $2, rules = $3, expires_at = $4, decided_by = $5, decided_at = $6, reason = $7, version = version + 1
WHERE id = $1 AND version = $8

-- name: allow_phrase_ended
UPDATE allow_phrase SET state = $2, ended_by = $3, ended_at = $4, end_reason = $5, version = version + 1 WHERE id = $1 AND version = $6

-- name: allow_phrases_in_force
SELECT phrase, rules FROM allow_phrase WHERE state = 2 AND (expires_at = 0 OR expires_at > $1) ORDER BY id LIMIT $2

-- name: allow_phrases_due
SELECT id, version FROM allow_phrase WHERE state = 2 AND expires_at <> 0 AND expires_at <= $1 ORDER BY id LIMIT $2

-- name: brand_insert
INSERT INTO brand (id, name, ownership, aliases, note, created_by, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: brand_load
SELECT id, name, ownership, aliases, note, created_by, created_at, updated_by, updated_at, version FROM brand WHERE id = $1

-- name: brand_list
SELECT id, name, ownership, aliases, note, created_by, created_at, updated_by, updated_at, version FROM brand WHERE id < $1 AND ($2 = 0 OR ownership = $2) ORDER BY id DESC LIMIT $3

-- name: brand_count
SELECT count(*) FROM brand

-- Another one of a name.
-- name: brand_named
SELECT count(*) FROM brand WHERE name = $1 AND id <> $2

-- name: brand_save
UPDATE brand SET name = $2, ownership = $3, aliases = $4, note = $5, updated_by = $6, updated_at = $7, version = version + 1 WHERE id = $1 AND version = $8

-- name: brand_delete
DELETE FROM brand WHERE id = $1

-- name: brands_all
SELECT name, ownership, aliases FROM brand ORDER BY id LIMIT $1

-- Whether other rule packs have found worse in a campaign's text since.
-- name: rescreening_opened_since
SELECT count(*) FROM content_rescreening r JOIN campaign c ON c.content_version_id = r.version_id WHERE c.id = $1 AND r.opened_at >= $2
