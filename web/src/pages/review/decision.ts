// What a reviewer has put down so far, and what is still missing before he may approve or reject. Pure.
import type { Schema } from '@/api/client';
import { type Answers, checklistOf, kPoints, type Point } from '@/components/content/checklist';
import { type Dispositions, dispositionsOf, lacksReason } from '@/components/content/dispositions';
import type { Finding } from '@/components/content/findings';
import { type Judgements, judgementsOf, type OpenProblem } from '@/components/content/open_problems';
import { isMet, type Sector, type SectorAnswers, sectorAnswersOf } from '@/components/content/sector_items';

export type ContentProblem = Schema<'ContentProblem'>;

export interface ReviewDraft {
  answers: Answers;
  dispositions: Dispositions;
  problems: ContentProblem[];
  opinion: string;
  /** Answers to what the sectors ask, by key. */
  items: SectorAnswers;
  /** What is said of the problems of the round before, by number. */
  judgements: Judgements;
}

export const kEmptyDraft: ReviewDraft = {
  answers: {},
  dispositions: {},
  problems: [],
  opinion: '',
  items: {},
  judgements: {},
};

export type Missing =
  | { kind: 'blocked' | 'opinion' | 'problem' | 'problems_left' | 'documents' | 'signature' }
  | { kind: 'disposition' | 'confirmed' | 'unreasoned'; finding: number }
  | { kind: 'answer' | 'negative' | 'note'; point: Point }
  | { kind: 'answer' | 'negative' | 'note'; item: string }
  | { kind: 'judgement' | 'stands' | 'place'; problem: number };

function missingReasons(draft: ReviewDraft): Missing[] {
  return Object.entries(draft.dispositions).flatMap(([index, given]) =>
    lacksReason(given) ? [{ kind: 'unreasoned' as const, finding: Number(index) }] : [],
  );
}

function missingJudgements(draft: ReviewDraft, open: readonly OpenProblem[]): Missing[] {
  return open.flatMap(({ number }) =>
    draft.judgements[number]?.outcome ? [] : [{ kind: 'judgement' as const, problem: number }],
  );
}

/** Words that are not in the new text give a problem that stands no place. */
function missingPlaces(draft: ReviewDraft, open: readonly OpenProblem[]): Missing[] {
  return standing(draft, open).flatMap(({ number }) => {
    const given = draft.judgements[number];
    return given?.words && !given.span ? [{ kind: 'place' as const, problem: number }] : [];
  });
}

function standing(draft: ReviewDraft, open: readonly OpenProblem[]): OpenProblem[] {
  return open.filter(({ number }) => draft.judgements[number]?.outcome === 'stands');
}

function missingOpinion(draft: ReviewDraft): Missing[] {
  return draft.opinion.trim() ? [] : [{ kind: 'opinion' }];
}

type Given = { answer?: Schema<'Answer'>; note: string } | undefined;

function missingAnswer(given: Given): 'answer' | 'negative' | 'note' | null {
  if (!given?.answer) return 'answer';
  if (given.answer === 'no') return 'negative';
  return given.note.trim() ? null : 'note';
}

/** What the message bears is approved, or it bears none, which is screening's matter. */
export function maySign(word: Schema<'SignatureWord'>): boolean {
  return word === 'approved' || word === 'none';
}

/**
 * Approval: its signature is approved, nothing blocks, every finding to be reviewed is dismissed or permitted, every point and every item of the sectors is
 * answered yes with a note, valid documents are there, no problem is left, and none of the round before stands.
 */
