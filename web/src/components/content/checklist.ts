// The policy's five points (3.1.2) and what is still missing in an answer to them. Pure.
import type { Schema } from '@/api/client';

export type Point = Schema<'CheckPoint'>;
export type Answer = Schema<'Answer'>;
export type CheckAnswer = Schema<'CheckAnswer'>;

export const kPoints: readonly Point[] = [
  'legality',
  'truthfulness',
  'accuracy',
  'completeness',
  'compliance',
];

export type Answers = Partial<Record<Point, { answer?: Answer; note: string }>>;

/** The answers as the API wants them; points without an answer are left out. */
export function checklistOf(answers: Answers): CheckAnswer[] {
  return kPoints.flatMap((point) => {
    const given = answers[point];
    return given?.answer ? [{ point, answer: given.answer, note: given.note.trim() }] : [];
  });
}
