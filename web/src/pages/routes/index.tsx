// Routes: which channels a message may go by, and how one of them is chosen.
import { DeleteOutlined, EditOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Empty, Flex, Tag, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { yuanText } from './cost';
import { RouteForm } from './route_form';

type Route = Schema<'RouteView'>;
type Channel = Schema<'ChannelView'>;

function Way({ way, channels }: { way: Route['channels'][number]; channels: Channel[] }) {
  const { t } = useTranslation('routes');
  const term = useTerm();
  const channel = channels.find((each) => each.id === way.channel_id);
  const list = (names: string[], of: 'carrier' | 'message_class') =>
    names.map((name) => term(of, name)).join(t('comma'));
  return (
    <Flex gap={6} align="center" wrap>
      <Tag>{t('tier_of', { tier: way.tier })}</Tag>
      <Link to={`/channels/${way.channel_id}`}>{channel?.name ?? way.channel_id}</Link>
      {way.use === 'disabled' ? (
        <TermTag list="channel_use" name="disabled" />
      ) : (
        channel?.health && <TermTag list="channel_health" name={channel.health.state} />
      )}
      <Tooltip title={list(way.message_classes, 'message_class')}>
        <span>{list(way.carriers, 'carrier')}</span>
      </Tooltip>
      <span className="tabular">
        {way.weight > 0
          ? t('weight_of', { weight: way.weight })
          : t('cost_of', { cost: yuanText(way.cost_millifen) })}
      </span>
    </Flex>
  );
}

function Deeds({ row, onEdit }: { row: Route; onEdit: (row: Route) => void }) {
  const { t } = useTranslation('routes');
  const { modal } = App.useApp();
  const remove = useAction(
    () =>
      api.DELETE('/api/v1/routes/{route_id}', {
        params: { path: { route_id: row.id }, header: ifMatch(row.version) },
      }),
    { done: t('removed') },
  );
  const ask = () =>
    modal.confirm({
      title: t('remove_title', { name: row.name }),
      content: t('remove_text'),
      okText: t('remove'),
      okButtonProps: { danger: true },
      onOk: () => remove.runAsync().catch(() => undefined),
    });
  return (
    <Flex gap={4}>
      <Button
        type="text"
        icon={<EditOutlined />}
        aria-label={t('edit_of', { name: row.name })}
        onClick={() => onEdit(row)}
      />
      <Button
        type="text"
        danger
        icon={<DeleteOutlined />}
        aria-label={t('remove_of', { name: row.name })}
        onClick={ask}
      />
    </Flex>
  );
}

function useColumns(channels: Channel[], onEdit: (row: Route) => void): Column<Route>[] {
  const { t } = useTranslation('routes');
  const can = useCan();
  const columns: Column<Route>[] = [
    { key: 'name', title: t('name'), render: (_, row) => <b>{row.name}</b> },
    {
      key: 'channels',
      title: t('channels'),
      render: (_, row) => (
        <Flex vertical gap={4}>
          {row.channels.map((way) => (
            <Way key={way.channel_id} way={way} channels={channels} />
          ))}
        </Flex>
      ),
    },
    { key: 'updated_at', title: t('updated'), render: (_, row) => <TimeText value={row.updated_at} /> },
  ];
  if (can('channel.write'))
    columns.push({
      key: 'deeds',
      title: t('deeds'),
      fixed: 'right',
      render: (_, row) => <Deeds row={row} onEdit={onEdit} />,
    });
  return columns;
}

export default function Routes() {
  const { t } = useTranslation('routes');
  const can = useCan();
  const [editing, setEditing] = useState<Route | 'new' | null>(null);
  const { data: channels } = $api.useQuery('get', '/api/v1/channels', { params: { query: { limit: 200 } } });
  const all = channels?.items ?? [];
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        can('channel.write') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setEditing('new')}>
            {t('add')}
          </Button>
        )
      }
    >
      <Alert
        type="info"
        showIcon
        style={{ marginBlockEnd: 16 }}
        title={t('how')}
        description={t('how_detail')}
      />
      <DataTable<Route>
        id="routes"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/routes']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/routes', { params: { query: { after, limit } } })).data!
        }
        columns={useColumns(all, setEditing)}
        rowKey="id"
        empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')} />}
      />
      {editing && <RouteForm editing={editing} channels={all} onClose={() => setEditing(null)} />}
    </Page>
  );
}
