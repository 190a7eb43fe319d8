// Every message text with where it stands: state, what screening says, whether its approval stands.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Empty, Flex, Tag, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect, FilterText } from '@/components/filters';
import { HashText, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { type Filters, useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';

type Row = Schema<'ContentSummary'>;
type Name = 'state' | 'message_class' | 'q';

const kNames = ['state', 'message_class', 'q'] as const;
const kStates: Schema<'ContentState'>[] = [
  'draft',
  'first_reviewed',
  'submitted',
  'second_review',
  'approved',
  'rejected',
  'withdrawn',
];
const kClasses: Schema<'MessageClass'>[] = ['marketing', 'notification', 'verification', 'public_service'];

async function fetchPage(filters: Filters<Name>, after: string | undefined, limit: number) {
  const { data } = await api.GET('/api/v1/contents', {
    params: {
      query: {
        limit,
        after,
        q: filters.q,
        state: filters.state as Schema<'ContentState'> | undefined,
        message_class: filters.message_class as Schema<'MessageClass'> | undefined,
      },
    },
  });
  return data!;
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation('contents');
  const { t: common } = useTranslation();
  const term = useTerm();
  return [
    { key: 'name', title: t('name'), render: (_, row) => <Link to={`/contents/${row.id}`}>{row.name}</Link> },
    { key: 'class', title: t('class'), render: (_, row) => term('message_class', row.message_class) },
    {
      key: 'state',
      title: common('field.state'),
      render: (_, row) => (
        <Flex gap={4} wrap>
          <TermTag list="content_state" name={row.state} />
          {row.lapsed_qualifications.length > 0 && (
            <Tooltip title={row.lapsed_qualifications.join(' ')}>
              <Tag color="red">{t('lapsed')}</Tag>
            </Tooltip>
          )}
        </Flex>
      ),
    },
    {
      key: 'verdict',
      title: t('verdict'),
      render: (_, row) => <TermTag list="verdict" name={row.verdict} />,
    },
    {
      key: 'approval',
      title: t('approval'),
      render: (_, row) => <TermTag list="approval" name={row.approval} />,
    },
    {
      key: 'version',
      title: common('field.version'),
      align: 'right',
      render: (_, row) => <span className="tabular">{row.version_number}</span>,
    },
    {
      key: 'round',
      title: t('round'),
      align: 'right',
      render: (_, row) => <span className="tabular">{row.round}</span>,
    },
    {
      key: 'updated_at',
      title: common('field.updated_at'),
      render: (_, row) => <TimeText value={row.updated_at} />,
    },
    {
      key: 'created_by',
      title: common('field.created_by'),
      render: (_, row) => (row.origin === 'system' ? t('system') : <UserName id={row.created_by} />),
    },
    { key: 'purpose', title: t('purpose'), optional: true, render: (_, row) => row.purpose || '—' },
    { key: 'hash', title: t('hash'), optional: true, render: (_, row) => <HashText value={row.hash} /> },
    {
      key: 'created_at',
      title: common('field.created_at'),
      optional: true,
      render: (_, row) => <TimeText value={row.created_at} />,
    },
  ];
}

export default function Contents() {
  const { t } = useTranslation('contents');
  const { t: common } = useTranslation();
  const term = useTerm();
  const can = useCan();
  const navigate = useNavigate();
  const [filters, change] = useUrlFilters<Name>(kNames);
  const columns = useColumns();
  const create = can('content.write') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate('/contents/new')}>
      {t('create')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={create}>
      <DataTable<Row>
        id="contents"
        ariaLabel={t('title')}
        queryKey={['contents', filters]}
        page={(after, limit) => fetchPage(filters, after, limit)}
        columns={columns}
        rowKey="id"
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/contents.csv"
        exportQuery={filters}
        empty={<Empty description={t('empty')}>{create}</Empty>}
        filters={
          <>
            <FilterText label={t('search')} value={filters.q} onChange={(q) => change({ q })} width={240} />
            <FilterSelect
              label={common('field.state')}
              value={filters.state}
              onChange={(state) => change({ state })}
              options={kStates.map((value) => ({ value, label: term('content_state', value) }))}
            />
            <FilterSelect
              label={t('class')}
              value={filters.message_class}
              onChange={(message_class) => change({ message_class })}
              options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
            />
          </>
        }
      />
    </Page>
  );
}
