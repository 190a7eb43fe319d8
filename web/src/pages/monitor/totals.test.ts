// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { deedsOf } from './control';
import { failedIn, openIn, remainingIn, sumIn } from './totals';

describe('totals', () => {
  const counts = {
    held: 1,
    queued: 2,
    in_flight: 4,
    sent: 8,
    delivered: 16,
    failed: 32,
    expired: 64,
    unknown: 128,
    refused: 256,
  };
  it('every state is in exactly one group', () => {
    expect(remainingIn(counts)).toBe(7);
    expect(openIn(counts)).toBe(15);
    expect(failedIn(counts)).toBe(224);
    expect(openIn(counts) + failedIn(counts) + counts.delivered + counts.refused).toBe(sumIn(counts));
  });
  it('states that are absent count nothing', () => expect(openIn({})).toBe(0));
});

describe('what can be done with a campaign', () => {
  it('goes by its state', () => {
    expect(deedsOf('running')).toEqual(['pause', 'cancel']);
    expect(deedsOf('paused')).toEqual(['resume', 'cancel']);
    expect(deedsOf('completed')).toEqual([]);
    expect(deedsOf('finishing')).toEqual(['cancel']);
  });
});
