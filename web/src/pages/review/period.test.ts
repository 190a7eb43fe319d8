import { expect, it } from 'vitest';
import { periodOf } from './period';

it('says a window in the largest unit that fits', () => {
  expect([86_400 * 30, 3_600, 90, 120].map(periodOf)).toEqual([
    { unit: 'day', number: 30 },
    { unit: 'hour', number: 1 },
    { unit: 'second', number: 90 },
    { unit: 'minute', number: 2 },
  ]);
});
