// What may be done with a campaign here, and why not: the key of a text, or null when it may. Pure.
import type { Schema } from '@/api/client';
import { testHolds } from '@/pages/hand_over/road';

type Campaign = Schema<'CampaignView'>;
type Content = Schema<'ContentView'>;
type Test = Schema<'TestView'>;

const kBefore = ['planned', 'freezing', 'frozen'];
const kUnderWay = ['running', 'paused', 'finishing'];
const kOver = ['completed', 'cancelled'];

function whyNotInHand(campaign: Campaign): string | null {
  if (kBefore.includes(campaign.state)) return 'not_handed_over';
  if (campaign.state === 'testing') return 'testing';
  if (kUnderWay.includes(campaign.state)) return 'under_way';
  if (kOver.includes(campaign.state)) return 'over';
  return null;
}

export const whyNoParameters = whyNotInHand;

export function approvalStands(campaign: Campaign, content: Content | undefined): boolean {
  return (
    content?.approval === 'stands' &&
    (!campaign.content_version_id || content.approved_version_id === campaign.content_version_id)
  );
}

export function whyNoTest(
  campaign: Campaign,
  content: Content | undefined,
  unsaved: boolean,
  handsets: number | undefined,
): string | null {
  const reason = whyNotInHand(campaign);
  if (reason) return reason;
  if (campaign.state === 'scheduled') return 'scheduled';
  if (unsaved) return 'unsaved';
  if (!campaign.parameters) return 'no_parameters';
  if (content && !approvalStands(campaign, content)) return 'approval_void';
  if (handsets === 0) return 'no_handsets';
  return null;
}

/** Nothing of a rehearsal leaves the server: neither handsets nor a free campaign are needed. */
export function whyNoRehearsal(
  campaign: Campaign,
  content: Content | undefined,
  unsaved: boolean,
): string | null {
  const reason = campaign.state === 'testing' ? null : whyNotInHand(campaign);
  if (reason) return reason;
  if (unsaved) return 'unsaved';
  if (!campaign.parameters) return 'no_parameters';
  if (content && !approvalStands(campaign, content)) return 'approval_void';
  return null;
}

/** Policy 4.2.3: whether the campaign must be announced, by what is known here. */
export function needsNotice(campaign: Campaign, threshold: number | undefined): boolean {
  return (
    campaign.message_class === 'marketing' &&
    !campaign.announces &&
    threshold !== undefined &&
    threshold > 0 &&
    campaign.audience_count > threshold
  );
}

export interface StartFacts {
  campaign: Campaign;
  content: Content | undefined;
  test: Test | undefined;
  channel: Schema<'ChannelView'> | undefined;
  emergency: boolean;
  /** The audience above which marketing is announced first; unknown to those who may not read the settings. */
  noticeThreshold: number | undefined;
  unsaved: boolean;
  now: Date;
}

export interface Check {
  name: 'approval' | 'parameters' | 'test' | 'channel' | 'notice' | 'emergency';
  standing: 'ok' | 'missing' | 'unknown';
}

export function startChecks(facts: StartFacts): Check[] {
  const { campaign, content, channel } = facts;
  const of = (name: Check['name'], known: boolean, ok: boolean): Check => ({
    name,
    standing: !known ? 'unknown' : ok ? 'ok' : 'missing',
  });
  return [
    of('approval', content !== undefined, approvalStands(campaign, content)),
    of('parameters', true, campaign.parameters !== undefined && !facts.unsaved),
    of('test', true, testHolds(campaign, facts.test, facts.now)),
    // Nothing to say of a channel before one is chosen.
    ...(campaign.parameters
      ? [of('channel', channel !== undefined, channel?.use === 'enabled' && channel.link?.state === 'bound')]
      : []),
    ...(needsNotice(campaign, facts.noticeThreshold)
      ? [of('notice', true, Boolean(campaign.notice_waiver ?? campaign.parameters?.announcement_id))]
      : []),
    of('emergency', true, !facts.emergency),
  ];
}

/** A channel that is down does not forbid the start: messages wait in the queue. */
export function whyNoStart(facts: StartFacts): string | null {
  const { campaign } = facts;
  const reason = whyNotInHand(campaign);
  if (reason) return reason;
  if (facts.unsaved) return 'unsaved';
  const missing = startChecks(facts).find(
    (check) => check.standing === 'missing' && check.name !== 'channel',
  );
  return missing ? `missing_${missing.name}` : null;
}

/** Whether pressing start makes it wait for its time. */
export function startsLater(campaign: Campaign, now: Date): boolean {
  const at = campaign.parameters?.scheduled_at;
  return campaign.state !== 'scheduled' && at !== undefined && new Date(at) > now;
}
