// The consent ledger over all customers: append-only, the newest first.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { EvidenceLink } from '@/components/customer';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { PurposeText } from '@/components/customer/purpose';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';

type Entry = Schema<'ConsentLedgerEntry'>;

const kClasses = ['marketing', 'notification', 'public_service', 'verification'] as const;
const kKinds = ['granted', 'withdrawn', 'refused'] as const;
const kSources = ['import', 'operator', 'reply', 'api'] as const;

export default function Consents() {
  const { t } = useTranslation(['consents', 'customer']);
  const term = useTerm();
  const [filters, setFilters] = useUrlFilters(['message_class', 'kind', 'source'] as const);
  const columns = useMemo<Column<Entry>[]>(
    () => [
      {
        key: 'recorded',
        title: t('customer:recorded_at'),
        render: (_, e) => <TimeText value={e.recorded_at} detail="second" />,
      },
      {
        key: 'customer',
        title: t('customer:customer'),
        render: (_, e) => (
          <Link to={`/customers/${e.customer_id}`} className="tabular">
            {e.number_masked}
          </Link>
        ),
      },
      {
        key: 'kind',
        title: t('customer:kind'),
        render: (_, e) => <TermTag list="consent_kind" name={e.kind} />,
      },
      { key: 'class', title: t('customer:class'), render: (_, e) => term('message_class', e.message_class) },
      {
        key: 'purpose',
        title: t('customer:purpose'),
        render: (_, e) => <PurposeText purpose={e.purpose} />,
      },
      {
        key: 'occurred',
        title: t('customer:occurred_at'),
        render: (_, e) => <TimeText value={e.occurred_at} />,
      },
      { key: 'method', title: t('customer:method'), render: (_, c) => term('written_by_server', c.method) },
      { key: 'source', title: t('customer:source'), render: (_, e) => term('consent_source', e.source) },
      {
        key: 'evidence',
        title: t('customer:evidence'),
        render: (_, e) => <EvidenceLink id={e.evidence_id} />,
      },
      { key: 'operator', title: t('customer:operator'), render: (_, e) => <UserName id={e.operator_id} /> },
      {
        key: 'text',
        title: t('customer:text'),
        optional: true,
        render: (_, e) => (
          <div className="message-text" style={{ maxWidth: 300 }}>
            {e.text || '—'}
          </div>
        ),
      },
      { key: 'note', title: t('customer:note'), optional: true, render: (_, e) => e.note || '—' },
    ],
    [t, term],
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <DataTable<Entry>
        id="consents"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/consents', filters]}
        page={async (after, limit) =>
          (await api.GET('/api/v1/consents', { params: { query: { ...filters, after, limit } as never } }))
            .data!
        }
        columns={columns}
        rowKey="id"
        filters={
          <>
            <FilterSelect
              label={t('customer:class')}
              value={filters.message_class}
              options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
              onChange={(message_class) => setFilters({ message_class })}
            />
            <FilterSelect
              label={t('customer:kind')}
              value={filters.kind}
              options={kKinds.map((value) => ({ value, label: term('consent_kind', value) }))}
              onChange={(kind) => setFilters({ kind })}
            />
            <FilterSelect
              label={t('customer:source')}
              value={filters.source}
              options={kSources.map((value) => ({ value, label: term('consent_source', value) }))}
              onChange={(source) => setFilters({ source })}
            />
          </>
        }
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/consents.csv"
        exportQuery={filters}
      />
    </Page>
  );
}
