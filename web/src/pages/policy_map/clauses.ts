// The clauses as the page groups, filters and reads them. Pure.
import type { Schema } from '@/api/client';
import { formatCount, formatDuration, type Language } from '@/app/format';

type Clause = Schema<'PolicyClause'>;

/** By part (the number before the first dot), in the policy's order. */
export function partsOf(clauses: Clause[]): { part: string; clauses: Clause[] }[] {
  const parts = new Map<string, Clause[]>();
  for (const clause of clauses) {
    const part = clause.number.split('.')[0]!;
    parts.set(part, [...(parts.get(part) ?? []), clause]);
  }
  return [...parts].map(([part, list]) => ({ part, clauses: list }));
}

export function matchClauses(
  clauses: Clause[],
  state: string | undefined,
  text: string | undefined,
): Clause[] {
  const wanted = text?.trim().toLowerCase();
  return clauses.filter(
    (clause) =>
      (!state || clause.state === state) &&
      (!wanted ||
        [clause.number, clause.text_zh, clause.text_en, clause.control_zh, clause.control_en]
          .join(' ')
          .toLowerCase()
          .includes(wanted)),
  );
}

export function figureText(figure: Schema<'PolicyFigure'>, language: Language): string {
  if (figure.unit === 'percent') return `${figure.value.toFixed(1)} %`;
  if (figure.unit === 'seconds') return formatDuration(figure.value, language);
  return formatCount(figure.value, language);
}
