// The imports so far, the newest first: what each brought and what it refused.
import { CloudUploadOutlined } from '@ant-design/icons';
import { Button, Empty } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserName } from '@/components/user_name';

type Import = Schema<'ImportView'>;

export default function Imports() {
  const { t } = useTranslation(['imports', 'common']);
  const { count } = useFormat();
  const can = useCan();
  const navigate = useNavigate();
  const columns = useMemo<Column<Import>[]>(
    () => [
      { key: 'file', title: t('file'), render: (_, i) => <Link to={`/imports/${i.id}`}>{i.file_name}</Link> },
      {
        key: 'state',
        title: t('common:field.state'),
        render: (_, i) => <TermTag list="import_state" name={i.state} />,
      },
      {
        key: 'read',
        title: t('read'),
        className: 'tabular',
        align: 'end',
        render: (_, i) => count(i.rows_read),
      },
      {
        key: 'new',
        title: t('new_rows'),
        className: 'tabular',
        align: 'end',
        render: (_, i) => count(i.rows_new),
      },
      {
        key: 'changed',
        title: t('changed'),
        className: 'tabular',
        align: 'end',
        render: (_, i) => count(i.rows_changed),
      },
      {
        key: 'refused',
        title: t('refused'),
        className: 'tabular',
        align: 'end',
        render: (_, i) => count(i.rows_refused),
      },
      {
        key: 'granted',
        title: t('granted'),
        className: 'tabular',
        align: 'end',
        optional: true,
        render: (_, i) => count(i.consents_granted),
      },
      {
        key: 'kept',
        title: t('opt_outs_kept'),
        className: 'tabular',
        align: 'end',
        optional: true,
        render: (_, i) => count(i.opt_outs_kept),
      },
      { key: 'by', title: t('common:field.created_by'), render: (_, i) => <UserName id={i.created_by} /> },
      { key: 'at', title: t('common:field.time'), render: (_, i) => <TimeText value={i.created_at} /> },
    ],
    [t, count],
  );
  const start = can('customer.import') && (
    <Button type="primary" icon={<CloudUploadOutlined />} onClick={() => void navigate('/imports/new')}>
      {t('start')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={start}>
      <DataTable<Import>
        id="imports"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/imports']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/imports', { params: { query: { after, limit } } })).data!
        }
        columns={columns}
        rowKey="id"
        refetchInterval={5000}
        exportUrl="/api/v1/imports.csv"
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('none')}>
            {start}
          </Empty>
        }
      />
    </Page>
  );
}
