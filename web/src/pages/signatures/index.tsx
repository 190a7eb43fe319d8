// The company's signatures: where each stands with compliance, and with the carrier behind every channel.
import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Empty, Flex, Tag, Tooltip, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect, FilterText } from '@/components/filters';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { DraftDialog } from '@/components/signature/draft_dialog';
import { useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';

type Row = Schema<'SignatureSummary'>;

const kStates: Row['state'][] = ['draft', 'submitted', 'approved', 'rejected', 'suspended', 'withdrawn'];

/** One cell of the matrix: the channel, how the filing stands, and whether that keeps messages from going by it. */
function Filing({ filing }: { filing: Schema<'SignatureFilingView'> }) {
  const { t } = useTranslation('signatures');
  return (
    <Tooltip title={filing.carried ? t('carried') : t('not_carried')}>
      <span style={{ whiteSpace: 'nowrap' }}>
        <Typography.Text type={filing.carried ? undefined : 'danger'}>{filing.channel_name}</Typography.Text>{' '}
        <TermTag list="filing_state" name={filing.state} />
      </span>
    </Tooltip>
  );
}

function useColumns(): Column<Row>[] {
  const { t } = useTranslation('signatures');
  const { t: common } = useTranslation();
  const term = useTerm();
  return [
    {
      key: 'text',
      title: t('text'),
      render: (_, row) => <Link to={`/signatures/${row.id}`}>{`【${row.text}】`}</Link>,
    },
    {
      key: 'state',
      title: common('field.state'),
      render: (_, row) => (
        <Flex vertical align="flex-start">
          <TermTag list="signature_state" name={row.state} />
          {['rejected', 'suspended', 'withdrawn'].includes(row.state) && (
            <Typography.Text type="secondary">{row.state_reason}</Typography.Text>
          )}
        </Flex>
      ),
    },
    { key: 'source', title: t('source'), render: (_, row) => term('signature_source', row.source) },
    {
      key: 'classes',
      title: t('classes'),
      render: (_, row) => (
        <Flex gap={4} wrap>
          {row.message_classes.map((one) => (
            <Tag key={one}>{term('message_class', one)}</Tag>
          ))}
        </Flex>
      ),
    },
    {
      key: 'filings',
      title: t('filings'),
      render: (_, row) => (
        <Flex vertical gap={2}>
          {row.filings.map((filing) => (
            <Filing key={filing.channel_id} filing={filing} />
          ))}
        </Flex>
      ),
    },
    {
      key: 'live_contents',
      title: t('live_contents'),
      className: 'tabular',
      render: (_, row) => row.live_contents,
    },
    {
      key: 'created_by',
      title: t('asked_by'),
      optional: true,
      render: (_, row) => <UserName id={row.created_by} />,
    },
    {
      key: 'updated_at',
      title: common('field.updated_at'),
      optional: true,
      render: (_, row) => <TimeText value={row.updated_at} />,
    },
  ];
}

export default function Signatures() {
  const { t } = useTranslation('signatures');
  const { t: common } = useTranslation();
  const can = useCan();
  const term = useTerm();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const [filters, setFilters] = useUrlFilters(['state', 'q'] as const);
  const state = kStates.find((one) => one === filters.state);
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        can('signature.write') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
            {t('ask')}
          </Button>
        )
      }
    >
      <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('what_for')} />
      <DataTable<Row>
        id="signatures"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/signatures', filters]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/signatures', {
              params: { query: { limit, after, state, q: filters.q } },
            })
          ).data!
        }
        filters={
          <>
            <FilterText label={t('text')} value={filters.q} onChange={(q) => setFilters({ q })} />
            <FilterSelect
              label={common('field.state')}
              value={filters.state}
              onChange={(value) => setFilters({ state: value })}
              options={kStates.map((value) => ({ value, label: term('signature_state', value) }))}
            />
          </>
        }
        filtered={filters.state !== undefined || filters.q !== undefined}
        columns={useColumns()}
        rowKey="id"
        exportUrl="/api/v1/signatures.csv"
        exportQuery={{ state: filters.state, q: filters.q }}
        empty={<Empty description={t('empty')} />}
      />
      {open && (
        <DraftDialog
          onClose={() => setOpen(false)}
          onDone={(signature) => void navigate(`/signatures/${signature.id}`)}
        />
      )}
    </Page>
  );
}
