// Everything that the page of one campaign shows, each part asked for only where it exists and the person may see it.
import { $api } from '@/api/client';
import { useCan } from '@/app/session';
import { useContent } from '@/components/content_preview';
import { isMoving, isSending } from './road';

const kSendingMs = 2_000;
const kMovingMs = 5_000;

export function useCampaign(id: string) {
  return $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}',
    { params: { path: { campaign_id: id } } },
    {
      refetchInterval: ({ state }) =>
        state.data && isMoving(state.data.state)
          ? isSending(state.data.state)
            ? kSendingMs
            : kMovingMs
          : false,
    },
  );
}

export type CampaignQuery = ReturnType<typeof useCampaign>;
export type Campaign = NonNullable<CampaignQuery['data']>;

/** The counts by state and reason, once there are recipients. */
export function useSnapshot(campaign: Campaign) {
  const can = useCan();
  return $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}/monitor',
    { params: { path: { campaign_id: campaign.id } } },
    {
      enabled: can('monitor') && campaign.audience_count > 0,
      refetchInterval: isSending(campaign.state) ? kSendingMs : false,
    },
  );
}

export function useTest(campaign: Campaign) {
  return $api.useQuery(
    'get',
    '/api/v1/pre_send_tests/{test_id}',
    { params: { path: { test_id: campaign.test_id ?? '' } } },
    {
      enabled: Boolean(campaign.test_id),
      refetchInterval: campaign.state === 'testing' ? kSendingMs : false,
    },
  );
}

export function useReport(campaign: Campaign) {
  const can = useCan();
  return $api.useQuery(
    'get',
    '/api/v1/reports/{report_id}',
    { params: { path: { report_id: campaign.report_id ?? '' } } },
    { enabled: Boolean(campaign.report_id) && can('report.read') },
  );
}

export function useEffectOf(campaign: Campaign) {
  const can = useCan();
  return $api.useQuery(
    'get',
    '/api/v1/campaigns/{campaign_id}/effect',
    { params: { path: { campaign_id: campaign.id } } },
    {
      enabled: can('report.read') && Boolean(campaign.started_at),
      refetchInterval: isSending(campaign.state) ? 10_000 : false,
    },
  );
}

export { useContent };
