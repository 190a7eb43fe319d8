// One setting of a channel as a field of its form: its kind, its limits, and what the protocol calls it.
import { Button, Flex, Form, Input, InputNumber, Radio, Select, Switch } from 'antd';
import type { Rule } from 'antd/es/form';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { MinuteSelect } from '@/components/minute_select';
import { kExamples, parseDescription } from './description';
import { kProtocolTraits, pathOf, type Protocol, type SettingName } from './protocols';

const kNumbers: Partial<Record<SettingName, [number, number]>> = {
  sessions: [1, 16],
  window: [1, 1024],
  segments_per_second: [0, 1_000_000],
  verification_share: [1, 100],
  notification_share: [1, 100],
  marketing_share: [1, 100],
  receipt_query_seconds: [0, 2_592_000],
  throttle_pause_ms: [10, 60_000],
  failover_after_ms: [100, 3_600_000],
  failover_error_percent: [0, 100],
  response_timeout_ms: [100, 600_000],
  enquire_link_ms: [100, 600_000],
  reconnect_min_ms: [10, 600_000],
  reconnect_max_ms: [10, 3_600_000],
  // Twelve bytes of sequence begin with the node, which is never 0.
  sgip_node: [1, 4_294_967_295],
  listen_port: [0, 65_535],
};

const kTextLengths: Partial<Record<SettingName, number>> = { local_address: 45, listen_address: 45 };
const kCaCharacters = 65_536;
const kTlsKinds = ['off', 'verified', 'unverified'];

function useChoices(): (name: SettingName) => { value: string; label: string }[] | undefined {
  const term = useTerm();
  const kForms = [
    'verbatim',
    'decimal',
    'hexadecimal',
    'submit_hex_receipt_decimal',
    'submit_decimal_receipt_hex',
  ];
  return (name) => {
    const of = (list: Parameters<typeof term>[0], values: string[]) =>
      values.map((value) => ({ value, label: term(list, value) }));
    switch (name) {
      case 'bind_mode':
        return of('bind_mode', ['transceiver', 'transmitter_and_receiver']);
      case 'message_id_form':
        return of('message_id_form', kForms);
      case 'default_alphabet':
        return of('encoding', ['gsm7', 'latin1', 'ascii']);
      default:
        return undefined;
    }
  };
}

interface Props {
  protocol: Protocol;
  name: SettingName;
  /** A password that is kept when nothing is entered. */
  isKept?: boolean;
  required?: boolean;
}

function useInput({ protocol, name }: Props): ReactNode {
  const choices = useChoices()(name);
  const term = useTerm();
  const most = kProtocolTraits[protocol].settings[name]?.most ?? kTextLengths[name];
  const range = kNumbers[name];
  if (choices) return <Select options={choices} />;
  if (range) return <InputNumber min={range[0]} max={range[1]} precision={0} style={{ width: '100%' }} />;
  switch (name) {
    case 'password':
    case 'peer_password':
      return <Input.Password maxLength={most} autoComplete="new-password" visibilityToggle={false} />;
    case 'gsm7_packed':
      return <Switch />;
    case 'tls':
      return (
        <Radio.Group
          vertical
          options={(protocol === 'http' ? kTlsKinds.slice(1) : kTlsKinds).map((value) => ({
            value,
            label: term('channel_tls', value),
          }))}
        />
      );
    case 'tls_ca_pem':
      return (
        <Input.TextArea
          className="mono"
          rows={5}
          maxLength={kCaCharacters}
          spellCheck={false}
          placeholder="-----BEGIN CERTIFICATE-----"
        />
      );
    case 'http':
      return <Input.TextArea className="mono" rows={16} spellCheck={false} autoComplete="off" />;
    case 'window_start_minute':
      return <MinuteSelect maximum={1439} />;
    case 'window_end_minute':
      return <MinuteSelect minimum={1} />;
    default:
      return <Input className="mono" maxLength={most} autoComplete="off" />;
  }
}

