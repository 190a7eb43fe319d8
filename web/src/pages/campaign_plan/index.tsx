// Writing a plan, and changing one that is still only a plan.
import { Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { $api, api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useSession } from '@/app/session';
import { useAction } from '@/components/action';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { PlanForm } from './form';
import { toForm } from './plan';

type Plan = Schema<'CampaignPlan'>;
type Campaign = Schema<'CampaignView'>;

const kRefresh = [
  ['get', '/api/v1/campaigns'],
  ['get', '/api/v1/campaigns/{campaign_id}'],
  ['get', '/api/v1/tasks'],
];

function NewPlan() {
  const { t } = useTranslation('campaign_plan');
  const navigate = useNavigate();
  const session = useSession();
  const create = useAction(
    async (plan: Plan) => {
      const { data } = await api.POST('/api/v1/campaigns', {
        params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
        body: plan,
      });
      return data!;
    },
    {
      done: t('created'),
      showsErrors: true,
      refresh: kRefresh,
      onDone: (campaign) => void navigate(`/campaigns/${campaign.id}`),
    },
  );
  return (
    <PlanForm
      initial={{ owner_id: session.id, audience: {} }}
      busy={create.busy}
      fresh
      onSave={(plan) => create.runAsync(plan)}
      onCancel={() => void navigate('/campaigns')}
    />
  );
}

function OldPlan({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign_plan');
  const navigate = useNavigate();
  const place = `/campaigns/${campaign.id}`;
  const change = useAction(
    async (plan: Plan) => {
      const { data } = await api.PUT('/api/v1/campaigns/{campaign_id}', {
        params: { path: { campaign_id: campaign.id }, header: ifMatch(campaign.version) },
        body: plan,
      });
      return data!;
    },
    {
      done: t('common:state.saved'),
      showsErrors: true,
      refresh: kRefresh,
      onDone: () => void navigate(place),
    },
  );
  if (campaign.state !== 'planned')
    return (
      <Result
        status="info"
        title={t('not_planned')}
        subTitle={t('not_planned_hint')}
        extra={<Link to={place}>{t('to_campaign')}</Link>}
      />
    );
  return (
    <PlanForm
      initial={toForm(campaign)}
      busy={change.busy}
      fresh={false}
      onSave={(plan) => change.runAsync(plan)}
      onCancel={() => void navigate(place)}
    />
  );
}

function EditPlan({ id }: { id: string }) {
  const query = $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}',
    { params: { path: { campaign_id: id } } },
    // The form is not to change under the writer's hands; a save of something outdated is refused.
    { refetchOnWindowFocus: false, staleTime: Infinity, gcTime: 0 },
  );
  return <QueryView query={query}>{(campaign) => <OldPlan campaign={campaign} />}</QueryView>;
}

export default function CampaignPlan() {
  const { t } = useTranslation('campaign_plan');
  const { id } = useParams();
  return (
    <Page
      title={t(id ? 'title_edit' : 'title_new')}
      subtitle={t('subtitle')}
      back={id ? `/campaigns/${id}` : '/campaigns'}
    >
      {id ? <EditPlan id={id} /> : <NewPlan />}
    </Page>
  );
}
