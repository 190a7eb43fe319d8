// What compliance says of findings: that one is a problem, that it is none, or that the text may say it. Pure.
import type { Schema } from '@/api/client';

export interface DraftDisposition {
  decision: Schema<'DispositionDecision'>;
  reason: string;
}

/** By the index of the finding. */
export type Dispositions = Record<number, DraftDisposition>;

/** To dismiss or to permit takes a reason. */
export function lacksReason(given: DraftDisposition): boolean {
  return given.decision !== 'confirmed' && !given.reason.trim();
}

export function dispositionsOf(dispositions: Readonly<Dispositions>): Schema<'Disposition'>[] {
  return Object.entries(dispositions).map(([finding, given]) => ({
    finding: Number(finding),
    decision: given.decision,
    reason: given.reason.trim(),
  }));
}
