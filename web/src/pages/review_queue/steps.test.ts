import { expect, it } from 'vitest';
import { placeAfter } from './steps';

it('goes row by row and stops at the ends', () => {
  expect([placeAfter(-1, 3, 1), placeAfter(0, 3, 1), placeAfter(2, 3, 1)]).toEqual([0, 1, 2]);
  expect([placeAfter(-1, 3, -1), placeAfter(2, 3, -1), placeAfter(0, 3, -1)]).toEqual([2, 1, 0]);
});
