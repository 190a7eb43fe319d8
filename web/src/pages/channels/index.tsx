// The channels to the carriers and how each stands now.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Empty, Flex, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, type Schema } from '@/api/client';
import { formatMinuteOfDay } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { ChannelForm } from './channel_form';
import { ProtocolMark } from './protocol_mark';
import { endpointText } from './protocols';

type Channel = Schema<'ChannelView'>;

function Standing({ channel }: { channel: Channel }) {
  const { t } = useTranslation('channels');
  if (channel.use === 'disabled') return <TermTag list="channel_use" name="disabled" />;
  const { link } = channel;
  if (!link) return <>{t('no_link')}</>;
  return (
    <Flex vertical align="flex-start" gap={2}>
      <TermTag list="link_state" name={link.state} />
      {link.state === 'bound' ? (
        <Typography.Text type="secondary">
          <TimeText value={link.bound_since} />
        </Typography.Text>
      ) : (
        link.last_error && (
          <Typography.Text type="secondary" style={{ maxWidth: 220 }}>
            {link.last_error}
          </Typography.Text>
        )
      )}
    </Flex>
  );
}

function useColumns(): Column<Channel>[] {
  const { t } = useTranslation('channels');
  const term = useTerm();
  const { count } = useFormat();
  const number = { align: 'right' as const, className: 'tabular' };
  return [
    {
      key: 'name',
      title: t('field.name'),
      render: (_, row) => (
        <Link to={`/channels/${row.id}`} style={{ fontWeight: 600 }}>
          {row.name}
        </Link>
      ),
    },
    { key: 'state', title: t('column.state'), render: (_, row) => <Standing channel={row} /> },
    { key: 'protocol', title: t('field.protocol'), render: (_, row) => <ProtocolMark channel={row} /> },
    {
      key: 'address',
      title: t('column.address'),
      render: (_, row) => <span className="mono">{endpointText(row.host, row.port)}</span>,
    },
    { key: 'provider', title: t('field.provider'), render: (_, row) => row.provider || '—' },
    {
      key: 'access_code',
      title: t('field.access_code'),
      render: (_, row) => <span className="mono">{row.access_code || '—'}</span>,
    },
    {
      key: 'sessions',
      title: t('column.sessions'),
      ...number,
      render: (_, row) => `${row.link?.sessions_bound ?? 0} / ${row.options.sessions}`,
    },
    {
      key: 'rate',
      title: t('column.rate'),
      ...number,
      render: (_, row) =>
        `${count(row.link?.segments_per_second ?? 0)} / ${
          row.options.segments_per_second ? count(row.options.segments_per_second) : t('unlimited')
        }`,
    },
    {
      key: 'queued',
      title: t('column.queued'),
      ...number,
      render: (_, row) => count(row.link?.queued ?? 0),
    },
    {
      key: 'hours',
      title: t('column.hours'),
      className: 'tabular',
      render: (_, row) =>
        `${formatMinuteOfDay(row.options.window_start_minute)}–${formatMinuteOfDay(row.options.window_end_minute)}`,
    },
    {
      key: 'bind_mode',
      title: t('field.bind_mode'),
      optional: true,
      render: (_, row) => (row.protocol === 'smpp' ? term('bind_mode', row.options.bind_mode) : '—'),
    },
    {
      key: 'latency',
      title: t('column.latency'),
      optional: true,
      ...number,
      render: (_, row) =>
        row.link ? `${row.link.latency_p50_ms.toFixed(1)} / ${row.link.latency_p99_ms.toFixed(1)} ms` : '—',
    },
  ];
}

export default function Channels() {
  const { t } = useTranslation('channels');
  const can = useCan();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const create = can('channel.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
      {t('form.create')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={create}>
      <DataTable<Channel>
        id="channels"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/channels']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/channels', { params: { query: { after, limit } } })).data!
        }
        columns={useColumns()}
        rowKey="id"
        refetchInterval={5_000}
        exportUrl="/api/v1/channels.csv"
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')}>
            {create}
          </Empty>
        }
      />
      <ChannelForm
        open={open}
        onClose={() => setOpen(false)}
        onSaved={(channel) => void navigate(`/channels/${channel.id}`)}
      />
    </Page>
  );
}
