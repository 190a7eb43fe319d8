// The problems of the last rejection: what their author answered, what a reviewer says of that. Pure.
import type { Schema } from '@/api/client';

export type OpenProblem = Schema<'OpenProblem'>;
type Content = Pick<Schema<'ContentView'>, 'open_problems' | 'version_number'>;

export interface AnswerDraft {
  answer?: Schema<'ProblemAnswer'>;
  text: string;
}
/** By the problem's number. */
export type AnswerDrafts = Record<number, AnswerDraft>;

export function draftsOf(problems: readonly OpenProblem[]): AnswerDrafts {
  return Object.fromEntries(
    problems.map(({ number, answer }) => [number, { answer: answer?.answer, text: answer?.text ?? '' }]),
  );
}

/** What is complete and not saved as it is. */
export function changedAnswers(
  problems: readonly OpenProblem[],
  drafts: AnswerDrafts,
): Schema<'AnswerProblem'>[] {
  return problems.flatMap(({ number, answer }) => {
    const draft = drafts[number];
    const text = draft?.text.trim();
    if (!draft?.answer || !text) return [];
    return answer?.answer === draft.answer && answer.text === text
      ? []
      : [{ number, answer: draft.answer, text }];
  });
}

export function unanswered(content: Content): OpenProblem[] {
  return content.open_problems.filter((problem) => !problem.answer);
}

/** A rejected text goes back as it is only where every problem of it is contested. */
export function allContested(content: Content): boolean {
  return (
    content.open_problems.length > 0 &&
    content.open_problems.every(
      (problem) =>
        problem.version_number === content.version_number && problem.answer?.answer === 'contested',
    )
  );
}

export interface Judgement {
  outcome?: Schema<'ProblemOutcome'>;
  note: string;
  /** Of one that stands: the words of the new text that it is about, and where they are if they are there. */
  words?: string;
  span?: Schema<'ProblemSpan'>;
}
export type Judgements = Record<number, Judgement>;

/** Of what is open; what is not judged is left out. */
export function judgementsOf(
  problems: readonly OpenProblem[],
  judgements: Judgements,
): Schema<'ProblemJudgement'>[] {
  return problems.flatMap(({ number }) => {
    const given = judgements[number];
    if (!given?.outcome) return [];
    const { outcome, note, span } = given;
    return [{ number, outcome, note: note.trim(), ...(outcome === 'stands' && span ? { span } : {}) }];
  });
}
