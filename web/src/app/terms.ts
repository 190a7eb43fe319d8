// The field's words in the person's language: `term('message_state', 'delivered')`. An unknown one is shown
// as the server wrote it.
import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';

export type Terms =
  | 'approval'
  | 'batch_origin'
  | 'channel_protocol'
  | 'channel_health'
  | 'channel_tls'
  | 'channel_use'
  | 'health_reason'
  | 'health_status'
  | 'lane'
  | 'number_bar'
  | 'policy_state'
  | 'test_bind'
  | 'attempt_outcome'
  | 'audit_actor'
  | 'bind_mode'
  | 'campaign_state'
  | 'carrier'
  | 'category'
  | 'check_point'
  | 'code_action'
  | 'code_class'
  | 'code_stage'
  | 'consent_kind'
  | 'consent_source'
  | 'consent_task_state'
  | 'content_state'
  | 'encoding'
  | 'error'
  | 'frequency_source'
  | 'gate'
  | 'gate_answer'
  | 'import_state'
  | 'import_field'
  | 'inbound_kind'
  | 'link_state'
  | 'message_class'
  | 'message_id_form'
  | 'message_state'
  | 'permission'
  | 'reason'
  | 'rule_part'
  | 'weekday'
  | 'review_decision'
  | 'review_kind'
  | 'role'
  | 'written_by_server'
  | 'severity'
  | 'task_kind'
  | 'test_state'
  | 'verdict';

export function useTerm(): (list: Terms, name: string | null | undefined) => string {
  const { t } = useTranslation('terms');
  return useCallback((list, name) => (name ? t(`${list}.${name}`, { defaultValue: name }) : '—'), [t]);
}
