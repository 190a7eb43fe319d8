// The inbox of technology: campaigns that marketing has handed over, the soonest due first, with what each lacks.
import { CheckCircleFilled, ClockCircleOutlined, MinusCircleOutlined } from '@ant-design/icons';
import { Empty, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { formatDistance } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { useNow } from '@/components/use_now';
import { useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';
import { byDeadline, kInboxStates, nextStep, roadOf, type Standing, type Step, urgencyOf } from './road';

type Campaign = Schema<'CampaignView'>;
type InboxState = (typeof kInboxStates)[number];

const kMost = 200;
const kStandingIcon = {
  done: <CheckCircleFilled />,
  now: <ClockCircleOutlined />,
  later: <MinusCircleOutlined />,
};
const kStandingColour: Record<Standing, string> = { done: 'green', now: 'gold', later: 'default' };

/** All of the inbox at once: it is short, and only whole can it be sorted by deadline. */
async function fetchInbox(states: readonly InboxState[]): Promise<{ items: Campaign[] }> {
  const pages = await Promise.all(
    states.map((state) => api.GET('/api/v1/campaigns', { params: { query: { state, limit: kMost } } })),
  );
  return { items: pages.flatMap(({ data }) => data?.items ?? []).sort(byDeadline) };
}

function Deadline({ at }: { at: string }) {
  const { t } = useTranslation('hand_over');
  const { language } = useFormat();
  const now = useNow(30_000);
  const urgency = urgencyOf(at, now);
  return (
    <Flex vertical gap={2} align="flex-start">
      <TimeText value={at} />
      {urgency === 'later' ? (
        <Typography.Text type="secondary">{formatDistance(at, now, language)}</Typography.Text>
      ) : (
        <Tag color={urgency === 'overdue' ? 'red' : 'orange'}>
          {t(`urgency.${urgency}`)} · {formatDistance(at, now, language)}
        </Tag>
      )}
    </Flex>
  );
}

function Road({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('hand_over');
  const road = roadOf(campaign);
  return (
    <Flex gap={4} wrap component="ul" style={{ listStyle: 'none', margin: 0, padding: 0 }}>
      {(Object.keys(road) as Step[]).map((step) => (
        <li key={step}>
          <Tag icon={kStandingIcon[road[step]]} color={kStandingColour[road[step]]}>
            {t(`step.${step}_${road[step]}`)}
          </Tag>
        </li>
      ))}
    </Flex>
  );
}

function useColumns(): Column<Campaign>[] {
  const { t } = useTranslation('hand_over');
  const { t: common } = useTranslation();
  const { count } = useFormat();
  return [
    { key: 'deadline', title: t('deadline'), render: (_, row) => <Deadline at={row.planned_at} /> },
    {
      key: 'name',
      title: common('field.name'),
      render: (_, row) => (
        <div style={{ maxWidth: 260 }}>
          <Link to={`/hand-over/${row.id}`} style={{ fontWeight: 600 }}>
            {row.name}
          </Link>
          <div>
            <TermTag list="message_class" name={row.message_class} />
          </div>
        </div>
      ),
    },
    {
      key: 'state',
      title: common('field.state'),
      render: (_, row) => <TermTag list="campaign_state" name={row.state} />,
    },
    { key: 'road', title: t('missing'), render: (_, row) => <Road campaign={row} /> },
    {
      key: 'audience',
      title: t('audience'),
      align: 'right',
      className: 'tabular',
      render: (_, row) => count(row.audience_count),
    },
    {
      key: 'handed_over',
      title: t('handed_over'),
      render: (_, row) => <TimeText value={row.handed_over_at} />,
    },
    { key: 'owner', title: t('owner'), render: (_, row) => <UserName id={row.owner_id} /> },
    {
      key: 'next',
      title: t('next'),
      render: (_, row) => <Link to={`/hand-over/${row.id}`}>{t(`next_${nextStep(row) ?? 'none'}`)}</Link>,
    },
  ];
}

export default function HandOver() {
  const { t } = useTranslation('hand_over');
  const { t: common } = useTranslation();
  const term = useTerm();
  const [filters, setFilters] = useUrlFilters(['state'] as const);
  const state = kInboxStates.find((known) => known === filters.state);
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <DataTable<Campaign>
        id="hand_over"
        ariaLabel={t('title')}
        queryKey={['hand_over', state]}
        page={() => fetchInbox(state ? [state] : kInboxStates)}
        columns={useColumns()}
        rowKey="id"
        refetchInterval={15_000}
        filtered={state !== undefined}
        filters={
          <FilterSelect
            label={common('field.state')}
            value={state}
            options={kInboxStates.map((value) => ({ value, label: term('campaign_state', value) }))}
            onChange={(value) => setFilters({ state: value })}
          />
        }
        empty={
          <Empty
            image={Empty.PRESENTED_IMAGE_SIMPLE}
            description={
              <>
                {t('empty')}
                <br />
                <Typography.Text type="secondary">{t('empty_hint')}</Typography.Text>
              </>
            }
          />
        }
      />
    </Page>
  );
}
