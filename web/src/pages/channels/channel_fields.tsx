// The fields of a channel's form: the protocol first, then the account, and of the rest what that protocol has.
import { Alert, Collapse, Form, Input, InputNumber, Radio, Switch } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { kProtocols, pathOf, type Protocol, type SectionName, settingsOf } from './protocols';
import { SettingField } from './setting_field';

interface ChoiceProps {
  value?: Protocol;
  onChange?: (protocol: Protocol) => void;
  id?: string;
}

function ProtocolChoice({ value, onChange, id }: ChoiceProps) {
  const term = useTerm();
  return (
    <Radio.Group
      id={id}
      value={value}
      onChange={(event) => onChange?.(event.target.value as Protocol)}
      style={{ display: 'flex', flexWrap: 'wrap', gap: '8px 16px' }}
      options={kProtocols.map((protocol) => ({ value: protocol, label: term('channel_protocol', protocol) }))}
    />
  );
}

function ProtocolName({ value }: ChoiceProps) {
  const term = useTerm();
  return <strong>{term('channel_protocol', value)}</strong>;
}

function Part({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) {
  return (
    <section style={{ marginBlockEnd: 8 }}>
      <h3 style={{ margin: '0 0 12px', fontSize: 15 }}>{title}</h3>
      {intro && <p style={{ margin: '-6px 0 12px', opacity: 0.75 }}>{intro}</p>}
      <div className="fields-2">{children}</div>
    </section>
  );
}

interface Props {
  protocol: Protocol;
  isEdit: boolean;
  /** Whether the channel has let its carrier in before: then it has a password for it. */
  hadListener: boolean;
  isAdvancedOpen: boolean;
  onAdvanced: (open: boolean) => void;
}

function Account({ protocol, isEdit }: Props) {
  const { t } = useTranslation('channels');
  const { t: common } = useTranslation();
  const filled = [{ required: true, whitespace: true, message: common('state.required') }];
  return (
    <Part title={t('form.account')}>
      <Form.Item name="name" label={t('field.name')} rules={filled} className="field-wide">
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="host" label={t('field.host')} rules={filled}>
        <Input className="mono" maxLength={253} />
      </Form.Item>
      <Form.Item
        name="port"
        label={t('field.port')}
        rules={[{ required: true, message: common('state.required') }]}
      >
        <InputNumber min={1} max={65_535} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <SettingField protocol={protocol} name="system_id" />
      <SettingField protocol={protocol} name="password" isKept={isEdit} />
      <SettingField protocol={protocol} name="access_code" />
      <Form.Item name="provider" label={t('field.provider')} extra={t('hint.provider')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item
        name="requires_filed_signature"
        label={t('field.requires_filed_signature')}
        extra={t('hint.requires_filed_signature')}
        valuePropName="checked"
        className="field-wide"
      >
        <Switch />
      </Form.Item>
    </Part>
  );
}

function Settings({ protocol, section }: { protocol: Protocol; section: SectionName }) {
  return settingsOf(protocol, section).map((name) => (
    <SettingField key={name} protocol={protocol} name={name} />
  ));
}

/** SGIP: the carrier dials this server, and whoever knows name and password there is believed. */
function Reverse({ protocol, isEdit, hadListener }: Props) {
  const { t } = useTranslation('channels');
  const port = Form.useWatch(pathOf('listen_port')) as number | undefined;
  const listens = port !== 0;
  const isKept = isEdit && hadListener;
  return (
    <Part title={t('form.reverse')} intro={t('form.reverse_intro')}>
      <SettingField protocol={protocol} name="listen_address" required={listens} />
      <SettingField protocol={protocol} name="listen_port" />
      <SettingField protocol={protocol} name="peer_name" required={listens} />
      <SettingField protocol={protocol} name="peer_password" required={listens && !isKept} isKept={isKept} />
      {!listens && <Alert className="field-wide" type="warning" showIcon title={t('form.no_listener')} />}
    </Part>
  );
}

function Tls({ protocol }: { protocol: Protocol }) {
  const { t } = useTranslation('channels');
  const tls = Form.useWatch(pathOf('tls')) as string | undefined;
  return (
    <Part title={t('form.tls')}>
      <SettingField protocol={protocol} name="tls" />
      {tls === 'verified' && <SettingField protocol={protocol} name="tls_ca_pem" />}
      {tls === 'unverified' && (
        <Alert className="field-wide" type="warning" showIcon title={t('form.unverified')} />
      )}
    </Part>
  );
}

export function ChannelFields(props: Props) {
  const { protocol, isEdit, isAdvancedOpen, onAdvanced } = props;
  const { t } = useTranslation('channels');
  const has = (section: SectionName) => settingsOf(protocol, section).length > 0;
  return (
    <>
      <Form.Item
        name="protocol"
        label={t('field.protocol')}
        extra={t(isEdit ? 'hint.protocol_fixed' : `hint.protocol.${protocol}`)}
      >
        {isEdit ? <ProtocolName /> : <ProtocolChoice />}
      </Form.Item>
      <Account {...props} />
      {has('description') && (
        <Part title={t('form.description')}>
          <Settings protocol={protocol} section="description" />
        </Part>
      )}
      {has('service') && (
        <Part title={t('form.service')}>
          <Settings protocol={protocol} section="service" />
        </Part>
      )}
      {has('reverse') && <Reverse {...props} />}
      <Part title={t('form.traffic')}>
        <Settings protocol={protocol} section="traffic" />
      </Part>
      {has('tls') && <Tls protocol={protocol} />}
      <Collapse
        ghost
        activeKey={isAdvancedOpen ? ['advanced'] : []}
        onChange={(keys) => onAdvanced(keys.length > 0)}
        items={[
          {
            key: 'advanced',
            label: t('form.advanced'),
            forceRender: true,
            children: (
              <div className="fields-2">
                <Settings protocol={protocol} section="advanced" />
              </div>
            ),
          },
        ]}
      />
    </>
  );
}
