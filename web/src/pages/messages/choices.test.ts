import { describe, expect, it } from 'vitest';
import { reasonChoices, stateChoices } from './choices';

const funnel = [
  { state: 'delivered', reason: 'none', count: 90 },
  { state: 'failed', reason: 'undeliverable', count: 3 },
  { state: 'failed', reason: 'number_vacant', count: 5 },
  { state: 'refused', reason: 'suppressed', count: 2 },
  { state: 'expired', reason: 'undeliverable', count: 4 },
] as Parameters<typeof reasonChoices>[0];

describe('stateChoices', () => {
  it('offers the states that occur, in the order of the bar', () => {
    expect(stateChoices({ failed: 8, delivered: 90, sent: 0 }, undefined)).toEqual([
      { name: 'delivered', count: 90 },
      { name: 'failed', count: 8 },
    ]);
  });

  it('offers all while nothing is known and keeps what is chosen', () => {
    expect(stateChoices(undefined, undefined)).toHaveLength(9);
    expect(stateChoices({ failed: 8 }, 'held').at(-1)).toEqual({ name: 'held', count: undefined });
  });
});

describe('reasonChoices', () => {
  it('sums over states, the most frequent first, without "none"', () => {
    expect(reasonChoices(funnel, undefined, undefined)).toEqual([
      { name: 'undeliverable', count: 7 },
      { name: 'number_vacant', count: 5 },
      { name: 'suppressed', count: 2 },
    ]);
  });

  it('keeps to one state, and keeps what is chosen', () => {
    expect(reasonChoices(funnel, 'refused', 'no_answer')).toEqual([
      { name: 'suppressed', count: 2 },
      { name: 'no_answer', count: undefined },
    ]);
  });
});
