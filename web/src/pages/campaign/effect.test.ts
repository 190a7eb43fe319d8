import { describe, expect, it } from 'vitest';
import { deliveredOverTime, type Effect, sharesOf } from './effect';

const effect = {
  targeted: 1000,
  submitted: 800,
  delivered: 600,
  failed: 100,
  expired: 60,
  unknown: 40,
  refused: 200,
  open: 0,
  replies: 12,
  opt_outs: 6,
  segments: 1600,
  bucket_seconds: 10,
  points: [
    { at: '2026-11-25T02:00:00Z', submitted: 500, delivered: 400, failed: 0, replies: 0, opt_outs: 0 },
    { at: '2026-11-25T02:00:10Z', submitted: 300, delivered: 200, failed: 0, replies: 0, opt_outs: 0 },
  ],
  started_at: '2026-11-25T02:00:00Z',
  finished_at: '2026-11-25T02:01:00Z',
} as unknown as Effect;

describe('sharesOf', () => {
  it('measures each against the whole it belongs to', () => {
    expect(sharesOf(effect)).toEqual({
      delivered: 0.6,
      delivery: 0.75,
      failed: 0.25,
      refused: 0.2,
      replies: 0.02,
      opt_outs: 0.01,
      segments: 2,
      duration: 60,
    });
  });
  it('of nothing is nothing', () => {
    const none = { ...effect, targeted: 0, submitted: 0, delivered: 0, finished_at: undefined } as Effect;
    expect(sharesOf(none)).toMatchObject({ delivered: 0, replies: 0, duration: undefined });
  });
});

describe('deliveredOverTime', () => {
  it('adds up from the start', () => {
    expect(deliveredOverTime(effect)).toEqual([
      [10, 0.4],
      [20, 0.6],
    ]);
  });
});
