// The messages of a campaign one by one, by state and reason: where a figure of the monitor leads.
import { Empty, Flex } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { Section } from '@/components/section';
import { StateBar } from '@/components/state_bar';
import { useUrlFilters } from '@/components/url_filters';
import { type Choice, reasonChoices, stateChoices } from './choices';

type Message = Schema<'MessageView'>;

const kNames = ['state', 'reason'] as const;

function useColumns(): Column<Message>[] {
  const { t } = useTranslation('messages');
  const term = useTerm();
  const { count } = useFormat();
  const readsCustomers = useCan()('customer.read');
  return useMemo(
    () => [
      {
        key: 'number',
        title: t('number'),
        render: (_, m) => (
          <span className="tabular">
            {readsCustomers ? <Link to={`/customers/${m.customer_id}`}>{m.number}</Link> : m.number}
          </span>
        ),
      },
      { key: 'carrier', title: t('carrier'), render: (_, m) => term('carrier', m.carrier) },
      { key: 'state', title: t('state'), render: (_, m) => <TermTag list="message_state" name={m.state} /> },
      { key: 'reason', title: t('reason'), render: (_, m) => term('reason', m.reason) },
      {
        key: 'attempts',
        title: t('attempts'),
        align: 'end',
        className: 'tabular',
        render: (_, m) => count(m.attempts),
      },
      {
        key: 'segments',
        title: t('segments'),
        align: 'end',
        className: 'tabular',
        render: (_, m) => count(m.segments),
      },
      {
        key: 'submitted_at',
        title: t('submitted_at'),
        render: (_, m) => <TimeText value={m.submitted_at} detail="second" />,
      },
      {
        key: 'state_at',
        title: t('state_at'),
        render: (_, m) => <TimeText value={m.state_at} detail="second" />,
      },
      {
        key: 'detail',
        title: t('detail'),
        render: (_, m) => (
          <Link to={`/messages/${m.id}`} aria-label={t('story_of', { number: m.number })}>
            {t('story')}
          </Link>
        ),
      },
    ],
    [t, term, count, readsCustomers],
  );
}

function useOptions() {
  const { t } = useTranslation('messages');
  const term = useTerm();
  const { count } = useFormat();
  return (list: 'message_state' | 'reason', choices: Choice[]) =>
    choices.map(({ name, count: number }) => ({
      value: name,
      label:
        number === undefined
          ? term(list, name)
          : t('option', { name: term(list, name), number: count(number) }),
    }));
}

export default function Messages() {
  const { t } = useTranslation('messages');
  const { id = '' } = useParams();
  const can = useCan();
  const columns = useColumns();
  const options = useOptions();
  const [filters, setFilters] = useUrlFilters(kNames);
  const path = { campaign_id: id };
  const campaign = $api.useQuery('get', '/api/v1/campaigns/{campaign_id}', { params: { path } });
  const monitor = $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}/monitor',
    { params: { path } },
    { enabled: can('monitor') },
  );
  const snapshot = monitor.data;
  const name = campaign.data?.name;
  const { state, reason } = filters;
  return (
    <Page
      back={`/campaigns/${id}`}
      title={name ? t('title', { name }) : t('title_plain')}
      subtitle={
        <Flex component="span" gap={16} wrap>
          <Link to={`/campaigns/${id}`}>{t('to_campaign')}</Link>
          {can('monitor') && <Link to={`/monitor/${id}`}>{t('to_monitor')}</Link>}
        </Flex>
      }
    >
      <div className="column">
        {snapshot && (
          <Section title={t('overview')}>
            <StateBar counts={snapshot.by_state} total={snapshot.targeted} />
          </Section>
        )}
        <DataTable<Message>
          id="messages"
          ariaLabel={t('title_plain')}
          queryKey={['get', '/api/v1/campaigns/{campaign_id}/messages', id, filters]}
          page={async (after, limit) =>
            (
              await api.GET('/api/v1/campaigns/{campaign_id}/messages', {
                params: {
                  path,
                  query: {
                    limit,
                    after,
                    state: state as Schema<'MessageState'> | undefined,
                    reason: reason as Schema<'Reason'> | undefined,
                  },
                },
              })
            ).data!
          }
          columns={columns}
          rowKey="id"
          filtered={Boolean(state || reason)}
          exportUrl={`/api/v1/campaigns/${id}/messages.csv`}
          exportQuery={filters}
          empty={<Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')} />}
          filters={
            <>
              <FilterSelect
                label={t('state')}
                value={state}
                options={options('message_state', stateChoices(snapshot?.by_state, state))}
                // A reason belongs to states: with another state it would find nothing.
                onChange={(next) => setFilters({ state: next, reason: undefined })}
              />
              <FilterSelect
                label={t('reason')}
                value={reason}
                options={options('reason', reasonChoices(snapshot?.funnel ?? [], state, reason))}
                onChange={(next) => setFilters({ reason: next })}
                width={180}
              />
            </>
          }
        />
      </div>
    </Page>
  );
}
