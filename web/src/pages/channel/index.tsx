// One channel: how it stands, how it stood, how it is set up; trying, changing, switching it on and off.
import { EditOutlined } from '@ant-design/icons';
import { App, Button, Descriptions, Flex } from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { formatMinuteOfDay } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import { ChannelForm } from '@/pages/channels/channel_form';
import { descriptionText } from '@/pages/channels/description';
import { ProtocolMark } from '@/pages/channels/protocol_mark';
import {
  endpointText,
  kProtocolTraits,
  type SectionName,
  type SettingName,
  settingsOf,
  tlsOf,
} from '@/pages/channels/protocols';
import { TestBindButton, TestBindResult, useTestBind } from '@/pages/channels/test_bind';
import { CallbackAddress } from './callback_address';
import { History } from './history';
import { LiveFigures } from './live_figures';

type Channel = Schema<'ChannelView'>;

/** What the form's settings are worth, in words. */
function useSetting(channel: Channel): (name: SettingName) => ReactNode {
  const { t } = useTranslation('channels');
  const { t: own } = useTranslation('channel');
  const term = useTerm();
  const { count } = useFormat();
  const { t: common } = useTranslation();
  const { options } = channel;
  const mono = (text: string) => <span className="mono">{text || '—'}</span>;
  return (name) => {
    switch (name) {
      case 'system_id':
      case 'access_code':
        return mono(channel[name]);
      case 'password':
      case 'peer_password':
        return own('password_hidden');
      case 'segments_per_second':
        return options[name] ? count(options[name]) : t('unlimited');
      case 'bind_mode':
      case 'message_id_form':
        return term(name, options[name]);
      case 'tls':
        return term('channel_tls', tlsOf(channel));
      case 'http':
        return (
          <pre
            className="mono"
            style={{ margin: 0, maxHeight: 320, overflow: 'auto', fontSize: 13 }}
            tabIndex={0}
          >
            {descriptionText(options.http)}
          </pre>
        );
      case 'tls_ca_pem':
        return t(options.tls_ca_pem ? 'ca.own' : 'ca.system');
      case 'default_alphabet':
        return term('encoding', options.default_alphabet);
      case 'gsm7_packed':
        return common(options.gsm7_packed ? 'yes' : 'no');
      case 'fee_type':
        return mono(options.fee_type || kProtocolTraits[channel.protocol].settings.fee_type?.empty || '');
      case 'listen_port':
        return options.listen_port ? mono(String(options.listen_port)) : t('deaf');
      case 'window_start_minute':
      case 'window_end_minute':
        return formatMinuteOfDay(options[name]);
      default:
        return typeof options[name] === 'number' && name !== 'sgip_node'
          ? count(options[name])
          : mono(String(options[name]));
    }
  };
}

const kShownSections: SectionName[] = ['service', 'reverse', 'traffic', 'tls', 'advanced', 'description'];

function SetUp({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const { t: own } = useTranslation('channel');
  const { t: common } = useTranslation();
  const value = useSetting(channel);
  const { settings } = kProtocolTraits[channel.protocol];
  const item = (name: SettingName) => ({
    key: name,
    label: settings[name]?.wire
      ? t('named', { field: t(`field.${name}`), wire: settings[name].wire })
      : t(`field.${name}`),
    children: value(name),
  });
  const names = kShownSections
    .flatMap((section) => settingsOf(channel.protocol, section))
    // Whose word counts for a certificate matters where one is asked for.
    .filter((name) => name !== 'tls_ca_pem' || tlsOf(channel) === 'verified')
    .filter((name) => channel.options.listen_port !== 0 || !/^(peer_|listen_address)/.test(name));
  return (
    <Section title={own('set_up')}>
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: 'protocol', label: t('field.protocol'), children: <ProtocolMark channel={channel} /> },
          {
            key: 'address',
            label: t('column.address'),
            children: <span className="mono">{endpointText(channel.host, channel.port)}</span>,
          },
          item('system_id'),
          item('password'),
          item('access_code'),
          {
            key: 'provider',
            label: t('field.provider'),
            children: channel.provider ? (
              <Link to={`/carrier-codes?provider=${encodeURIComponent(channel.provider)}`}>
                {channel.provider}
              </Link>
            ) : (
              own('general_codes')
            ),
          },
          {
            key: 'requires_filed_signature',
            label: t('field.requires_filed_signature'),
            children: common(channel.requires_filed_signature ? 'yes' : 'no'),
          },
          ...names.map(item),
          { key: 'created', label: own('created'), children: <TimeText value={channel.created_at} /> },
          { key: 'by', label: own('created_by'), children: <UserName id={channel.created_by} /> },
          { key: 'updated', label: own('updated'), children: <TimeText value={channel.updated_at} /> },
        ]}
      />
    </Section>
  );
}

