// A customer's consents: what holds now, and everything that was ever recorded, with its proof.
import { Flex, Tag, Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { EvidenceLink } from '@/components/customer';
import { type Column, DataTable } from '@/components/data_table';
import { PurposeText } from '@/components/customer/purpose';
import { TermTag, TimeText } from '@/components/marks';
import { UserName } from '@/components/user_name';

type Event = Schema<'ConsentEventView'>;

function Standing({ id }: { id: string }) {
  const { t } = useTranslation(['customer_page', 'customer']);
  const term = useTerm();
  const { data } = $api.useQuery('get', '/api/v1/customers/{customer_id}/consents', {
    params: { path: { customer_id: id }, query: { limit: 1 } },
  });
  if (!data) return null;
  if (data.states.length === 0) return <Typography.Text>{t('no_consent')}</Typography.Text>;
  return (
    <Flex wrap gap={8}>
      {data.states.map((state) => (
        <Tag key={state.message_class + state.purpose} color={state.kind === 'granted' ? 'green' : 'red'}>
          {term('message_class', state.message_class)} · <PurposeText purpose={state.purpose} /> ·{' '}
          {term('consent_kind', state.kind)} · <TimeText value={state.since} />
        </Tag>
      ))}
    </Flex>
  );
}

export function CustomerConsents({ id }: { id: string }) {
  const { t } = useTranslation(['customer_page', 'customer']);
  const term = useTerm();
  const columns = useMemo<Column<Event>[]>(
    () => [
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
      {
        key: 'text',
        title: t('customer:text'),
        render: (_, e) => (
          <div className="message-text" style={{ maxWidth: 300 }}>
            {e.text || '—'}
          </div>
        ),
      },
      { key: 'source', title: t('customer:source'), render: (_, e) => term('consent_source', e.source) },
      {
        key: 'evidence',
        title: t('customer:evidence'),
        render: (_, e) => <EvidenceLink id={e.evidence_id} name={e.evidence_file_name} />,
      },
      { key: 'operator', title: t('customer:operator'), render: (_, e) => <UserName id={e.operator_id} /> },
      {
        key: 'recorded',
        title: t('customer:recorded_at'),
        optional: true,
        render: (_, e) => <TimeText value={e.recorded_at} />,
      },
      { key: 'note', title: t('customer:note'), optional: true, render: (_, e) => e.note || '—' },
    ],
    [t, term],
  );
  return (
    <Flex vertical gap={12}>
      <Standing id={id} />
      <DataTable<Event>
        id="customer_consents"
        ariaLabel={t('consents')}
        queryKey={['get', '/api/v1/customers/{customer_id}/consents', id]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/customers/{customer_id}/consents', {
              params: { path: { customer_id: id }, query: { after, limit } },
            })
          ).data!
        }
        columns={columns}
        rowKey="id"
        exportUrl={`/api/v1/customers/${id}/consents.csv`}
      />
    </Flex>
  );
}
