// The fields of a channel's form: the account, the traffic, the hours, the time-outs.
import { Collapse, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { MinuteSelect } from '@/components/minute_select';

const kBindModes = ['transceiver', 'transmitter_and_receiver'] as const;
const kIdForms = [
  'verbatim',
  'decimal',
  'hexadecimal',
  'submit_hex_receipt_decimal',
  'submit_decimal_receipt_hex',
] as const;

function NumberField({
  name,
  minimum,
  maximum,
  hint,
}: {
  name: string;
  minimum: number;
  maximum: number;
  hint?: string;
}) {
  const { t } = useTranslation('channels');
  const { t: common } = useTranslation();
  return (
    <Form.Item
      name={['options', name]}
      label={t(`field.${name}`)}
      extra={hint}
      rules={[{ required: true, message: common('state.required') }]}
    >
      <InputNumber min={minimum} max={maximum} precision={0} style={{ width: '100%' }} />
    </Form.Item>
  );
}

function Account({ isEdit }: { isEdit: boolean }) {
  const { t } = useTranslation('channels');
  const { t: common } = useTranslation();
  const required = [{ required: true, whitespace: true, message: common('state.required') }];
  return (
    <div className="fields-2">
      <Form.Item name="name" label={t('field.name')} rules={required} className="field-wide">
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="host" label={t('field.host')} rules={required}>
        <Input className="mono" maxLength={253} />
      </Form.Item>
      <Form.Item
        name="port"
        label={t('field.port')}
        rules={[{ required: true, message: common('state.required') }]}
      >
        <InputNumber min={1} max={65_535} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="system_id" label={t('field.system_id')} extra={t('field.system_id_hint')}>
        <Input className="mono" maxLength={15} autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('field.password')}
        extra={t(isEdit ? 'field.password_keep' : 'field.password_hint')}
      >
        <Input.Password maxLength={8} autoComplete="new-password" visibilityToggle={false} />
      </Form.Item>
      <Form.Item name="access_code" label={t('field.access_code')} extra={t('field.access_code_hint')}>
        <Input className="mono" maxLength={20} />
      </Form.Item>
      <Form.Item name="provider" label={t('field.provider')} extra={t('field.provider_hint')}>
        <Input maxLength={64} />
      </Form.Item>
    </div>
  );
}

function Traffic() {
  const { t } = useTranslation('channels');
  const term = useTerm();
  return (
    <div className="fields-2">
      <Form.Item name={['options', 'bind_mode']} label={t('field.bind_mode')}>
        <Select options={kBindModes.map((value) => ({ value, label: term('bind_mode', value) }))} />
      </Form.Item>
      <Form.Item
        name={['options', 'message_id_form']}
        label={t('field.message_id_form')}
        extra={t('field.message_id_form_hint')}
      >
        <Select options={kIdForms.map((value) => ({ value, label: term('message_id_form', value) }))} />
      </Form.Item>
      <NumberField name="sessions" minimum={1} maximum={16} />
      <NumberField name="window" minimum={1} maximum={1024} hint={t('field.window_hint')} />
      <NumberField name="segments_per_second" minimum={0} maximum={1_000_000} hint={t('field.rate_hint')} />
      <div />
      <Form.Item name={['options', 'window_start_minute']} label={t('field.hours_from')}>
        <MinuteSelect maximum={1439} />
      </Form.Item>
      <Form.Item
        name={['options', 'window_end_minute']}
        label={t('field.hours_until')}
        extra={t('field.hours_hint')}
        dependencies={[['options', 'window_start_minute']]}
        rules={[
          ({ getFieldValue }) => ({
            validator: (_, value: number) =>
              value > getFieldValue(['options', 'window_start_minute'])
                ? Promise.resolve()
                : Promise.reject(new Error(t('field.hours_order'))),
          }),
        ]}
      >
        <MinuteSelect minimum={1} />
      </Form.Item>
    </div>
  );
}

function TimeOuts() {
  const { t } = useTranslation('channels');
  return (
    <div className="fields-2">
      <NumberField name="response_timeout_ms" minimum={100} maximum={600_000} />
      <NumberField name="enquire_link_ms" minimum={100} maximum={600_000} />
      <NumberField name="reconnect_min_ms" minimum={10} maximum={600_000} />
      <NumberField name="reconnect_max_ms" minimum={10} maximum={3_600_000} />
      <Form.Item name={['options', 'system_type']} label={t('field.system_type')}>
        <Input className="mono" maxLength={12} />
      </Form.Item>
    </div>
  );
}

export function ChannelFields({ isEdit }: { isEdit: boolean }) {
  const { t } = useTranslation('channels');
  return (
    <>
      <h3 style={{ margin: '0 0 12px', fontSize: 15 }}>{t('form.account')}</h3>
      <Account isEdit={isEdit} />
      <h3 style={{ margin: '8px 0 12px', fontSize: 15 }}>{t('form.traffic')}</h3>
      <Traffic />
      <Collapse
        ghost
        items={[{ key: 'time_outs', label: t('form.time_outs'), forceRender: true, children: <TimeOuts /> }]}
      />
    </>
  );
}