function UseButton({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channel');
  const { modal } = App.useApp();
  const enabled = channel.use === 'enabled';
  const change = useAction(
    () =>
      api.POST(enabled ? '/api/v1/channels/{channel_id}/disable' : '/api/v1/channels/{channel_id}/enable', {
        params: { path: { channel_id: channel.id }, header: ifMatch(channel.version) },
      }),
    { done: t(enabled ? 'disabled_now' : 'enabled_now') },
  );
  if (!enabled)
    return (
      <Button type="primary" loading={change.busy} onClick={() => change.run()}>
        {t('enable')}
      </Button>
    );
  const ask = () =>
    modal.confirm({
      title: t('disable_title', { name: channel.name }),
      content: t('disable_text'),
      okText: t('disable'),
      okButtonProps: { danger: true },
      onOk: () => change.runAsync().catch(() => undefined),
    });
  return (
    <Button danger loading={change.busy} onClick={ask}>
      {t('disable')}
    </Button>
  );
}

export default function ChannelPage() {
  const { t } = useTranslation('channel');
  const { t: common } = useTranslation();
  const { id = '' } = useParams();
  const can = useCan();
  const [open, setOpen] = useState(false);
  const [editing, setEditing] = useState<Schema<'ChannelView'>>(); // as it was then: a later version is a conflict
  const test = useTestBind();
  const query = $api.useQuery(
    'get',
    '/api/v1/channels/{channel_id}',
    { params: { path: { channel_id: id } } },
    { refetchInterval: 3_000 },
  );
  const channel = query.data;
  const name = channel?.name ?? t('title');
  return (
    <Page
      back="/channels"
      titleText={name}
      title={
        <Flex component="span" gap={10} align="center" wrap>
          {name}
          {channel &&
            (channel.use === 'disabled' ? (
              <TermTag list="channel_use" name="disabled" />
            ) : (
              <>
                <TermTag list="link_state" name={channel.link?.state} />
                {channel.health && channel.health.state !== 'healthy' && (
                  <TermTag list="channel_health" name={channel.health.state} />
                )}
              </>
            ))}
        </Flex>
      }
      actions={
        channel &&
        can('channel.write') && (
          <>
            <TestBindButton busy={test.busy} onClick={() => test.run({ channel_id: id })} />
            <Button
              icon={<EditOutlined />}
              onClick={() => {
                setEditing(channel);
                setOpen(true);
              }}
            >
              {common('action.edit')}
            </Button>
            {channel.protocol === 'http' && <CallbackAddress channel={channel} />}
            <UseButton channel={channel} />
          </>
        )
      }
    >
      <TestBindResult result={test.result} protocol={channel?.protocol} />
      <QueryView query={query} rows={10}>
        {(seen) => (
          <div className="columns-2">
            <div className="column">
              <LiveFigures channel={seen} />
              <History id={id} />
            </div>
            <SetUp channel={seen} />
          </div>
        )}
      </QueryView>
      {editing && <ChannelForm open={open} channel={editing} onClose={() => setOpen(false)} />}
    </Page>
  );
}
