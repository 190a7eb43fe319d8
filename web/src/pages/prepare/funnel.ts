// The dry run's result as steps of a falling bar chart. Pure.
import type { Schema } from '@/api/client';

type Funnel = Schema<'Funnel'>;

export interface Part {
  kind: 'audience' | 'refused' | 'held' | 'would_send';
  /** Of refused and held ones. */
  reason: string;
  count: number;
  /** Where its bar begins and how wide it is, as shares of the audience. */
  from: number;
  width: number;
}

const total = (counts: Record<string, number>) => Object.values(counts).reduce((sum, n) => sum + n, 0);

export function sumOfParts(funnel: Funnel): number {
  return funnel.would_send + total(funnel.held) + total(funnel.refused);
}

export function partsOf(funnel: Funnel): Part[] {
  const whole = funnel.audience || 1;
  let right = funnel.audience;
  const falling = (kind: 'refused' | 'held', counts: Record<string, number>): Part[] =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([reason, count]) => {
        right -= count;
        return { kind, reason, count, from: Math.max(0, right / whole), width: count / whole };
      });
  return [
    { kind: 'audience', reason: '', count: funnel.audience, from: 0, width: funnel.audience ? 1 : 0 },
    ...falling('refused', funnel.refused),
    ...falling('held', funnel.held),
    { kind: 'would_send', reason: '', count: funnel.would_send, from: 0, width: funnel.would_send / whole },
  ];
}
