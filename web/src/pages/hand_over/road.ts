// What a handed-over campaign still lacks before it can start. Pure.
import type { Schema } from '@/api/client';

type Campaign = Schema<'CampaignView'>;
type Test = Schema<'TestView'>;

export type Step = 'parameters' | 'test' | 'start';
export type Standing = 'done' | 'now' | 'later';

/** The states in which a campaign is technology's to prepare. */
export const kInboxStates = ['handed_over', 'testing', 'ready', 'scheduled'] as const;

const kTested = ['ready', 'scheduled', 'running', 'paused', 'finishing', 'completed'];
const kStarted = ['scheduled', 'running', 'paused', 'finishing', 'completed'];

/** The test that a campaign names counts only for the very parameters, content and audience it was made with. */
export function testHolds(campaign: Campaign, test: Test | undefined, now: Date): boolean {
  if (!test || test.state !== 'passed' || test.binding_hash !== campaign.binding_hash) return false;
  return test.expires_at === undefined || new Date(test.expires_at) > now;
}

export function roadOf(campaign: Campaign): Record<Step, Standing> {
  const done: Record<Step, boolean> = {
    parameters: campaign.parameters !== undefined,
    test: kTested.includes(campaign.state),
    start: kStarted.includes(campaign.state),
  };
  const steps: Step[] = ['parameters', 'test', 'start'];
  const first = steps.find((step) => !done[step]);
  const standing = (step: Step): Standing => (done[step] ? 'done' : step === first ? 'now' : 'later');
  return { parameters: standing('parameters'), test: standing('test'), start: standing('start') };
}

/** What is to be done next; null when nothing is. */
export function nextStep(campaign: Campaign): Step | null {
  const road = roadOf(campaign);
  return (Object.keys(road) as Step[]).find((step) => road[step] === 'now') ?? null;
}

export function byDeadline(a: Campaign, b: Campaign): number {
  return Date.parse(a.planned_at) - Date.parse(b.planned_at);
}

export type Urgency = 'overdue' | 'soon' | 'later';

export function urgencyOf(deadline: string, now: Date): Urgency {
  const left = Date.parse(deadline) - now.getTime();
  return left < 0 ? 'overdue' : left < 4 * 3_600_000 ? 'soon' : 'later';
}
