// All customers, masked; found by what is not personal. By number or name: look up.
import { Button, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect, FilterText } from '@/components/filters';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { type Filters, useUrlFilters } from '@/components/url_filters';
import { NewCustomer } from './new_customer';

type Customer = Schema<'CustomerView'>;

const kFilters = ['city', 'member_level', 'region', 'consented_to', 'suppressed_for', 'import_id'] as const;
const kClasses = ['marketing', 'notification', 'public_service', 'verification'] as const;
type Name = (typeof kFilters)[number];

function CustomerFilters({
  filters,
  change,
}: {
  filters: Filters<Name>;
  change: (next: Filters<Name>) => void;
}) {
  const { t } = useTranslation(['customers', 'customer']);
  const term = useTerm();
  const classes = kClasses.map((value) => ({ value, label: term('message_class', value) }));
  return (
    <>
      <FilterText
        label={t('customer:city')}
        value={filters.city}
        onChange={(city) => change({ city })}
        width={130}
      />
      <FilterText
        label={t('customer:member_level')}
        value={filters.member_level}
        onChange={(member_level) => change({ member_level })}
        width={140}
      />
      <FilterSelect
        label={t('consented_to')}
        value={filters.consented_to}
        options={classes}
        onChange={(consented_to) => change({ consented_to })}
      />
      <FilterSelect
        label={t('suppressed_for')}
        value={filters.suppressed_for}
        options={classes}
        onChange={(suppressed_for) => change({ suppressed_for })}
      />
      {filters.import_id && (
        <Tag closable onClose={() => change({ import_id: undefined })}>
          {t('customer:import')} {filters.import_id}
        </Tag>
      )}
    </>
  );
}

export default function Customers() {
  const { t } = useTranslation(['customers', 'customer', 'common']);
  const navigate = useNavigate();
  const term = useTerm();
  const [filters, setFilters] = useUrlFilters(kFilters);
  const columns = useMemo<Column<Customer>[]>(
    () => [
      {
        key: 'number',
        title: t('customer:number'),
        render: (_, c) => (
          <Link to={`/customers/${c.id}`} className="tabular">
            {c.number_masked}
          </Link>
        ),
      },
      { key: 'name', title: t('customer:name'), render: (_, c) => c.name_masked || '—' },
      { key: 'city', title: t('customer:city'), render: (_, c) => c.city || '—' },
      { key: 'level', title: t('customer:member_level'), render: (_, c) => c.member_level || '—' },
      { key: 'carrier', title: t('customer:carrier'), render: (_, c) => term('carrier', c.carrier) },
      {
        key: 'zone',
        title: t('customer:zone'),
        optional: true,
        render: (_, c) => c.zone || t('customer:zone_unknown'),
      },
      { key: 'region', title: t('customer:region'), optional: true, dataIndex: 'region' },
      {
        key: 'suppressed',
        title: t('customer:suppressed'),
        render: (_, c) =>
          c.suppressed.length
            ? c.suppressed.map((s) => (
                <Tag key={s} color="red">
                  {term('message_class', s)}
                </Tag>
              ))
            : '—',
      },
      {
        key: 'created',
        title: t('customer:recorded_at'),
        render: (_, c) => <TimeText value={c.created_at} />,
      },
      {
        key: 'updated',
        title: t('common:field.updated_at'),
        optional: true,
        render: (_, c) => <TimeText value={c.updated_at} />,
      },
    ],
    [t, term],
  );
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        <>
          <Button onClick={() => void navigate('/look-up')}>{t('look_up')}</Button>
          <NewCustomer />
        </>
      }
    >
      <DataTable<Customer>
        id="customers"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/customers', filters]}
        page={async (after, limit) =>
          (await api.GET('/api/v1/customers', { params: { query: { ...filters, after, limit } as never } }))
            .data!
        }
        columns={columns}
        rowKey="id"
        filters={<CustomerFilters filters={filters} change={setFilters} />}
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/customers.csv"
        exportQuery={filters}
      />
    </Page>
  );
}
