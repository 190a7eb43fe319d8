-- The live figures of the policy map; each a number unless it says otherwise.

-- Deeds of the audit log by action.
-- name: policy_deeds
SELECT action, count(*) FROM audit_log GROUP BY action ORDER BY action

-- name: policy_campaigns
SELECT count(*) FROM campaign

-- name: policy_campaigns_handed_over
SELECT count(*) FROM campaign WHERE handed_over_at <> 0

-- name: policy_campaigns_started
SELECT count(*) FROM campaign WHERE started_at <> 0

-- name: policy_decisions
SELECT count(*) FROM content_review WHERE decision = $1

-- name: policy_contents_in
SELECT count(*) FROM content WHERE state = $1

-- From submission to decision: microseconds of all together, and how many.
-- name: policy_review_wait
SELECT CAST(coalesce(sum(d.reviewed_at - s.reviewed_at), 0) AS BIGINT), count(*)
FROM content_review d JOIN content_review s ON s.content_id = d.content_id AND s.round = d.round AND s.kind = 2 WHERE d.kind IN (3, 5) AND d.decision <> 6

-- name: policy_qualifications
SELECT count(*) FROM qualification WHERE revoked_at = 0 AND valid_from <= $1 AND (valid_until = 0 OR valid_until > $1)

-- name: policy_consents
SELECT count(*) FROM consent_state WHERE kind = 1 AND purpose <> $1

-- name: policy_privacy_authorisations
SELECT count(*) FROM consent_state WHERE kind = 1 AND purpose = $1

-- name: policy_consents_by_operators
SELECT count(*) FROM consent_event WHERE source = 2

-- name: policy_opt_outs_by_reply
SELECT count(*) FROM inbound_message WHERE kind = 2

-- name: policy_suppressions
SELECT count(*) FROM suppression

-- name: policy_evidence_files
SELECT count(*) FROM evidence

-- name: policy_imports_finished
SELECT count(*) FROM import_job WHERE state = 2

-- name: policy_import_rows_refused
SELECT CAST(coalesce(sum(rows_refused), 0) AS BIGINT) FROM import_job

-- name: policy_tests
SELECT count(*) FROM campaign_test WHERE state = $1

-- name: policy_reports
SELECT count(*) FROM report

-- name: policy_reports_acknowledged
SELECT count(*) FROM report WHERE acknowledged_at <> 0

-- name: policy_channels_enabled
SELECT count(*) FROM channel WHERE enabled = 1

-- name: policy_accounts_locked
SELECT count(*) FROM user_account WHERE locked_until > $1

-- name: policy_api_keys_valid
SELECT count(*) FROM api_key WHERE revoked_at = 0 AND (expires_at = 0 OR expires_at > $1)

-- name: policy_users_with
SELECT count(*) FROM user_account WHERE disabled = 0 AND (roles & $1) <> 0
