// The company's sending rules: how often, at what hours, when a campaign pauses by itself. Each change is audited.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Form, InputNumber, Select, TimePicker, Tooltip, Typography } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { useSubmit } from '@/components/form_faults';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { QueryView } from '@/components/query_view';
import { kUnits, spanOf, spanParts, type Unit } from './span';

type Settings = Schema<'SendingSettingsView'>;
type MessageClass = Schema<'MessageClass'>;

interface RuleValues {
  message_class: MessageClass;
  maximum: number;
  amount: number;
  unit: Unit;
}

interface Values {
  rules: RuleValues[];
  window: [Dayjs, Dayjs];
  overdue: { amount: number; unit: Unit };
  test: { amount: number; unit: Unit };
  pause_percent: number;
  pause_minimum: number;
}

const kClasses: MessageClass[] = ['verification', 'notification', 'marketing', 'public_service'];

const atMinute = (minute: number) => dayjs().startOf('day').add(minute, 'minute');
const minuteOf = (time: Dayjs, end: boolean) => {
  const minute = time.hour() * 60 + time.minute();
  // Midnight as an end is the end of the day.
  return end && minute === 0 ? 1440 : minute;
};

function valuesOf(settings: Settings): Values {
  return {
    rules: settings.frequency.map((rule) => ({
      message_class: rule.message_class,
      maximum: rule.maximum,
      ...spanParts(rule.span_seconds),
    })),
    window: [
      atMinute(settings.marketing_window.start_minute),
      atMinute(settings.marketing_window.end_minute % 1440),
    ],
    overdue: spanParts(settings.receipt_overdue_seconds),
    test: spanParts(settings.test_expiry_seconds),
    pause_percent: settings.failure_pause_percent,
    pause_minimum: settings.failure_pause_minimum,
  };
}

function changeOf(values: Values): Schema<'ChangeSendingSettings'> {
  return {
    frequency: values.rules.map((rule) => ({
      message_class: rule.message_class,
      maximum: rule.maximum,
      span_seconds: spanOf(rule.amount, rule.unit),
    })),
    marketing_window: {
      start_minute: minuteOf(values.window[0], false),
      end_minute: minuteOf(values.window[1], true),
    },
    receipt_overdue_seconds: spanOf(values.overdue.amount, values.overdue.unit),
    test_expiry_seconds: spanOf(values.test.amount, values.test.unit),
    failure_pause_percent: values.pause_percent,
    failure_pause_minimum: values.pause_minimum,
  };
}

function SpanFields({ path }: { path: (string | number)[] }) {
  const { t } = useTranslation('settings');
  return (
    <>
      <Form.Item name={[...path, 'amount']} noStyle rules={[{ required: true }]}>
        <InputNumber aria-label={t('amount')} min={1} max={31_622_400} precision={0} style={{ width: 90 }} />
      </Form.Item>
      <Form.Item name={[...path, 'unit']} noStyle>
        <Select
          aria-label={t('unit')}
          style={{ width: 140 }}
          options={kUnits.map((value) => ({ value, label: t(`units.${value}`) }))}
        />
      </Form.Item>
    </>
  );
}

function SpanItem({ name, label, extra }: { name: string; label: string; extra?: string }) {
  return (
    <Form.Item label={label} extra={extra}>
      <Flex gap={8}>
        <SpanFields path={[name]} />
      </Flex>
    </Form.Item>
  );
}

function FrequencyRules({ disabled }: { disabled: boolean }) {
  const { t } = useTranslation(['settings', 'common']);
  const term = useTerm();
  return (
    <Form.List name="rules">
      {(fields, { add, remove }) => (
        <Flex vertical gap={4}>
          {fields.map((field) => (
            <Flex key={field.key} gap={8} wrap align="center">
              <Form.Item name={[field.name, 'message_class']} noStyle>
                <Select
                  aria-label={t('class')}
                  style={{ width: 130 }}
                  options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
                />
              </Form.Item>
              <span>{t('at_most')}</span>
              <Form.Item name={[field.name, 'maximum']} noStyle rules={[{ required: true }]}>
                <InputNumber
                  aria-label={t('maximum')}
                  min={1}
                  max={1000}
                  precision={0}
                  style={{ width: 90 }}
                />
              </Form.Item>
              <span>{t('within')}</span>
              <SpanFields path={[field.name]} />
              {!disabled && (
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t('common:action.remove')}
                  onClick={() => remove(field.name)}
                />
              )}
            </Flex>
          ))}
          {!disabled && (
            <Button
              type="dashed"
              icon={<PlusOutlined />}
              style={{ width: 'fit-content' }}
              onClick={() => add({ message_class: 'marketing', maximum: 1, amount: 1, unit: 'day' })}
            >
              {t('add_rule')}
            </Button>
          )}
        </Flex>
      )}
    </Form.List>
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
      <Flex vertical gap={16} style={{ maxWidth: 860 }}>
        <Card title={t('frequency')}>
          <Typography.Paragraph type="secondary">{t('frequency_text')}</Typography.Paragraph>
          <FrequencyRules disabled={disabled} />
        </Card>
        <Card title={t('window')}>
          <Typography.Paragraph type="secondary">{t('window_text')}</Typography.Paragraph>
          <Form.Item name="window" noStyle>
            <TimePicker.RangePicker
              aria-label={t('window')}
              format="HH:mm"
              minuteStep={5}
              order={false}
              allowClear={false}
            />
          </Form.Item>
        </Card>
        <Card title={t('safety')}>
          <Flex gap={24} wrap>
            <Form.Item name="pause_percent" label={t('pause_percent')} extra={t('pause_percent_text')}>
              <InputNumber min={1} max={100} precision={0} suffix="%" />
            </Form.Item>
            <Form.Item name="pause_minimum" label={t('pause_minimum')} extra={t('pause_minimum_text')}>
              <InputNumber min={1} max={1_000_000} precision={0} />
            </Form.Item>
            <SpanItem name="test" label={t('test_expiry')} />
            <SpanItem name="overdue" label={t('overdue')} extra={t('overdue_text')} />
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
        {(settings) => <SettingsForm key={settings.version} settings={settings} />}
      </QueryView>
    </Page>
  );
}
