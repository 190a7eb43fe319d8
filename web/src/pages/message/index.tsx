// One message: what became of it and why, and each attempt as the carrier answered it.
import { Descriptions, Empty, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { IdText, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { AttemptStory } from './attempt';
import { Gates } from './gates';
import { inOrder, isSettled } from './steps';

type Message = Schema<'MessageDetail'>;

const kChannels = 200;
const kOpenPollMs = 3_000;

function CampaignLink({ id }: { id: string }) {
  const campaign = $api.useQuery('get', '/api/v1/campaigns/{campaign_id}', {
    params: { path: { campaign_id: id } },
  });
  return <Link to={`/campaigns/${id}`}>{campaign.data?.name ?? id}</Link>;
}

function Facts({ message }: { message: Message }) {
  const { t } = useTranslation('message');
  const term = useTerm();
  const can = useCan();
  const { count } = useFormat();
  const number = <span className="tabular">{message.number}</span>;
  return (
    <Section title={t('facts')}>
      <Flex gap="4px 12px" wrap align="baseline" style={{ marginBlockEnd: 12 }}>
        <TermTag list="message_state" name={message.state} />
        {message.reason !== 'none' && <b>{term('reason', message.reason)}</b>}
        <Typography.Text type="secondary">{t(`meaning.${message.state}`)}</Typography.Text>
      </Flex>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={[
          {
            key: 'customer',
            label: t('customer'),
            children: can('customer.read') ? (
              <Link to={`/customers/${message.customer_id}`}>{number}</Link>
            ) : (
              number
            ),
          },
          {
            key: 'campaign',
            label: t('campaign'),
            children: message.campaign_id ? <CampaignLink id={message.campaign_id} /> : t('no_campaign'),
          },
          { key: 'carrier', label: t('carrier'), children: term('carrier', message.carrier) },
          {
            key: 'submitted_at',
            label: t('submitted_at'),
            children: <TimeText value={message.submitted_at} detail="second" />,
          },
          {
            key: 'state_at',
            label: t('state_at'),
            children: <TimeText value={message.state_at} detail="second" />,
          },
          { key: 'attempts', label: t('attempts'), children: count(message.attempts) },
          { key: 'segments', label: t('segments'), children: count(message.segments) },
          { key: 'id', label: t('id'), children: <IdText value={message.id} /> },
          ...(message.accepted_at
            ? [
                {
                  key: 'accepted_at',
                  label: t('accepted_at'),
                  children: <TimeText value={message.accepted_at} detail="second" />,
                },
              ]
            : []),
          ...(message.reference
            ? [{ key: 'reference', label: t('reference'), children: message.reference }]
            : []),
        ]}
      />
    </Section>
  );
}

function NoAttempt({ state }: { state: Message['state'] }) {
  const { t } = useTranslation('message');
  const why = state === 'refused' ? 'refused' : isSettled(state) ? 'other' : 'waiting';
  return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(`none.${why}`)} />;
}

function Story({ message }: { message: Message }) {
  const { t } = useTranslation('message');
  const can = useCan();
  const channels = $api.useQuery(
    'get',
    '/api/v1/channels',
    { params: { query: { limit: kChannels } } },
    { enabled: can('channel.read') && message.attempt_list.length > 0 },
  );
  const nameOf = (id: string) => channels.data?.items.find((c) => c.id === id)?.name;
  return (
    <Section
      title={t('attempt_list')}
      extra={
        can('channel.read') && message.attempt_list.length > 0 ? (
          <Link to="/carrier-codes">{t('codes_hint')}</Link>
        ) : null
      }
    >
      {message.attempt_list.length === 0 ? (
        <NoAttempt state={message.state} />
      ) : (
        inOrder(message.attempt_list).map((attempt) => (
          <AttemptStory
            key={attempt.id}
            attempt={attempt}
            channel={nameOf(attempt.channel_id)}
            settled={isSettled(message.state)}
          />
        ))
      )}
    </Section>
  );
}

export default function MessagePage() {
  const { t } = useTranslation('message');
  const { id = '' } = useParams();
  const query = $api.useQuery(
    'get',
    '/api/v1/messages/{message_id}',
    { params: { path: { message_id: id } } },
    { refetchInterval: ({ state }) => (state.data && !isSettled(state.data.state) ? kOpenPollMs : false) },
  );
  const message = query.data;
  const list = message?.campaign_id && `/campaigns/${message.campaign_id}/messages`;
  return (
    <Page
      back={list || undefined}
      title={message ? t('title', { number: message.number }) : t('title_plain')}
      subtitle={list && <Link to={list}>{t('to_list')}</Link>}
    >
      <QueryView query={query} rows={8}>
        {(seen) => (
          <div className="column">
            <Facts message={seen} />
            <Story message={seen} />
            <Gates id={seen.id} state={seen.state} />
          </div>
        )}
      </QueryView>
    </Page>
  );
}
