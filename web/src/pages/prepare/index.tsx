// Technology's workspace for one campaign: what it is, its parameters, its rehearsal, its pre-send test, its start.
import { Alert, Flex, Steps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { TermTag } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { useFreshOn } from '@/components/use_fresh_on';
import { useNow } from '@/components/use_now';
import { roadOf, type Step } from '@/pages/hand_over/road';
import { CampaignControl } from '@/pages/monitor/control';
import { useEmergencyStop } from '@/pages/monitor/emergency_stop';
import { Glance } from './glance';
import { ParametersForm } from './parameters';
import { resultInForce } from './rehearsal';
import { RehearsalPanel } from './rehearsal_panel';
import { whyNoRehearsal, whyNoTest } from './road';
import { StartPanel } from './start_panel';
import { TestPanel } from './test_panel';

type Campaign = Schema<'CampaignView'>;

const kFast = 1_500;
const kSlow = 10_000;

function Road({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('prepare');
  const road = roadOf(campaign);
  const status = { done: 'finish', now: 'process', later: 'wait' } as const;
  return (
    <Steps
      size="small"
      style={{ marginBlockEnd: 16 }}
      items={[
        { title: t('road.handed_over'), status: campaign.handed_over_at ? 'finish' : 'wait' },
        ...(Object.keys(road) as Step[]).map((step) => ({
          title: t(`road.${step}`),
          status: status[road[step]],
        })),
      ]}
    />
  );
}

function useWorkspace(campaign: Campaign) {
  const can = useCan();
  const content = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}',
    { params: { path: { content_id: campaign.content_id } } },
    { enabled: can('content.read') },
  );
  const channels = $api.useQuery(
    'get',
    '/api/v1/channels',
    { params: { query: { limit: 200 } } },
    { enabled: can('channel.read'), refetchInterval: kSlow },
  );
  const test = $api.useQuery(
    'get',
    '/api/v1/pre_send_tests/{test_id}',
    { params: { path: { test_id: campaign.test_id ?? '' } } },
    {
      enabled: campaign.test_id !== undefined,
      refetchInterval: campaign.state === 'testing' ? kFast : false,
    },
  );
  const rehearsals = $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}/rehearsals',
    { params: { path: { campaign_id: campaign.id } } },
    { refetchInterval: ({ state }) => (state.data?.items[0]?.state === 'running' ? kFast : kSlow) },
  );
  const handsets = $api.useQuery('get', '/api/v1/test_handsets');
  const settings = $api.useQuery('get', '/api/v1/settings/sending', {}, { enabled: can('setting.read') });
  const routes = $api.useQuery(
    'get',
    '/api/v1/routes',
    { params: { query: { limit: 200 } } },
    { enabled: can('channel.read') && campaign.parameters?.route_id !== undefined },
  );
  return {
    content: content.data,
    channels: channels.data?.items ?? [],
    routes: routes.data?.items ?? [],
    test: campaign.test_id ? test.data : undefined,
    rehearsal: rehearsals.data?.items[0],
    handsets: handsets.data?.items.length,
    noticeThreshold: settings.data?.notice_threshold,
  };
}

function Workspace({ campaign }: { campaign: Campaign }) {
  useFreshOn(campaign.state);
  const { content, channels, routes, test, rehearsal, handsets, noticeThreshold } = useWorkspace(campaign);
  const { data: emergency } = useEmergencyStop();
  // Which version has been edited here: a newer one begins with a clean form.
  const [editedVersion, setEditedVersion] = useState<number | null>(null);
  const unsaved = editedVersion === campaign.version;
  const now = useNow(5_000);
  const parameters = campaign.parameters;
  const route = routes.find((each) => each.id === parameters?.route_id);
  // Of a route, a channel that is bound stands for all.
  const ofRoute = channels.filter((each) => route?.channels.some((way) => way.channel_id === each.id));
  const channel =
    channels.find((each) => each.id === parameters?.channel_id) ??
    ofRoute.find((each) => each.link?.state === 'bound') ??
    ofRoute[0];
  const segments =
    test?.funnel?.segments || campaign.audience_count * (content?.latest.measure.segments ?? 1);
  const facts = {
    campaign,
    content,
    test,
    channel,
    emergency: emergency?.active ?? false,
    noticeThreshold,
    unsaved,
    now,
  };
  return (
    <>
      <Road campaign={campaign} />
      <div className="columns-2 columns-side">
        <Glance campaign={campaign} content={content} />
        <div className="column">
          <ParametersForm
            key={campaign.version}
            campaign={campaign}
            signatureId={content?.signature.signature_id}
            channels={channels}
            segments={segments}
            rehearsed={unsaved ? undefined : resultInForce(rehearsal)}
            onUnsaved={(edited) => setEditedVersion(edited ? campaign.version : null)}
          />
          <RehearsalPanel
            campaign={campaign}
            rehearsal={rehearsal}
            channels={channels}
            whyNot={whyNoRehearsal(campaign, content, unsaved)}
          />
          <TestPanel
            campaign={campaign}
            test={test}
            whyNot={whyNoTest(campaign, content, unsaved, handsets)}
          />
          <StartPanel facts={facts} wouldSend={test?.funnel?.would_send ?? null} />
        </div>
      </div>
    </>
  );
}

function StateNotice({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('prepare');
  const can = useCan();
  const { state } = campaign;
  if (['planned', 'freezing', 'frozen'].includes(state))
    return <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('why.not_handed_over')} />;
  if (['running', 'paused', 'finishing', 'completed', 'cancelled'].includes(state))
    return (
      <Alert
        type="info"
        showIcon
        style={{ marginBlockEnd: 16 }}
        title={t(state === 'completed' || state === 'cancelled' ? 'why.over' : 'why.under_way')}
        action={can('monitor') && <Link to={`/monitor/${campaign.id}`}>{t('to_monitor')}</Link>}
      />
    );
  return null;
}

export default function Prepare() {
  const { t } = useTranslation('prepare');
  const { id = '' } = useParams();
  const can = useCan();
  const query = $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}',
    { params: { path: { campaign_id: id } } },
    // What others do shows here by itself; a running test is followed closely.
    { refetchInterval: ({ state }) => (state.data?.state === 'testing' ? kFast : kSlow) },
  );
  const campaign = query.data;
  const name = campaign?.name ?? t('title');
  return (
    <Page
      back={can('campaign.parameters') ? '/hand-over' : '/campaigns'}
      titleText={name}
      title={
        <Flex component="span" gap={10} align="center" wrap>
          {name}
          {campaign && <TermTag list="campaign_state" name={campaign.state} />}
        </Flex>
      }
      subtitle={t('title')}
      actions={campaign && <CampaignControl campaign={campaign} deeds={['cancel']} />}
    >
      {campaign && <StateNotice campaign={campaign} />}
      <QueryView query={query} rows={12}>
        {(seen) => <Workspace campaign={seen} />}
      </QueryView>
    </Page>
  );
}
