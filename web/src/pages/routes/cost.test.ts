import { describe, expect, it } from 'vitest';
import { toMillifen, toYuan, yuanText } from './cost';

describe('the cost of a segment', () => {
  it.each([
    [0, 0],
    [0.038, 3_800],
    [0.0355, 3_550],
    [0.00001, 1],
    [12, 1_200_000],
  ])('%s yuan are %s thousandths of a fen and back', (yuan, millifen) => {
    expect(toMillifen(yuan)).toBe(millifen);
    expect(toYuan(millifen)).toBe(yuan);
  });

  it('is said without zeros at its end', () => {
    expect(yuanText(3_800)).toBe('0.038');
    expect(yuanText(0)).toBe('0');
  });
});