export function missingForApproval(
  draft: ReviewDraft,
  findings: readonly Finding[],
  sectors: readonly Sector[] = [],
  needs: readonly Pick<Schema<'QualificationNeed'>, 'standing'>[] = [],
  open: readonly OpenProblem[] = [],
  signature: Schema<'SignatureWord'> = 'approved',
): Missing[] {
  const missing: Missing[] = [];
  if (!maySign(signature)) missing.push({ kind: 'signature' });
  if (findings.some((finding) => finding.severity === 'block')) missing.push({ kind: 'blocked' });
  for (const finding of findings)
    if (finding.severity === 'review' && !draft.dispositions[finding.index])
      missing.push({ kind: 'disposition', finding: finding.index });
  for (const [index, given] of Object.entries(draft.dispositions))
    if (given.decision === 'confirmed') missing.push({ kind: 'confirmed', finding: Number(index) });
  missing.push(...missingReasons(draft));
  for (const point of kPoints) {
    const kind = missingAnswer(draft.answers[point]);
    if (kind) missing.push({ kind, point });
  }
  for (const { key } of sectors.flatMap((sector) => sector.items)) {
    const kind = missingAnswer(draft.items[key]);
    if (kind) missing.push({ kind, item: key });
  }
  if (!needs.every(isMet)) missing.push({ kind: 'documents' });
  missing.push(...missingJudgements(draft, open));
  for (const { number } of standing(draft, open)) missing.push({ kind: 'stands', problem: number });
  if (draft.problems.length > 0) missing.push({ kind: 'problems_left' });
  return [...missing, ...missingOpinion(draft)];
}

/** Rejection: at least one problem, new or standing, each of the round before judged, each of the five points answered, an opinion. */
export function missingForRejection(draft: ReviewDraft, open: readonly OpenProblem[] = []): Missing[] {
  const missing: Missing[] = [...missingJudgements(draft, open), ...missingPlaces(draft, open)];
  if (draft.problems.length === 0 && standing(draft, open).length === 0) missing.push({ kind: 'problem' });
  for (const point of kPoints) if (!draft.answers[point]?.answer) missing.push({ kind: 'answer', point });
  return [...missing, ...missingReasons(draft), ...missingOpinion(draft)];
}

export function approvalOf(
  draft: ReviewDraft,
  sectors: readonly Sector[] = [],
  open: readonly OpenProblem[] = [],
): Schema<'ApproveContent'> {
  return {
    opinion: draft.opinion.trim(),
    checklist: checklistOf(draft.answers),
    dispositions: dispositionsOf(draft.dispositions),
    sector_answers: sectorAnswersOf(draft.items, sectors),
    judgements: judgementsOf(open, draft.judgements),
  };
}

export function rejectionOf(
  draft: ReviewDraft,
  sectors: readonly Sector[] = [],
  open: readonly OpenProblem[] = [],
): Schema<'RejectContent'> {
  return { ...approvalOf(draft, sectors, open), problems: draft.problems };
}

/** Whether compliance still has to decide: the first person of it, or the second. */
export function awaitsDecision(content: Pick<Schema<'ContentView'>, 'state'>): boolean {
  return content.state === 'submitted' || content.state === 'second_review';
}

export type Bar =
  'no_permission' | 'not_submitted' | 'author' | 'first_reviewer' | 'submitter' | 'first_approver';

/** Why a person may not decide, as far as the content itself tells; the server's word counts where it is there. */
export function barOf(
  content: Pick<Schema<'ContentView'>, 'state' | 'version_id' | 'round' | 'versions' | 'reviews'>,
  person: { id: string; mayReview: boolean },
): Bar | null {
  const had = (kind: Schema<'ReviewKind'>) =>
    content.reviews.some((review) => review.kind === kind && review.reviewer_id === person.id);
  if (!person.mayReview) return 'no_permission';
  if (!awaitsDecision(content)) return 'not_submitted';
  if (content.versions.some((version) => version.created_by === person.id)) return 'author';
  if (had('first_review')) return 'first_reviewer';
  if (had('submission')) return 'submitter';
  const approved = content.reviews.some(
    (review) =>
      review.decision === 'passed_on' &&
      review.version_id === content.version_id &&
      review.round === content.round &&
      review.reviewer_id === person.id,
  );
  return approved ? 'first_approver' : null;
}
