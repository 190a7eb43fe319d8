// @vitest-environment jsdom
import { beforeEach, expect, it } from 'vitest';
import { kDefaultFen, storedFen, storeFen, yuanFor } from './cost';

beforeEach(() => localStorage.clear());

it('remembers the price and has one to begin with', () => {
  expect(storedFen()).toBe(kDefaultFen);
  storeFen(3.6);
  expect(storedFen()).toBe(3.6);
  localStorage.setItem('yizhan.fen_per_segment', 'x');
  expect(storedFen()).toBe(kDefaultFen);
});

it('counts in fen and says yuan', () => {
  expect(yuanFor(1, 2, 5)).toBe('¥0.10');
  expect(yuanFor(10_000, 1, 3.6)).toBe('¥360.00');
});
