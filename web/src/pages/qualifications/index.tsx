// The company's qualification documents: what regulated sectors require, until when, and on which approvals rely.
import { DownloadOutlined, PlusOutlined, StopOutlined } from '@ant-design/icons';
import { Alert, Button, Empty, Flex, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schema } from '@/api/client';
import { download } from '@/api/download';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';
import { AddDialog } from './add_dialog';

type Row = Schema<'QualificationView'>;

function FileButton({ row }: { row: Row }) {
  const { t } = useTranslation('qualifications');
  const fetchIt = useAction(() => download(`/api/v1/qualifications/${row.id}/file`, row.file_name));
  return (
    <Button
      type="text"
      icon={<DownloadOutlined />}
      loading={fetchIt.busy}
      aria-label={t('file_of', { title: row.title })}
      onClick={() => fetchIt.run()}
    />
  );
}

function useColumns(onRevoke: (row: Row) => void): Column<Row>[] {
  const { t } = useTranslation('qualifications');
  const can = useCan();
  const columns: Column<Row>[] = [
    { key: 'kind', title: t('kind'), render: (_, row) => row.kind },
    {
      key: 'title',
      title: t('document'),
      render: (_, row) => (
        <Flex vertical>
          <b>{row.title}</b>
          <Typography.Text type="secondary">
            {row.number} · {row.issuer}
          </Typography.Text>
        </Flex>
      ),
    },
    {
      key: 'standing',
      title: t('standing'),
      render: (_, row) => (
        <Flex vertical align="flex-start">
          <TermTag list="qualification_standing" name={row.standing} />
          {row.revoke_reason && <Typography.Text type="secondary">{row.revoke_reason}</Typography.Text>}
        </Flex>
      ),
    },
    {
      key: 'valid_from',
      title: t('valid_from'),
      render: (_, row) => <TimeText value={row.valid_from} detail="date" />,
    },
    {
      key: 'valid_until',
      title: t('valid_until'),
      render: (_, row) =>
        row.valid_until ? <TimeText value={row.valid_until} detail="date" /> : t('without_end'),
    },
    {
      key: 'live_contents',
      title: t('live_contents'),
      className: 'tabular',
      render: (_, row) => row.live_contents,
    },
    { key: 'file', title: t('file'), render: (_, row) => <FileButton row={row} /> },
    {
      key: 'created_by',
      title: t('created_by'),
      optional: true,
      render: (_, row) => <UserName id={row.created_by} />,
    },
    {
      key: 'created_at',
      title: t('created_at'),
      optional: true,
      render: (_, row) => <TimeText value={row.created_at} />,
    },
  ];
  if (can('qualification.write'))
    columns.push({
      key: 'revoke',
      title: t('revoke'),
      render: (_, row) =>
        row.standing !== 'revoked' && (
          <Button
            danger
            type="text"
            icon={<StopOutlined />}
            aria-label={t('revoke_of', { title: row.title })}
            onClick={() => onRevoke(row)}
          />
        ),
    });
  return columns;
}

export default function Qualifications() {
  const { t } = useTranslation('qualifications');
  const can = useCan();
  const [open, setOpen] = useState(false);
  const [filters, setFilters] = useUrlFilters(['kind'] as const);
  const kinds = $api.useQuery('get', '/api/v1/qualifications/kinds');
  const [ask, dialog] = useReason();
  const revoke = useAction(
    (id: string, reason: string) =>
      api.POST('/api/v1/qualifications/{qualification_id}/revoke', {
        params: { path: { qualification_id: id } },
        body: { reason },
      }),
    { done: t('revoked') },
  );
  const askRevoke = (row: Row) =>
    void ask({ title: t('revoke_of', { title: row.title }), text: t('revoke_means'), danger: true }).then(
      (reason) => {
        if (reason) revoke.run(row.id, reason);
      },
    );
  const names = kinds.data?.items ?? [];
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        can('qualification.write') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
            {t('add')}
          </Button>
        )
      }
    >
      <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('what_for')} />
      <DataTable<Row>
        id="qualifications"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/qualifications', filters]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/qualifications', {
              params: { query: { limit, after, kind: filters.kind } },
            })
          ).data!
        }
        filters={
          <FilterSelect
            label={t('kind')}
            value={filters.kind}
            onChange={(kind) => setFilters({ kind })}
            options={names.map((value) => ({ value, label: value }))}
          />
        }
        columns={useColumns(askRevoke)}
        rowKey="id"
        exportUrl="/api/v1/qualifications.csv"
        empty={<Empty description={t('empty')} />}
      />
      {open && <AddDialog onClose={() => setOpen(false)} kinds={names} />}
      {dialog}
    </Page>
  );
}
