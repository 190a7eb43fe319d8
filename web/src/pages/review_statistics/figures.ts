// The rows of the statistics by what they are grouped by, and the days asked for. Pure.
import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc';
import type { Schema } from '@/api/client';

dayjs.extend(utc);

export type Row = Schema<'ReviewStatisticsRow'>;
export type Group = Schema<'StatisticsGroup'>;
export type Statistics = Omit<Schema<'ReviewStatisticsPage'>, 'next_after'>;

export const kGroups = ['period', 'message_class', 'sector', 'reviewer'] as const;
const kDaysShown = 30;
const kBeijing = 8 * 60;

export function rowsOf(items: readonly Row[], group: Group): Row[] {
  return items.filter((row) => row.group === group);
}

export function totalOf(items: readonly Row[]): Row['figures'] | undefined {
  return rowsOf(items, 'total')[0]?.figures;
}

/** The last thirty days of Beijing. */
export function defaultDays(now: Date): { from: string; until: string } {
  const today = dayjs(now).utcOffset(kBeijing);
  return {
    from: today.subtract(kDaysShown - 1, 'day').format('YYYY-MM-DD'),
    until: today.format('YYYY-MM-DD'),
  };
}

/** The page of the statistics and those after it as one. */
export async function whole(
  page: (after: number | undefined) => Promise<Schema<'ReviewStatisticsPage'>>,
): Promise<Statistics> {
  const first = await page(undefined);
  const items = [...first.items];
  for (let after = first.next_after; after !== undefined && after !== null;) {
    const next = await page(after);
    items.push(...next.items);
    after = next.next_after;
  }
  return { ...first, items };
}
