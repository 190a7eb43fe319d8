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
import { TestBindButton, TestBindResult, useTestBind } from '@/pages/channels/test_bind';
import { History } from './history';
import { LiveFigures } from './live_figures';

type Channel = Schema<'ChannelView'>;

function SetUp({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  const { t: own } = useTranslation('channel');
  const term = useTerm();
  const { count } = useFormat();
  const { options } = channel;
  const mono = (text: string) => <span className="mono">{text || '—'}</span>;
  const item = (key: string, children: ReactNode) => ({ key, label: t(`field.${key}`), children });
  return (
    <Section title={own('set_up')}>
      <Descriptions
        size="small"
        column={1}
        items={[
          { key: 'address', label: t('column.address'), children: mono(`${channel.host}:${channel.port}`) },
          item('system_id', mono(channel.system_id)),
          item('password', own('password_hidden')),
          item('access_code', mono(channel.access_code)),
          item(
            'provider',
            channel.provider ? (
              <Link to={`/carrier-codes?provider=${encodeURIComponent(channel.provider)}`}>
                {channel.provider}
              </Link>
            ) : (
              own('general_codes')
            ),
          ),
          item('bind_mode', term('bind_mode', options.bind_mode)),
          item('sessions', count(options.sessions)),
          item('window', count(options.window)),
          item(
            'segments_per_second',
            options.segments_per_second ? count(options.segments_per_second) : t('unlimited'),
          ),
          item('message_id_form', term('message_id_form', options.message_id_form)),
          {
            key: 'hours',
            label: t('column.hours'),
            children: `${formatMinuteOfDay(options.window_start_minute)}–${formatMinuteOfDay(options.window_end_minute)}`,
          },
          item('response_timeout_ms', count(options.response_timeout_ms)),
          item('enquire_link_ms', count(options.enquire_link_ms)),
          item('reconnect_min_ms', count(options.reconnect_min_ms)),
          item('reconnect_max_ms', count(options.reconnect_max_ms)),
          item('system_type', mono(options.system_type)),
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
              <TermTag list="link_state" name={channel.link?.state} />
            ))}
        </Flex>
      }
      actions={
        channel &&
        can('channel.write') && (
          <>
            <TestBindButton busy={test.busy} onClick={() => test.run({ channel_id: id })} />
            <Button icon={<EditOutlined />} onClick={() => setOpen(true)}>
              {common('action.edit')}
            </Button>
            <UseButton channel={channel} />
          </>
        )
      }
    >
      <TestBindResult result={test.result} />
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
      {channel && <ChannelForm open={open} channel={channel} onClose={() => setOpen(false)} />}
    </Page>
  );
}
