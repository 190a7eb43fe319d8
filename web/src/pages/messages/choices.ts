// What the filters of a campaign's messages offer: only states and reasons that occur, with how many. Pure.
import type { Schema } from '@/api/client';
import { kStateOrder } from '@/app/theme';

type Line = Schema<'StateReasonCount'>;

export interface Choice {
  name: string;
  count: number | undefined;
}

/** The one that is set stays on offer even when nothing is there (a link from another day). */
function withChosen(choices: Choice[], chosen: string | undefined): Choice[] {
  if (!chosen || choices.some((c) => c.name === chosen)) return choices;
  return [...choices, { name: chosen, count: undefined }];
}

export function stateChoices(
  byState: Record<string, number> | undefined,
  chosen: string | undefined,
): Choice[] {
  const all: Choice[] = kStateOrder.map((name) => ({ name, count: byState?.[name] }));
  return withChosen(byState ? all.filter((c) => c.count) : all, chosen);
}

/** The reasons of one state, or of all, the most frequent first. */
export function reasonChoices(
  funnel: readonly Line[],
  state: string | undefined,
  chosen: string | undefined,
): Choice[] {
  const sums = new Map<string, number>();
  for (const line of funnel) {
    if (line.reason === 'none' || line.count === 0 || (state && line.state !== state)) continue;
    sums.set(line.reason, (sums.get(line.reason) ?? 0) + line.count);
  }
  const sorted = [...sums].sort(([, a], [, b]) => b - a).map(([name, count]) => ({ name, count }));
  return withChosen(sorted, chosen);
}
