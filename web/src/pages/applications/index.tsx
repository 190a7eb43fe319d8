// The accounts of the company's own programs that log in by a carrier protocol or call the API, and how each stands now.
import { PlusOutlined } from '@ant-design/icons';
import { App, Button, Empty, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ifMatch } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { type Terms, useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserName } from '@/components/user_name';
import { ApplicationForm } from './application_form';
import { useNameOfWay } from './choices';
import type { ApplicationView } from './spec';

function UseButton({ application }: { application: ApplicationView }) {
  const { t } = useTranslation('applications');
  const { modal } = App.useApp();
  const enabled = application.use === 'enabled';
  const change = useAction(
    () =>
      api.POST(
        enabled
          ? '/api/v1/applications/{application_id}/disable'
          : '/api/v1/applications/{application_id}/enable',
        { params: { path: { application_id: application.id }, header: ifMatch(application.version) } },
      ),
    { done: t(enabled ? 'disabled_now' : 'enabled_now') },
  );
  const ask = () =>
    modal.confirm({
      title: t('disable_title', { name: application.name }),
      content: t('disable_text'),
      okText: t('disable'),
      okButtonProps: { danger: true },
      onOk: () => change.runAsync().catch(() => undefined),
    });
  return (
    <Button size="small" danger={enabled} loading={change.busy} onClick={enabled ? ask : () => change.run()}>
      {t(enabled ? 'disable' : 'enable')}
    </Button>
  );
}

function Words({ list, names }: { list: Terms; names: readonly string[] }) {
  const term = useTerm();
  return (
    <Flex wrap gap={4}>
      {names.map((name) => (
        <Tag key={name}>{term(list, name)}</Tag>
      ))}
    </Flex>
  );
}

function useColumns(onOpen: (row: ApplicationView) => void): Column<ApplicationView>[] {
  const { t } = useTranslation('applications');
  const { t: common } = useTranslation();
  const { count } = useFormat();
  const can = useCan();
  const nameOfWay = useNameOfWay();
  const number = { align: 'right', className: 'tabular' } as const;
  const columns: Column<ApplicationView>[] = [
    {
      key: 'name',
      title: t('name'),
      render: (_, row) => (
        <Button type="link" style={{ padding: 0, height: 'auto' }} onClick={() => onOpen(row)}>
          {row.name}
        </Button>
      ),
    },
    { key: 'login', title: t('login'), render: (_, row) => <span className="mono">{row.login}</span> },
    {
      key: 'use',
      title: common('field.state'),
      render: (_, row) => <TermTag list="channel_use" name={row.use} />,
    },
    {
      key: 'protocols',
      title: t('protocols'),
      render: (_, row) => <Words list="channel_protocol" names={row.protocols} />,
    },
    {
      key: 'classes',
      title: t('message_classes'),
      render: (_, row) => <Words list="message_class" names={row.message_classes} />,
    },
    { key: 'channel', title: t('channel'), render: (_, row) => nameOfWay(row) },
    {
      key: 'sessions',
      title: t('sessions'),
      ...number,
      render: (_, row) =>
        row.state.sessions === undefined ? (
          <Typography.Text type="secondary">{t('not_listening')}</Typography.Text>
        ) : (
          `${row.state.sessions} / ${row.max_sessions}`
        ),
    },
    {
      key: 'waiting',
      title: t('deliveries_waiting'),
      ...number,
      render: (_, row) => count(row.state.deliveries_waiting),
    },
    {
      key: 'last_login',
      title: t('last_login'),
      render: (_, row) => <TimeText value={row.state.last_login_at} />,
    },
    {
      key: 'access_code',
      title: t('access_code'),
      optional: true,
      render: (_, row) => <span className="mono">{row.access_code}</span>,
    },
    {
      key: 'contents',
      title: t('contents'),
      optional: true,
      ...number,
      render: (_, row) => count(row.contents.length),
    },
    {
      key: 'created_by',
      title: common('field.created_by'),
      optional: true,
      render: (_, row) => <UserName id={row.created_by} />,
    },
  ];
  columns.push({
    key: 'api',
    title: t('api'),
    render: (_, row) =>
      row.protocols.includes('http') ? <Link to={`/applications/${row.id}`}>{t('api_page')}</Link> : '—',
  });
  if (can('application.write'))
    columns.push({
      key: 'actions',
      title: t('actions'),
      render: (_, row) => <UseButton application={row} />,
    });
  return columns;
}

export default function Applications() {
  const { t } = useTranslation('applications');
  const can = useCan();
  const [opened, setOpened] = useState<ApplicationView | 'new' | null>(null);
  const create = can('application.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpened('new')}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={create}>
      <DataTable<ApplicationView>
        id="applications"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/applications']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/applications', { params: { query: { after, limit } } })).data!
        }
        columns={useColumns(setOpened)}
        rowKey="id"
        refetchInterval={5_000}
        exportUrl="/api/v1/applications.csv"
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')}>
            {create}
          </Empty>
        }
      />
      {opened && (
        <ApplicationForm
          application={opened === 'new' ? undefined : opened}
          onClose={() => setOpened(null)}
        />
      )}
    </Page>
  );
}
