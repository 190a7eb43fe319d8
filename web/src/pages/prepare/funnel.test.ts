import { describe, expect, it } from 'vitest';
import { partsOf, sumOfParts } from './funnel';

const funnel = {
  audience: 100,
  would_send: 70,
  held: { outside_window: 10 },
  refused: { suppressed: 5, consent_withdrawn: 15 },
  segments: 80,
};

describe('the funnel of the dry run', () => {
  it('sums to the audience', () => expect(sumOfParts(funnel)).toBe(funnel.audience));
  it('falls from everybody to those who would be sent to', () => {
    const parts = partsOf(funnel);
    expect(parts.map((part) => part.reason || part.kind)).toEqual([
      'audience',
      'consent_withdrawn',
      'suppressed',
      'outside_window',
      'would_send',
    ]);
    expect(parts.at(-2)?.from).toBeCloseTo(parts.at(-1)!.width);
  });
  it('stands an empty audience', () => {
    expect(partsOf({ audience: 0, would_send: 0, held: {}, refused: {}, segments: 0 })).toHaveLength(2);
  });
});
