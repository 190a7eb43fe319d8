import { describe, expect, it } from 'vitest';
import type { Effect } from '@/pages/campaign/effect';
import { allBest, idsOf, rowsOf } from './rows';

const effect: Effect = {
  campaign_id: 'cmp_1',
  name: 'a',
  state: 'completed',
  targeted: 1000,
  submitted: 800,
  delivered: 600,
  failed: 100,
  expired: 60,
  unknown: 40,
  refused: 200,
  open: 0,
  replies: 30,
  opt_outs: 6,
  segments: 1600,
  bucket_seconds: 60,
  points: [],
  by_carrier: [],
  by_city: [],
  started_at: '2026-11-25T02:00:00Z',
  finished_at: '2026-11-25T02:01:00Z',
};

describe('rowsOf', () => {
  const rows = rowsOf([effect, { ...effect, campaign_id: 'cmp_2', delivered: 720, failed: 0, expired: 40 }]);
  const row = (key: string) => rows.find((r) => r.key === key)!;

  it('gives each figure with its share', () => {
    expect(row('failed').cells[0]).toEqual({ value: 200, share: 0.25 });
    expect(row('delivery_rate').cells[0]).toEqual({ value: 0.75 });
    expect(row('duration').cells[0]).toEqual({ value: 60 });
  });

  it('judges by shares: high or low by what it is', () => {
    expect(row('delivery_rate').best).toEqual([1]);
    expect(row('failed').best).toEqual([1]);
    expect(row('opt_out_rate').best).toEqual([1]);
    expect(row('replies').best).toEqual([0]);
  });

  it('does not judge sizes or what is alike', () => {
    expect(row('targeted').best).toEqual([]);
    expect(row('opt_outs').best).toEqual([]);
    expect(row('segments').best).toEqual([]);
  });

  it('knows no rate of nothing', () => {
    const none = { ...effect, submitted: 0, delivered: 0, started_at: undefined };
    expect(rowsOf([none]).find((r) => r.key === 'delivery_rate')!.cells[0]!.value).toBeUndefined();
  });
});

it('marks all that are equally good', () => {
  expect(allBest([0.9, 0.5, 0.9], true)).toEqual([0, 2]);
  expect(allBest([3, undefined, 1], false)).toEqual([2]);
  expect(allBest([1, 1], true)).toEqual([]);
  expect(allBest([1], true)).toEqual([]);
});

it('reads the ids of an address', () => {
  expect(idsOf('a,b,,a')).toEqual(['a', 'b']);
  expect(idsOf('1,2,3,4,5,6,7')).toHaveLength(6);
  expect(idsOf(undefined)).toEqual([]);
});
