// Spans over a text cut into pieces that can be drawn, overlaps and all. Offsets are UTF-16 units. Pure.
import type { Extent } from './text_offsets';

/** From the weakest to the strongest: the strongest gives an overlap its look. */
export const kTones = ['variable', 'info', 'review', 'block', 'problem', 'selected'] as const;
export type Tone = (typeof kTones)[number];

export interface TextSpan extends Extent {
  key: string;
  tone: Tone;
  /** What is said of it, for the title and for those who do not see colours. */
  label?: string;
}

export interface Piece {
  text: string;
  begin: number;
  spans: TextSpan[];
}

/** The text in pieces, each with the spans that cover it. An empty span gives an empty piece at its place. */
export function piecesOf(text: string, spans: readonly TextSpan[]): Piece[] {
  const kept = spans
    .map((span) => ({
      ...span,
      begin: Math.max(0, Math.min(span.begin, text.length)),
      end: Math.max(0, Math.min(span.end, text.length)),
    }))
    .filter((span) => span.begin <= span.end);
  const places = new Set([0, text.length]);
  for (const span of kept) places.add(span.begin).add(span.end);
  const cuts = [...places].sort((a, b) => a - b);
  const pieces: Piece[] = [];
  for (let i = 0; i < cuts.length; i += 1) {
    const begin = cuts[i]!;
    const empty = kept.filter((span) => span.begin === begin && span.end === begin);
    if (empty.length > 0) pieces.push({ text: '', begin, spans: empty });
    const end = cuts[i + 1];
    if (end === undefined) break;
    const covering = kept.filter((span) => span.begin <= begin && span.end >= end && span.begin < span.end);
    pieces.push({ text: text.slice(begin, end), begin, spans: covering });
  }
  return pieces;
}

export function strongest(spans: readonly TextSpan[]): TextSpan | undefined {
  return spans.reduce<TextSpan | undefined>(
    (best, span) => (!best || kTones.indexOf(span.tone) > kTones.indexOf(best.tone) ? span : best),
    undefined,
  );
}

/** Spans of a text that was edited since: what lies before the edit stays, what lies after it moves, what it touched goes. */
export function shiftSpans<T extends Extent>(before: string, after: string, spans: readonly T[]): T[] {
  if (before === after) return [...spans];
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < shorter - head && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail += 1;
  const moved = after.length - before.length;
  return spans.flatMap((span) => {
    if (span.end <= head) return [span];
    if (span.begin >= before.length - tail)
      return [{ ...span, begin: span.begin + moved, end: span.end + moved }];
    return [];
  });
}
