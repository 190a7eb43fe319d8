// What was submitted and decided in each period, and how long it took.
import type { EChartsOption } from 'echarts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '@/app/preferences';
import { stateColour } from '@/app/theme';
import { Chart } from '@/components/chart';
import { Section } from '@/components/section';
import { type Row, rowsOf } from './figures';

export function PeriodChart({ items }: { items: readonly Row[] }) {
  const { t } = useTranslation('review_statistics');
  const { dark } = usePreferences();
  const rows = useMemo(() => rowsOf(items, 'period'), [items]);
  const option = useMemo<EChartsOption>(() => {
    const bar = (name: string, colour: string, value: (row: Row) => number, stack?: string) => ({
      name,
      type: 'bar' as const,
      stack,
      barMaxWidth: 22,
      itemStyle: { color: stateColour(colour, dark) },
      data: rows.map(value),
    });
    const line = (name: string, colour: string, value: (row: Row) => number | undefined) => ({
      name,
      type: 'line' as const,
      yAxisIndex: 1,
      connectNulls: false,
      itemStyle: { color: stateColour(colour, dark) },
      data: rows.map((row) => value(row) ?? null),
    });
    return {
      tooltip: { trigger: 'axis' },
      // Below, where its second line on a phone meets no axis's name.
      legend: { bottom: 0 },
      grid: { left: 8, right: 16, top: 36, bottom: 60, containLabel: true },
      xAxis: { type: 'category', data: rows.map((row) => row.key) },
      yAxis: [
        { type: 'value', minInterval: 1 },
        { type: 'value', name: t('axis_hours'), splitLine: { show: false } },
      ],
      series: [
        bar(t('submitted'), 'queued', (row) => row.figures.submitted),
        bar(t('approved'), 'delivered', (row) => row.figures.approved, 'decided'),
        bar(t('rejected'), 'failed', (row) => row.figures.rejected, 'decided'),
        line(t('median'), 'sent', (row) => row.figures.median_hours),
        line(t('p90'), 'expired', (row) => row.figures.p90_hours),
      ],
    };
  }, [rows, t, dark]);
  const summary = rows
    .filter((row) => row.figures.submitted + row.figures.decided > 0)
    .map((row) =>
      t('chart_summary', {
        period: row.key,
        submitted: row.figures.submitted,
        approved: row.figures.approved,
        rejected: row.figures.rejected,
        median: row.figures.median_hours ?? '—',
      }),
    )
    .join(t('separator'));
  return (
    <Section title={t('over_time')}>
      <Chart option={option} summary={summary} height={320} />
    </Section>
  );
}
