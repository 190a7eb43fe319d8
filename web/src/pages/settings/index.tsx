// The company's sending rules: how often, at what hours, how long messages stay good, when a campaign must be announced and
// when it pauses by itself. Each change is audited, and every version kept.
import { Button, Card, Flex, Form, InputNumber, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { useSubmit } from '@/components/form_faults';
import { FrequencyRules } from '@/components/frequency_rules';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { QueryView } from '@/components/query_view';
import { SpanInput } from '@/components/span_input';
import { Versions } from './versions';
import { Holidays } from './holidays';
import { ReviewTarget } from './review_target';
import { changeOf, type Values, valuesOf } from './values';
import { Windows } from './windows';

type Settings = Schema<'SendingSettingsView'>;

const kClasses: Schema<'MessageClass'>[] = ['verification', 'notification', 'marketing', 'public_service'];

function Rules({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation('settings');
  const term = useTerm();
  return (
    <>
      <Card title={t('frequency')}>
        <Typography.Paragraph type="secondary">{t('frequency_text')}</Typography.Paragraph>
        <FrequencyRules name="frequency" byClass disabled={disabled} />
      </Card>
      <Card title={t('windows')}>
        <Typography.Paragraph type="secondary">{t('windows_text')}</Typography.Paragraph>
        <Windows disabled={disabled} />
      </Card>
      <Card title={t('holidays')}>
        <Typography.Paragraph type="secondary">{t('holidays_text')}</Typography.Paragraph>
        <Holidays disabled={disabled} />
      </Card>
      <Card title={t('validity')}>
        <Typography.Paragraph type="secondary">{t('validity_text')}</Typography.Paragraph>
        <Flex gap={24} wrap>
          {kClasses.map((name) => (
            <Form.Item
              key={name}
              name={`${name}_seconds`}
              label={term('message_class', name)}
              rules={[{ required: true }]}
            >
              <SpanInput disabled={disabled} />
            </Form.Item>
          ))}
        </Flex>
      </Card>
      <Card title={t('notice')}>
        <Form.Item name="notice_threshold" label={t('notice_threshold')} extra={t('notice_text')}>
          <InputNumber min={0} max={1_000_000_000} precision={0} style={{ width: 160 }} />
        </Form.Item>
      </Card>
    </>
  );
}

function SettingsForm({ settings }: { settings: Settings }) {
  const { t } = useTranslation(['settings', 'common']);
  const can = useCan();
  const disabled = !can('setting.write');
  const [form] = Form.useForm<Values>();
  const save = useAction(
    (values: Values) =>
      api.PATCH('/api/v1/settings/sending', {
        params: { header: ifMatch(settings.version) },
        body: changeOf(values),
      }),
    { done: t('common:state.saved') },
  );
  const { problem, submit } = useSubmit(form, (values) => save.runAsync(values));
  const button = (
    <Button type="primary" htmlType="submit" loading={save.busy} disabled={disabled}>
      {t('common:action.save')}
    </Button>
  );
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={disabled}
      initialValues={valuesOf(settings)}
      onFinish={() => void submit()}
    >
      <Flex vertical gap={16} style={{ maxWidth: 980 }}>
        <Rules disabled={disabled} />
        <Card title={t('safety')}>
          <Flex gap={24} wrap>
            <Form.Item
              name="failure_pause_percent"
              label={t('pause_percent')}
              extra={t('pause_percent_text')}
            >
              <InputNumber min={1} max={100} precision={0} suffix="%" />
            </Form.Item>
            <Form.Item
              name="failure_pause_minimum"
              label={t('pause_minimum')}
              extra={t('pause_minimum_text')}
            >
              <InputNumber min={1} max={1_000_000} precision={0} />
            </Form.Item>
            <Form.Item
              name="filing_warning_days"
              label={t('filing_warning')}
              extra={t('filing_warning_text')}
              rules={[{ required: true }]}
            >
              <InputNumber min={0} max={365} precision={0} />
            </Form.Item>
            <Form.Item name="test_expiry_seconds" label={t('test_expiry')} rules={[{ required: true }]}>
              <SpanInput disabled={disabled} />
            </Form.Item>
            <Form.Item
              name="schedule_grace_seconds"
              label={t('schedule_grace')}
              extra={t('schedule_grace_text')}
              rules={[{ required: true }]}
            >
              <SpanInput disabled={disabled} />
            </Form.Item>
            <Form.Item
              name="receipt_overdue_seconds"
              label={t('overdue')}
              extra={t('overdue_text')}
              rules={[{ required: true }]}
            >
              <SpanInput disabled={disabled} />
            </Form.Item>
          </Flex>
        </Card>
        {problem !== undefined && <ProblemAlert error={problem} />}
        <Flex gap={12} align="center" wrap>
          {disabled ? <Tooltip title={t('read_only')}>{button}</Tooltip> : button}
          <Typography.Text type="secondary">
            {settings.updated_at ? (
              <>
                {t('changed_at')} <TimeText value={settings.updated_at} />
              </>
            ) : (
              t('defaults')
            )}
          </Typography.Text>
        </Flex>
      </Flex>
    </Form>
  );
}

export default function SettingsPage() {
  const { t } = useTranslation('settings');
  const query = $api.useQuery('get', '/api/v1/settings/sending');
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <QueryView query={query}>
        {(settings) => (
          <>
            <SettingsForm key={settings.version} settings={settings} />
            <ReviewTarget />
            <Versions version={settings.version} />
          </>
        )}
      </QueryView>
    </Page>
  );
}
