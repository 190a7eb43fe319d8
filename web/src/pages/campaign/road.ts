// The road of a campaign from plan to report: what is done, what is to be done now, and by whom. Pure.
import type { Schema } from '@/api/client';

export type Campaign = Schema<'CampaignView'>;
type Approval = Schema<'Approval'>;

export const kSteps = ['plan', 'content', 'frozen', 'handed_over', 'tested', 'sending', 'report'] as const;
export type Step = (typeof kSteps)[number];

export interface NextStep {
  /** A key of the page's texts under next.* */
  key: string;
  to: string;
  /** Who may do it; none: it is waited for. */
  permission?: string;
  department?: 'marketing' | 'technology' | 'compliance';
}

type Standing = Pick<Campaign, 'id' | 'state' | 'content_id' | 'parameters' | 'report_id'>;

/**
 * What comes next. `approval`: of the content, where it is known (the list does not know it); `acknowledged`: of the
 * report, where it is known.
 */
export function nextStep(
  campaign: Standing,
  approval?: Approval,
  acknowledged?: boolean,
): NextStep | undefined {
  const here = `/campaigns/${campaign.id}`;
  const prepare = `/hand-over/${campaign.id}`;
  const monitor = `/monitor/${campaign.id}`;
  const report = campaign.report_id ? `/reports/${campaign.report_id}` : undefined;
  switch (campaign.state) {
    case 'planned':
      return approval !== undefined && approval !== 'stands'
        ? { key: 'approve', to: `/contents/${campaign.content_id}` }
        : { key: 'freeze', to: here, permission: 'campaign.freeze', department: 'marketing' };
    case 'freezing':
      return { key: 'freezing', to: here };
    case 'frozen':
      return { key: 'hand_over', to: here, permission: 'campaign.hand_over', department: 'marketing' };
    case 'handed_over':
      return campaign.parameters
        ? { key: 'test', to: prepare, permission: 'campaign.test', department: 'technology' }
        : { key: 'parameters', to: prepare, permission: 'campaign.parameters', department: 'technology' };
    case 'testing':
      return { key: 'testing', to: prepare };
    case 'ready':
      return { key: 'start', to: prepare, permission: 'campaign.start', department: 'technology' };
    case 'scheduled':
      return { key: 'scheduled', to: prepare };
    case 'running':
      return { key: 'watch', to: monitor };
    case 'paused':
      return { key: 'resume', to: monitor, permission: 'campaign.control', department: 'technology' };
    case 'finishing':
      return { key: 'receipts', to: monitor };
    case 'completed':
    case 'cancelled':
      if (!report) return undefined;
      return acknowledged === false
        ? { key: 'acknowledge', to: report, permission: 'report.acknowledge', department: 'marketing' }
        : { key: 'report', to: report };
    default:
      return undefined;
  }
}

/** How many of the seven steps are done. */
export function stepsDone(campaign: Campaign, approval?: Approval): number {
  switch (campaign.state) {
    case 'planned':
    case 'freezing':
      return approval === 'stands' || campaign.state === 'freezing' ? 2 : 1;
    case 'frozen':
      return 3;
    case 'handed_over':
    case 'testing':
      return 4;
    case 'ready':
    case 'scheduled':
      return 5;
    case 'running':
    case 'paused':
    case 'finishing':
      return 5;
    case 'completed':
      return 7;
    case 'cancelled':
      if (campaign.report_id) return 7;
      if (campaign.started_at) return 5;
      if (campaign.handed_over_at) return 4;
      return campaign.frozen_at ? 3 : approval === 'stands' ? 2 : 1;
    default:
      return 0;
  }
}

/** Where the message of what may be done stands: the deeds that the state allows, whoever may do them. */
export function allowedDeeds(campaign: Pick<Campaign, 'state' | 'started_at'>) {
  const { state, started_at } = campaign;
  return {
    edit: state === 'planned',
    freeze: state === 'planned',
    hand_over: state === 'frozen',
    reopen: !started_at && ['frozen', 'handed_over', 'ready'].includes(state),
    cancel: !['freezing', 'completed', 'cancelled'].includes(state),
  };
}

/** Whether the numbers may still change by themselves. */
export function isMoving(state: Campaign['state']): boolean {
  return ['freezing', 'testing', 'scheduled', 'running', 'paused', 'finishing'].includes(state);
}

/** Whether messages may be leaving or receipts coming. */
export function isSending(state: Campaign['state']): boolean {
  return state === 'running' || state === 'finishing';
}
