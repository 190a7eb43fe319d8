// The campaigns under way, each with its own progress and rate, and what can be done with it at once.
import { Empty, Flex, theme, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { TermTag, TimeText } from '@/components/marks';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { StateBar } from '@/components/state_bar';
import { CampaignControl } from './control';
import { useReasonText } from './reason_text';
import { remainingIn } from './totals';

type Campaign = Schema<'CampaignView'>;

const kRows = 50;
const kRefresh = 5_000;

function Progress({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('monitor');
  const { count, language } = useFormat();
  const { data, error } = $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}/monitor',
    { params: { path: { campaign_id: campaign.id } } },
    { refetchInterval: campaign.state === 'running' ? 2_000 : kRefresh },
  );
  if (!data) return error ? <Typography.Text type="secondary">{t('list.unseen')}</Typography.Text> : null;
  const done = data.targeted - remainingIn(data.by_state);
  const rate = data.messages_per_second.toFixed(data.messages_per_second < 10 ? 1 : 0);
  return (
    <>
      <StateBar counts={data.by_state} total={data.targeted} legend={false} />
      <Flex gap="2px 16px" wrap style={{ marginBlockStart: 4 }} className="tabular">
        <span>{t('list.done', { percent: formatShare(done, data.targeted, language) })}</span>
        <span>{t('list.of', { done: count(done), whole: count(data.targeted) })}</span>
        {campaign.state === 'running' && <b>{t('list.rate', { rate })}</b>}
      </Flex>
    </>
  );
}

function Row({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('monitor');
  const { token } = theme.useToken();
  const reason = useReasonText();
  const can = useCan();
  const scheduled = campaign.state === 'scheduled';
  const place = scheduled && can('campaign.read') ? `/hand-over/${campaign.id}` : `/monitor/${campaign.id}`;
  return (
    <li style={{ paddingBlock: 12, borderBlockStart: `1px solid ${token.colorBorderSecondary}` }}>
      <Flex justify="space-between" gap={8} align="flex-start">
        <div style={{ minWidth: 0 }}>
          <Link to={place} style={{ fontWeight: 600, marginInlineEnd: 8 }}>
            {campaign.name}
          </Link>
          <TermTag list="campaign_state" name={campaign.state} />
          <div>
            <Typography.Text type="secondary">
              {scheduled ? t('list.planned') : t('list.started')}{' '}
              <TimeText value={scheduled ? campaign.parameters?.scheduled_at : campaign.started_at} />
              {scheduled && ` · ${t('list.by_schedule')}`}
            </Typography.Text>
          </div>
        </div>
        <Flex gap={8}>
          <CampaignControl campaign={campaign} compact deeds={['pause', 'resume']} />
        </Flex>
      </Flex>
      {campaign.state === 'paused' && campaign.state_reason && (
        <div className="message-text">{t('list.reason', { reason: reason(campaign.state_reason) })}</div>
      )}
      {!scheduled && (
        <div style={{ marginBlockStart: 8 }}>
          <Progress campaign={campaign} />
        </div>
      )}
    </li>
  );
}

function useCampaignsIn(state: 'running' | 'paused' | 'finishing' | 'scheduled') {
  return $api.useQuery(
    'get',
    '/api/v1/campaigns',
    { params: { query: { state, limit: kRows } } },
    { refetchInterval: kRefresh },
  );
}

export function CampaignRows() {
  const { t } = useTranslation('monitor');
  const can = useCan();
  const queries = [
    useCampaignsIn('running'),
    useCampaignsIn('paused'),
    useCampaignsIn('finishing'),
    useCampaignsIn('scheduled'),
  ];
  const known = queries.every((query) => query.data);
  const query = {
    data: known ? queries.flatMap((each) => each.data!.items) : undefined,
    error: queries.find((each) => each.error)?.error ?? null,
    isPending: queries.some((each) => each.isPending),
    refetch: () => queries.forEach((each) => void each.refetch()),
  };
  const more = queries.some((each) => each.data?.next_after);
  return (
    <Section
      title={t('list.title')}
      extra={can('campaign.parameters') ? <Link to="/hand-over">{t('list.hand_over')}</Link> : null}
      styles={{ body: { paddingBlock: 0 } }}
    >
      <QueryView
        query={query}
        isEmpty={(items) => items.length === 0}
        empty={
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={
              <>
                {t('list.none')}
                <br />
                <Typography.Text type="secondary">{t('list.none_hint')}</Typography.Text>
              </>
            }
          />
        }
      >
        {(items) => (
          <>
            <ul style={{ listStyle: 'none', margin: '-1px 0 0', padding: 0 }}>
              {items.map((campaign) => (
                <Row key={campaign.id} campaign={campaign} />
              ))}
            </ul>
            {more && <Link to="/campaigns">{t('list.more')}</Link>}
          </>
        )}
      </QueryView>
    </Section>
  );
}
