// Where a task is done and how urgent it is. Pure.
import type { Schema } from '@/api/client';

type Task = Schema<'TaskView'>;

const kSoonMs = 24 * 3600 * 1000;

export function placeOfTask(
  task: Pick<Task, 'kind' | 'object_type' | 'object_id'>,
  can: (permission: string) => boolean,
): string {
  switch (task.kind) {
    case 'content_to_review':
      return `/review/${task.object_id}`;
    case 'content_to_revise':
    case 'content_to_first_review':
    case 'content_to_submit':
    case 'content_rescreened':
      return `/contents/${task.object_id}`;
    case 'campaign_to_prepare':
    case 'campaign_to_start':
      return `/hand-over/${task.object_id}`;
    case 'campaign_paused':
      return `/monitor/${task.object_id}`;
    case 'campaign_to_hand_over':
      return `/campaigns/${task.object_id}`;
    case 'report_to_acknowledge':
      return `/reports/${task.object_id}`;
    case 'consent_to_confirm':
      return '/consent-tasks?state=open';
    case 'qualification_expiring':
      return '/qualifications';
    case 'signature_to_revise':
    case 'signature_to_review':
    case 'signature_to_file':
      return `/signatures/${task.object_id}`;
    case 'channel_down':
      return `/channels/${task.object_id}`;
    case 'emergency_stop_active':
      return can('monitor') ? '/monitor' : '/health';
    default:
      return '/';
  }
}

export function urgencyOf(deadline: string, now: Date): 'overdue' | 'soon' | 'later' {
  const left = new Date(deadline).getTime() - now.getTime();
  return left < 0 ? 'overdue' : left < kSoonMs ? 'soon' : 'later';
}
