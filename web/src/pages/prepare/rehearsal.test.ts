import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { daysOf, percentDone, resultInForce, secondsOf } from './rehearsal';

type Rehearsal = Schema<'RehearsalView'>;
type Forecast = Schema<'RehearsalForecast'>;

const rehearsal = (change: object) =>
  ({ state: 'finished', outdated: false, audience: 300, done: 100, result: {}, ...change }) as Rehearsal;

describe('a rehearsal', () => {
  it('speaks of the campaign only while that is as it was', () => {
    expect(resultInForce(rehearsal({}))).toEqual({});
    expect(resultInForce(rehearsal({ outdated: true }))).toBeUndefined();
    expect(resultInForce(rehearsal({ state: 'failed' }))).toBeUndefined();
    expect(resultInForce(undefined)).toBeUndefined();
  });
  it('says how far it is', () => {
    expect(percentDone(rehearsal({}))).toBe(33);
    expect(percentDone(rehearsal({ audience: 0 }))).toBe(0);
  });
  it('lasts from the first message to the last', () => {
    const forecast = { starts_at: '2026-03-02T02:00:00Z', ends_at: '2026-03-02T03:00:00Z' } as Forecast;
    expect(secondsOf(forecast)).toBe(3600);
    expect(secondsOf({} as Forecast)).toBeNull();
  });
  it('shows its days against the busiest', () => {
    const forecast = { days: [{ messages: 100 }, { messages: 50 }] } as Forecast;
    expect(daysOf(forecast).map((day) => day.share)).toEqual([1, 0.5]);
    expect(daysOf({ days: [] as unknown[] } as Forecast)).toEqual([]);
  });
});
