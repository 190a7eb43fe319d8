import { describe, expect, it } from 'vitest';
import { addSamples, leftOf, measuredRate, type Samples, secondsLeft } from './rate';

function watch(looks: [number, number][]): Samples {
  return looks.reduce<Samples>((all, [at, left]) => addSamples(all, [{ id: 'a', left }], at), {});
}

describe('leftOf', () => {
  it('counts what went to the carrier, whatever came of it', () => {
    expect(
      leftOf({
        held: 1,
        queued: 2,
        in_flight: 4,
        sent: 8,
        delivered: 16,
        failed: 32,
        expired: 64,
        unknown: 128,
        refused: 256,
      }),
    ).toBe(248);
    expect(leftOf(undefined)).toBe(0);
  });
});

describe('measuredRate', () => {
  it('needs two looks', () => {
    expect(measuredRate(undefined)).toBeUndefined();
    expect(measuredRate(watch([[0, 10]]).a)).toBeUndefined();
    expect(
      measuredRate(
        watch([
          [0, 10],
          [100, 20],
        ]).a,
      ),
    ).toBeUndefined();
  });
  it('is the difference over the time between', () => {
    expect(
      measuredRate(
        watch([
          [0, 100],
          [2000, 400],
        ]).a,
      ),
    ).toBe(150);
    expect(
      measuredRate(
        watch([
          [0, 100],
          [2000, 100],
        ]).a,
      ),
    ).toBe(0);
  });
  it('forgets what is older than the window', () => {
    const samples = watch([
      [0, 0],
      [10_000, 10_000],
      [20_000, 10_000],
    ]);
    expect(measuredRate(samples.a)).toBe(0);
  });
  it('begins anew when the count fell', () => {
    expect(
      measuredRate(
        watch([
          [0, 500],
          [2000, 10],
        ]).a,
      ),
    ).toBeUndefined();
  });
  it('forgets campaigns that are out of sight', () => {
    expect(addSamples({ gone: [{ at: 0, left: 1 }] }, [{ id: 'a', left: 1 }], 1)).not.toHaveProperty('gone');
  });
});

describe('secondsLeft', () => {
  it('is said only while something moves', () => {
    expect(secondsLeft(1000, 50)).toBe(20);
    expect(secondsLeft(1000, 0)).toBeUndefined();
    expect(secondsLeft(0, 50)).toBeUndefined();
  });
});