/** Its name in the protocol, how long it may be, and what else is worth knowing. */
function useHint({ protocol, name, isKept }: Props): ReactNode {
  const { t } = useTranslation('channels');
  const { wire, most, empty } = kProtocolTraits[protocol].settings[name] ?? {};
  const parts: ReactNode[] = [];
  if (wire) parts.push(<span className="mono">{wire}</span>);
  // A fee type has one length, which its rule says.
  if (most !== undefined && name !== 'fee_type')
    parts.push(t(`at_most.${name === 'access_code' ? 'digits' : 'characters'}`, { most }));
  const key = isKept ? 'hint.kept' : `hint.${name}`;
  const said = t(key, { empty, defaultValue: '' });
  if (said) parts.push(said);
  return parts.length === 0
    ? undefined
    : parts.map((part, index) => (
        <span key={index}>
          {index > 0 && ' · '}
          {part}
        </span>
      ));
}

function descriptionRule(t: TFunction<'channels'>, required: string): Rule {
  return {
    validator: (_, text: string | undefined) => {
      if (!text?.trim()) return Promise.reject(new Error(required));
      try {
        return parseDescription(text) ? Promise.resolve() : Promise.reject(new Error(t('rule.no_object')));
      } catch (error) {
        return Promise.reject(new Error(t('rule.no_json', { why: (error as Error).message })));
      }
    },
  };
}

function useRules({ protocol, name, required }: Props): Rule[] {
  const { t } = useTranslation('channels');
  const { t: common } = useTranslation();
  const most = kProtocolTraits[protocol].settings[name]?.most;
  const rules: Rule[] = [];
  if (required || name in kNumbers) rules.push({ required: true, message: common('state.required') });
  // A value may be longer than its input lets in: it was entered for another protocol.
  if (most !== undefined) rules.push({ max: most, message: t('at_most.characters', { most }) });
  if (name === 'fee_type')
    rules.push({ pattern: new RegExp(`^\\d{${most}}$`), message: t('rule.fee_type', { most }) });
  if (name === 'http') rules.push(descriptionRule(t, common('state.required')));
  if (name === 'window_end_minute')
    rules.push(({ getFieldValue }) => ({
      validator: (_, value: number) =>
        value > getFieldValue(pathOf('window_start_minute'))
          ? Promise.resolve()
          : Promise.reject(new Error(t('rule.hours_order'))),
    }));
  if (name === 'reconnect_max_ms')
    rules.push(({ getFieldValue }) => ({
      validator: (_, value: number) =>
        value >= getFieldValue(pathOf('reconnect_min_ms'))
          ? Promise.resolve()
          : Promise.reject(new Error(t('rule.reconnect_order'))),
    }));
  return rules;
}

const kDependsOn: Partial<Record<SettingName, SettingName>> = {
  window_end_minute: 'window_start_minute',
  reconnect_max_ms: 'reconnect_min_ms',
};

const kPlace: Partial<Record<SettingName, string>> = {
  http: 'field-wide',
  tls: 'field-wide',
  tls_ca_pem: 'field-wide',
  window_start_minute: 'field-first',
};

/** Begins the description with a whole one; one that is there already is never overwritten. */
function Examples() {
  const { t } = useTranslation('channels');
  const form = Form.useFormInstance();
  const text = Form.useWatch(pathOf('http'), form) as string | undefined;
  return (
    <Flex gap={8} wrap align="center" className="field-wide" style={{ marginBlockEnd: 12 }}>
      {Object.entries(kExamples).map(([name, example]) => (
        <Button
          key={name}
          size="small"
          disabled={Boolean(text?.trim())}
          onClick={() => {
            form.setFieldValue(pathOf('http'), example);
            void form.validateFields([pathOf('http')]).catch(() => undefined);
          }}
        >
          {t(`example.${name}`)}
        </Button>
      ))}
    </Flex>
  );
}

export function SettingField(props: Props) {
  const { name } = props;
  const { t } = useTranslation('channels');
  const before = kDependsOn[name];
  const item = (
    <Form.Item
      name={pathOf(name)}
      label={t(`field.${name}`)}
      extra={useHint(props)}
      rules={useRules(props)}
      valuePropName={name === 'gsm7_packed' ? 'checked' : 'value'}
      dependencies={before && [pathOf(before)]}
      className={kPlace[name]}
    >
      {useInput(props)}
    </Form.Item>
  );
  return name === 'http' ? (
    <>
      <Examples />
      {item}
    </>
  ) : (
    item
  );
}
