// What regulated sectors ask of a content besides the five points, and the answers to it. Pure.
import type { Schema } from '@/api/client';

export type Sector = Schema<'BindingSector'>;
export type SectorItem = Schema<'SectorItem'>;
export type SectorAnswers = Record<string, { answer?: Schema<'Answer'>; note: string } | undefined>;

/** The answers as the API wants them: of what the sectors ask now; items without an answer are left out. */
export function sectorAnswersOf(
  answers: SectorAnswers,
  sectors: readonly Sector[],
): Schema<'SectorAnswer'>[] {
  return sectors.flatMap((sector) =>
    sector.items.flatMap(({ key }) => {
      const given = answers[key];
      return given?.answer ? [{ key, answer: given.answer, note: given.note.trim() }] : [];
    }),
  );
}

/** Whether a valid document of one of the kinds is there. */
export function isMet(need: Pick<Schema<'QualificationNeed'>, 'standing'>): boolean {
  return need.standing === 'valid' || need.standing === 'expiring';
}

/** A title in the person's language. */
export function titleOf(of: { title_zh: string; title_en: string }, language: string): string {
  return (language === 'zh' ? of.title_zh : of.title_en) || of.title_zh || of.title_en;
}
