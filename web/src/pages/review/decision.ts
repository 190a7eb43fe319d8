// What a reviewer has put down so far, and what is still missing before he may approve or reject. Pure.
import type { Schema } from '@/api/client';
import { type Answers, checklistOf, kPoints, type Point } from '@/components/content/checklist';
import type { Finding } from '@/components/content/findings';

export type ContentProblem = Schema<'ContentProblem'>;

export interface DraftDisposition {
  decision: Schema<'DispositionDecision'>;
  reason: string;
}

export interface ReviewDraft {
  answers: Answers;
  dispositions: Record<number, DraftDisposition>;
  problems: ContentProblem[];
  opinion: string;
}

export const kEmptyDraft: ReviewDraft = { answers: {}, dispositions: {}, problems: [], opinion: '' };

export type Missing =
  | { kind: 'blocked' | 'opinion' | 'problem' | 'problems_left' }
  | { kind: 'disposition' | 'dismissal'; finding: number }
  | { kind: 'answer' | 'negative' | 'note'; point: Point };

function missingDismissals(draft: ReviewDraft): Missing[] {
  return Object.entries(draft.dispositions).flatMap(([index, given]) =>
    given.decision === 'dismissed' && !given.reason.trim()
      ? [{ kind: 'dismissal' as const, finding: Number(index) }]
      : [],
  );
}

function missingOpinion(draft: ReviewDraft): Missing[] {
  return draft.opinion.trim() ? [] : [{ kind: 'opinion' }];
}

/** Approval: nothing blocks, every finding to be reviewed is disposed of, five times yes with a note, no problem left. */
export function missingForApproval(draft: ReviewDraft, findings: readonly Finding[]): Missing[] {
  const missing: Missing[] = [];
  if (findings.some((finding) => finding.severity === 'block')) missing.push({ kind: 'blocked' });
  for (const finding of findings)
    if (finding.severity === 'review' && !draft.dispositions[finding.index])
      missing.push({ kind: 'disposition', finding: finding.index });
  missing.push(...missingDismissals(draft));
  for (const point of kPoints) {
    const given = draft.answers[point];
    if (!given?.answer) missing.push({ kind: 'answer', point });
    else if (given.answer === 'no') missing.push({ kind: 'negative', point });
    else if (!given.note.trim()) missing.push({ kind: 'note', point });
  }
  if (draft.problems.length > 0) missing.push({ kind: 'problems_left' });
  return [...missing, ...missingOpinion(draft)];
}

/** Rejection: at least one named problem, each of the five points answered, an opinion. */
export function missingForRejection(draft: ReviewDraft): Missing[] {
  const missing: Missing[] = [];
  if (draft.problems.length === 0) missing.push({ kind: 'problem' });
  for (const point of kPoints) if (!draft.answers[point]?.answer) missing.push({ kind: 'answer', point });
  return [...missing, ...missingDismissals(draft), ...missingOpinion(draft)];
}

function dispositionsOf(draft: ReviewDraft): Schema<'Disposition'>[] {
  return Object.entries(draft.dispositions).map(([finding, given]) => ({
    finding: Number(finding),
    decision: given.decision,
    reason: given.reason.trim(),
  }));
}

export function approvalOf(draft: ReviewDraft): Schema<'ApproveContent'> {
  return {
    opinion: draft.opinion.trim(),
    checklist: checklistOf(draft.answers),
    dispositions: dispositionsOf(draft),
  };
}

export function rejectionOf(draft: ReviewDraft): Schema<'RejectContent'> {
  return { ...approvalOf(draft), problems: draft.problems };
}

export type Bar = 'no_permission' | 'not_submitted' | 'author' | 'first_reviewer' | 'submitter';

/** Why a person may not decide, as far as the content itself tells; the server's word counts where it is there. */
export function barOf(
  content: Pick<Schema<'ContentView'>, 'state' | 'versions' | 'reviews'>,
  person: { id: string; mayReview: boolean },
): Bar | null {
  const had = (kind: Schema<'ReviewKind'>) =>
    content.reviews.some((review) => review.kind === kind && review.reviewer_id === person.id);
  if (!person.mayReview) return 'no_permission';
  if (content.state !== 'submitted') return 'not_submitted';
  if (content.versions.some((version) => version.created_by === person.id)) return 'author';
  if (had('first_review')) return 'first_reviewer';
  return had('submission') ? 'submitter' : null;
}
