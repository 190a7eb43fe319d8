// All campaigns, the newest first, each as one row with its progress and the rate really measured.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Empty } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useCan, useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { DataTable } from '@/components/data_table';
import { FilterSelect, FilterText } from '@/components/filters';
import { Page } from '@/components/page';
import { useUrlFilters } from '@/components/url_filters';
import { useDirectory } from '@/components/user_name';
import { isMoving } from '@/pages/campaign/road';
import { CampaignCard } from './campaign_card';
import { addSamples, leftOf, measuredRate, type Samples } from './rate';

type State = Schema<'CampaignState'>;
type MessageClass = Schema<'MessageClass'>;

const kStates: State[] = [
  'planned',
  'freezing',
  'frozen',
  'handed_over',
  'testing',
  'ready',
  'scheduled',
  'running',
  'paused',
  'finishing',
  'completed',
  'cancelled',
];
const kClasses: MessageClass[] = ['marketing', 'notification', 'public_service', 'verification'];
const kNames = ['state', 'message_class', 'owner_id', 'q'] as const;
const kPollMs = 2_000;
const kIdlePollMs = 15_000;

function useOwners(): { value: string; label: string }[] {
  const { entries } = useDirectory();
  const session = useSession();
  const { t } = useTranslation('campaigns');
  const planners = entries.filter((e) => e.kind === 'user' && e.roles.includes('marketing'));
  const others = planners
    .filter((e) => e.id !== session.id)
    .map((e) => ({ value: e.id, label: e.display_name }));
  return [{ value: session.id, label: t('me', { name: session.display_name }) }, ...others];
}

function Nothing() {
  const { t } = useTranslation('campaigns');
  const can = useCan();
  return (
    <Empty description={t('empty')}>
      {can('campaign.plan') && (
        <Link to="/campaigns/new" className="ant-btn">
          {t('create')}
        </Link>
      )}
    </Empty>
  );
}

export default function Campaigns() {
  const { t } = useTranslation('campaigns');
  const term = useTerm();
  const can = useCan();
  const navigate = useNavigate();
  const owners = useOwners();
  const [filters, setFilters] = useUrlFilters(kNames);
  const [samples, setSamples] = useState<Samples>({});
  const [moving, setMoving] = useState(false);

  const page = async (after: string | undefined, limit: number) => {
    const { data } = await api.GET('/api/v1/campaigns', {
      params: {
        query: {
          limit,
          after,
          state: filters.state as State | undefined,
          message_class: filters.message_class as Schema<'MessageClass'> | undefined,
          owner_id: filters.owner_id,
          q: filters.q,
        },
      },
    });
    const items = data!.items;
    const running = items.filter((c) => c.state === 'running');
    setSamples((before) =>
      addSamples(
        before,
        running.map((c) => ({ id: c.id, left: leftOf(c.by_state) })),
        Date.now(),
      ),
    );
    setMoving(items.some((c) => isMoving(c.state)));
    return data!;
  };

  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        can('campaign.plan') && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => navigate('/campaigns/new')}>
            {t('create')}
          </Button>
        )
      }
    >
      <DataTable
        id="campaigns"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/campaigns', filters]}
        page={page}
        rowKey="id"
        limit={20}
        refetchInterval={moving ? kPollMs : kIdlePollMs}
        card={(campaign) => <CampaignCard campaign={campaign} rate={measuredRate(samples[campaign.id])} />}
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/campaigns.csv"
        exportQuery={filters}
        empty={<Nothing />}
        filters={
          <>
            <FilterText label={t('search')} value={filters.q} onChange={(q) => setFilters({ q })} />
            <FilterSelect
              label={t('common:field.state')}
              value={filters.state}
              options={kStates.map((name) => ({ value: name, label: term('campaign_state', name) }))}
              onChange={(state) => setFilters({ state })}
            />
            <FilterSelect
              label={t('class')}
              value={filters.message_class}
              options={kClasses.map((name) => ({ value: name, label: term('message_class', name) }))}
              onChange={(message_class) => setFilters({ message_class })}
              width={120}
            />
            <FilterSelect
              label={t('owner')}
              value={filters.owner_id}
              options={owners}
              onChange={(owner_id) => setFilters({ owner_id })}
              width={140}
            />
          </>
        }
      />
    </Page>
  );
}
