// How many messages the customer wants (policy 4.2.2): what holds, and recording what he says. The stricter of this and the
// company's rules wins.
import { Button, Flex, Form, Input, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { FrequencyRules } from '@/components/frequency_rules';
import { TimeText } from '@/components/marks';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { spanParts } from '@/components/span';
import { UserName } from '@/components/user_name';

type Preference = Schema<'CustomerPreference'>;
type Rule = Schema<'FrequencyRuleView'>;

const kMostRules = 8;

function useRuleText(): (rule: Rule) => string {
  const { t } = useTranslation(['customer_page', 'common']);
  const term = useTerm();
  return (rule) => {
    const { amount, unit } = spanParts(rule.span_seconds);
    return t('wish', {
      class: term('message_class', rule.message_class),
      maximum: rule.maximum,
      amount,
      unit: t(`common:span.counted.${unit}`, { count: amount }),
    });
  };
}

function PreferenceForm({ id, rules, onClose }: { id: string; rules: Rule[]; onClose: () => void }) {
  const { t } = useTranslation(['customer_page', 'common']);
  const state = useFormAction(
    (body: Schema<'StatePreference'>) =>
      api.PUT('/api/v1/customers/{customer_id}/preference', { params: { path: { customer_id: id } }, body }),
    { done: t('wish_recorded'), onDone: onClose },
  );
  return (
    <FormDialog
      action={state}
      width={680}
      title={t('wish_record')}
      initialValues={{ rules, reason: '' }}
      onClose={onClose}
    >
      <Typography.Paragraph type="secondary">{t('wish_hint')}</Typography.Paragraph>
      <Form.Item label={t('wish_rules')}>
        <FrequencyRules name="rules" byClass most={kMostRules} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('wish_reason')}
        rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
      >
        <Input maxLength={500} placeholder={t('wish_reason_hint')} />
      </Form.Item>
    </FormDialog>
  );
}

function Wish({ preference }: { preference: Preference }) {
  const { t } = useTranslation('customer_page');
  const text = useRuleText();
  const latest = preference.history[0];
  return (
    <Flex vertical gap={8}>
      <Flex wrap gap={8}>
        {preference.rules.length === 0
          ? t('wish_none')
          : preference.rules.map((rule) => (
              <Tag key={rule.message_class + rule.span_seconds} color="blue">
                {text(rule)}
              </Tag>
            ))}
      </Flex>
      {latest && (
        <Typography.Text type="secondary">
          {t('wish_last')} <TimeText value={latest.recorded_at} />{' '}
          {latest.operator_id && <UserName id={latest.operator_id} />} {latest.reason}
        </Typography.Text>
      )}
    </Flex>
  );
}

export function CustomerPreference({ id }: { id: string }) {
  const { t } = useTranslation('customer_page');
  const can = useCan();
  const [open, setOpen] = useState(false);
  const query = $api.useQuery('get', '/api/v1/customers/{customer_id}/preference', {
    params: { path: { customer_id: id } },
  });
  return (
    <Section
      title={t('wish_title')}
      extra={
        can('preference.write') &&
        query.data && (
          <Button size="small" onClick={() => setOpen(true)}>
            {t('wish_record')}
          </Button>
        )
      }
    >
      <QueryView query={query} rows={2}>
        {(preference) => <Wish preference={preference} />}
      </QueryView>
      {open && query.data && (
        <PreferenceForm id={id} rules={query.data.rules} onClose={() => setOpen(false)} />
      )}
    </Section>
  );
}
