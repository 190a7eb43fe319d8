// One customer, masked: what he agreed to and by what proof, what was and was not sent to him and why, what he answered.
import { Button, Descriptions, Flex, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { ConsentForm, Reveal } from '@/components/customer';
import { IdText, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { CustomerConsents } from './consents';
import { CustomerMessages } from './messages';
import { NumberQuality } from './number_quality';
import { CustomerPreference } from './preference';
import { CustomerReplies } from './replies';
import { AskConfirmation } from './ask_confirmation';

type Customer = Schema<'CustomerView'>;

function attributesOf(customer: Customer): [string, string][] {
  const attributes = customer.attributes as Record<string, unknown> | null;
  return Object.entries(attributes ?? {}).map(([name, value]) => [name, String(value)]);
}

function Profile({ customer }: { customer: Customer }) {
  const { t } = useTranslation('customer');
  const term = useTerm();
  return (
    <Descriptions
      size="small"
      column={{ xs: 1, sm: 2, lg: 3 }}
      items={[
        {
          key: 'number',
          label: t('number'),
          children: <span className="tabular">{customer.number_masked}</span>,
        },
        { key: 'name', label: t('name'), children: customer.name_masked || '—' },
        { key: 'city', label: t('city'), children: customer.city || '—' },
        { key: 'level', label: t('member_level'), children: customer.member_level || '—' },
        { key: 'carrier', label: t('carrier'), children: term('carrier', customer.carrier) },
        { key: 'region', label: t('region'), children: customer.region || '—' },
        {
          key: 'zone',
          label: t('zone'),
          children: customer.zone || <Tag color="orange">{t('zone_unknown')}</Tag>,
        },
        {
          key: 'suppressed',
          label: t('suppressed'),
          children: customer.suppressed.length ? (
            <Flex wrap gap={4}>
              {customer.suppressed.map((c) => (
                <Tag key={c} color="red">
                  {term('message_class', c)}
                </Tag>
              ))}
            </Flex>
          ) : (
            t('not_suppressed')
          ),
        },
        {
          key: 'import',
          label: t('import'),
          children: customer.import_id ? (
            <Link to={`/imports/${customer.import_id}`}>{customer.import_id}</Link>
          ) : (
            '—'
          ),
        },
        ...attributesOf(customer).map(([name, value]) => ({
          key: `a-${name}`,
          label: name,
          children: value,
        })),
        { key: 'id', label: t('id'), children: <IdText value={customer.id} /> },
        { key: 'created', label: t('recorded_at'), children: <TimeText value={customer.created_at} /> },
      ]}
    />
  );
}

const kTabs = ['consents', 'messages', 'replies'] as const;

function CustomerTabs({ id }: { id: string }) {
  const { t } = useTranslation('customer_page');
  const can = useCan();
  const [parameters, setParameters] = useSearchParams();
  const tab =
    kTabs.find((name) => name === parameters.get('tab')) ?? (can('consent.read') ? 'consents' : 'messages');
  const items = [
    ...(can('consent.read')
      ? [{ key: 'consents', label: t('consents'), children: <CustomerConsents id={id} /> }]
      : []),
    ...(can('message.read')
      ? [
          { key: 'messages', label: t('messages'), children: <CustomerMessages id={id} /> },
          { key: 'replies', label: t('replies'), children: <CustomerReplies id={id} /> },
        ]
      : []),
  ];
  return (
    <Tabs
      activeKey={tab}
      items={items}
      destroyOnHidden
      // Each list pages by the same parameter: a new tab begins on its first page.
      onChange={(key) => setParameters({ tab: key }, { replace: true })}
    />
  );
}

export default function CustomerPage() {
  const { t } = useTranslation(['customer_page', 'customer']);
  const { id = '' } = useParams();
  const can = useCan();
  const [form, setForm] = useState<'granted' | 'withdrawn' | null>(null);
  const query = $api.useQuery('get', '/api/v1/customers/{customer_id}', {
    params: { path: { customer_id: id } },
  });
  const title = query.data ? query.data.number_masked : t('title');
  return (
    <Page
      title={title}
      titleText={`${t('title')} ${title}`}
      actions={
        can('consent.record') && (
          <>
            <Button danger onClick={() => setForm('withdrawn')}>
              {t('customer:opt_out')}
            </Button>
            <Button onClick={() => setForm('granted')}>{t('customer:opt_in')}</Button>
            <AskConfirmation customerId={id} />
          </>
        )
      }
    >
      <QueryView query={query}>
        {(customer) => (
          <Flex vertical gap={16}>
            <Section title={t('profile')}>
              <Flex vertical gap={12} align="flex-start">
                <Profile customer={customer} />
                <Reveal key={customer.id} customerId={customer.id} />
              </Flex>
            </Section>
            <CustomerPreference id={customer.id} />
            <NumberQuality id={customer.id} />
            <CustomerTabs id={customer.id} />
          </Flex>
        )}
      </QueryView>
      {form && <ConsentForm customerId={id} kind={form} onClose={() => setForm(null)} />}
    </Page>
  );
}
