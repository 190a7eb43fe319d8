import { expect, it } from 'vitest';
import { kUnits, spanOf, spanParts } from './span';

it('says spans in the largest unit that fits, and back', () => {
  expect(spanParts(86_400)).toEqual({ amount: 1, unit: 'day' });
  expect(spanParts(604_800)).toEqual({ amount: 1, unit: 'week' });
  expect(spanParts(5 * 3600)).toEqual({ amount: 5, unit: 'hour' });
  for (const unit of kUnits) {
    const parts = spanParts(spanOf(3, unit));
    expect(spanOf(parts.amount, parts.unit)).toBe(spanOf(3, unit));
  }
});
