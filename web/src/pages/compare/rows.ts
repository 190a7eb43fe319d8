// The rows of a comparison: what each shows and by what it is judged. Pure.
import { type Effect, sharesOf } from '@/pages/campaign/effect';

export const kMost = 6;

export type RowKey =
  | 'targeted'
  | 'submitted'
  | 'delivered'
  | 'delivery_rate'
  | 'failed'
  | 'refused'
  | 'replies'
  | 'opt_outs'
  | 'opt_out_rate'
  | 'segments'
  | 'duration';

export interface Cell {
  /** The figure; undefined: not known. */
  value: number | undefined;
  /** The figure as a share, where it also has one. */
  share?: number;
}

export interface Row {
  key: RowKey;
  kind: 'count' | 'share' | 'duration' | 'segments';
  /** What the share is of. */
  whole?: 'targeted' | 'submitted' | 'delivered';
  cells: Cell[];
  /** Those that are best; none when all are alike or the row is not judged. */
  best: number[];
}

/** All that reach the best value; none unless at least two are known and they differ. */
export function allBest(values: readonly (number | undefined)[], higherIsBetter: boolean): number[] {
  const known = values.filter((v): v is number => v !== undefined);
  if (known.length < 2) return [];
  const best = higherIsBetter ? Math.max(...known) : Math.min(...known);
  if (known.every((v) => v === best)) return [];
  return values.flatMap((v, index) => (v === best ? [index] : []));
}

interface Measure {
  key: RowKey;
  kind: Row['kind'];
  whole?: Row['whole'];
  cell: (effect: Effect) => Cell;
  better?: 'high' | 'low';
}

const share = (part: number, whole: number) => (whole > 0 ? part / whole : undefined);
const failedOf = (e: Effect) => e.failed + e.expired + e.unknown;

const kMeasures: Measure[] = [
  { key: 'targeted', kind: 'count', cell: (e) => ({ value: e.targeted }) },
  {
    key: 'submitted',
    kind: 'count',
    whole: 'targeted',
    cell: (e) => ({ value: e.submitted, share: share(e.submitted, e.targeted) }),
  },
  {
    key: 'delivered',
    kind: 'count',
    whole: 'targeted',
    better: 'high',
    cell: (e) => ({ value: e.delivered, share: share(e.delivered, e.targeted) }),
  },
  {
    key: 'delivery_rate',
    kind: 'share',
    better: 'high',
    cell: (e) => ({ value: share(e.delivered, e.submitted) }),
  },
  {
    key: 'failed',
    kind: 'count',
    whole: 'submitted',
    better: 'low',
    cell: (e) => ({ value: failedOf(e), share: share(failedOf(e), e.submitted) }),
  },
  {
    key: 'refused',
    kind: 'count',
    whole: 'targeted',
    better: 'low',
    cell: (e) => ({ value: e.refused, share: share(e.refused, e.targeted) }),
  },
  {
    key: 'replies',
    kind: 'count',
    whole: 'delivered',
    better: 'high',
    cell: (e) => ({ value: e.replies, share: share(e.replies, e.delivered) }),
  },
  { key: 'opt_outs', kind: 'count', cell: (e) => ({ value: e.opt_outs }) },
  {
    key: 'opt_out_rate',
    kind: 'share',
    better: 'low',
    cell: (e) => ({ value: share(e.opt_outs, e.delivered) }),
  },
  {
    key: 'segments',
    kind: 'segments',
    better: 'low',
    cell: (e) => ({ value: e.segments, share: share(e.segments, e.submitted) }),
  },
  { key: 'duration', kind: 'duration', better: 'low', cell: (e) => ({ value: sharesOf(e).duration }) },
];

export function rowsOf(effects: readonly Effect[]): Row[] {
  return kMeasures.map(({ key, kind, whole, cell, better }) => {
    const cells = effects.map(cell);
    const judged = cells.map((c) => (whole || kind === 'segments' ? c.share : c.value));
    return { key, kind, whole, cells, best: better ? allBest(judged, better === 'high') : [] };
  });
}

/** The ids of the address: each once, no more than fit side by side. */
export function idsOf(text: string | undefined): string[] {
  return [...new Set((text ?? '').split(',').filter(Boolean))].slice(0, kMost);
}
