import { describe, expect, it } from 'vitest';
import type { Schema } from '@/api/client';
import { defaultDays, rowsOf, totalOf, whole } from './figures';

const row = (group: string, key: string, decided = 0) =>
  ({ group, key, figures: { decided } }) as unknown as Schema<'ReviewStatisticsRow'>;

describe('rows', () => {
  it('are found by what they are grouped by', () => {
    const items = [row('total', '', 3), row('period', '2027-03-01'), row('sector', '')];
    expect(totalOf(items)?.decided).toBe(3);
    expect(rowsOf(items, 'period').map((one) => one.key)).toEqual(['2027-03-01']);
    expect(totalOf([])).toBeUndefined();
  });
  it('are all of every page', async () => {
    const asked: (number | undefined)[] = [];
    const all = await whole((after) => {
      asked.push(after);
      const next = after === undefined ? 1 : undefined;
      return Promise.resolve({
        items: [row('period', String(after))],
        next_after: next,
        target_hours: 24,
      } as unknown as Schema<'ReviewStatisticsPage'>);
    });
    expect(asked).toEqual([undefined, 1]);
    expect(all.items).toHaveLength(2);
    expect(all.target_hours).toBe(24);
  });
});

describe('defaultDays', () => {
  it('are thirty days of Beijing, where it may be tomorrow already', () => {
    expect(defaultDays(new Date('2027-03-30T17:00:00Z'))).toEqual({
      from: '2027-03-02',
      until: '2027-03-31',
    });
  });
});
