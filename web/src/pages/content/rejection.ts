// The review that sent a content back, and where its problems stand in the text now. Pure.
import type { Schema } from '@/api/client';
import { type MessageText, type Part, problemKey } from '@/components/content/findings';
import { isCompliance } from '@/components/content/rounds';
import { shiftSpans, type TextSpan } from '@/components/highlight_spans';
import { toUnits } from '@/components/text_offsets';
import type { Content } from './draft';

/** Stays until the content is submitted again. */
export function lastRejection(content: Pick<Content, 'state' | 'reviews'>): Schema<'ReviewView'> | undefined {
  if (!['rejected', 'draft', 'first_reviewed'].includes(content.state)) return undefined;
  const last = content.reviews.findLast(isCompliance);
  return last?.decision === 'rejected' ? last : undefined;
}

/** Problems of the version that is being changed, moved along with the text; what was rewritten has none. */
export function problemSpans(content: Content, now: MessageText, part: Part): TextSpan[] {
  const review = lastRejection(content);
  if (!review || review.version_number !== content.version_number) return [];
  const before = content.latest.text[part];
  const spans = review.problems.flatMap((problem, index): TextSpan[] =>
    problem.span?.part === part
      ? [{ key: problemKey(index), tone: 'problem', label: problem.text, ...toUnits(before, problem.span) }]
      : [],
  );
  return shiftSpans(before, now[part], spans);
}
