// The comparison as bars: what became of the targeted, and what came back; and how fast they were reached.
import type { EChartsOption } from 'echarts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatShare } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { stateColour } from '@/app/theme';
import { Chart } from '@/components/chart';
import { Section } from '@/components/section';
import { deliveredOverTime, type Effect, sharesOf } from '@/pages/campaign/effect';

interface Props {
  effects: Effect[];
  names: string[];
}

const kRowHeight = 44;
const kPercent = 100;
const kNameWidth = 150;

const percent = (part: number, whole: number) => (whole > 0 ? (part / whole) * kPercent : 0);
const failedOf = (e: Effect) => e.failed + e.expired + e.unknown;
const percentText = (value: unknown) => `${Number(value).toFixed(1)}%`;

/** Lying bars, the first campaign at the top. */
function bars(
  names: string[],
  series: { name: string; colour: string; values: number[] }[],
  stacked: boolean,
): EChartsOption {
  return {
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, valueFormatter: percentText },
    legend: { top: 0 },
    xAxis: { type: 'value', max: stacked ? kPercent : undefined, axisLabel: { formatter: '{value}%' } },
    yAxis: {
      type: 'category',
      inverse: true,
      data: names,
      axisLabel: { width: kNameWidth, overflow: 'break' },
    },
    series: series.map(({ name, colour, values }) => ({
      name,
      type: 'bar' as const,
      stack: stacked ? 'all' : undefined,
      barMaxWidth: stacked ? 22 : 14,
      itemStyle: { color: colour },
      data: values,
    })),
  };
}

function Outcome({ effects, names }: Props) {
  const { t } = useTranslation('compare');
  const { dark } = usePreferences();
  const { language } = useFormat();
  const option = useMemo(() => {
    const of = (value: (e: Effect) => number) => effects.map((e) => percent(value(e), e.targeted));
    const rest = (e: Effect) => Math.max(0, e.targeted - e.delivered - failedOf(e) - e.refused);
    return bars(
      names,
      [
        { name: t('rows.delivered'), colour: stateColour('delivered', dark), values: of((e) => e.delivered) },
        { name: t('rows.failed'), colour: stateColour('failed', dark), values: of(failedOf) },
        { name: t('rows.refused'), colour: stateColour('refused', dark), values: of((e) => e.refused) },
        { name: t('rest'), colour: stateColour('queued', dark), values: of(rest) },
      ].filter(({ values }) => values.some((v) => v > 0)),
      true,
    );
  }, [effects, names, t, dark]);
  const summary = effects
    .map((e, index) =>
      t('summary', {
        name: names[index],
        delivered: formatShare(e.delivered, e.targeted, language),
        failed: formatShare(failedOf(e), e.targeted, language),
        refused: formatShare(e.refused, e.targeted, language),
      }),
    )
    .join('；');
  return (
    <Section title={t('outcome')}>
      <Chart option={option} summary={summary} height={80 + kRowHeight * effects.length} />
    </Section>
  );
}

function Answers({ effects, names }: Props) {
  const { t } = useTranslation('compare');
  const { dark } = usePreferences();
  const { language } = useFormat();
  const option = useMemo(
    () =>
      bars(
        names,
        [
          {
            name: t('reply_rate'),
            colour: stateColour('sent', dark),
            values: effects.map((e) => percent(e.replies, e.delivered)),
          },
          {
            name: t('rows.opt_out_rate'),
            colour: stateColour('expired', dark),
            values: effects.map((e) => percent(e.opt_outs, e.delivered)),
          },
        ],
        false,
      ),
    [effects, names, t, dark],
  );
  const summary = effects
    .map((e, index) =>
      t('answers_summary', {
        name: names[index],
        replies: formatShare(e.replies, e.delivered, language),
        opt_outs: formatShare(e.opt_outs, e.delivered, language),
      }),
    )
    .join('；');
  return (
    <Section title={t('answers')}>
      <Chart option={option} summary={summary} height={80 + kRowHeight * effects.length} />
    </Section>
  );
}

function Course({ effects, names }: Props) {
  const { t } = useTranslation('compare');
  const { language } = useFormat();
  const option = useMemo<EChartsOption>(
    () => ({
      tooltip: { trigger: 'axis', valueFormatter: percentText },
      legend: { top: 0 },
      grid: { left: 8, right: 24, top: 36, bottom: 28, containLabel: true },
      xAxis: { type: 'value', name: t('seconds'), nameLocation: 'middle', nameGap: 28 },
      yAxis: { type: 'value', max: kPercent, axisLabel: { formatter: '{value}%' } },
      series: effects.map((effect, index) => ({
        name: names[index],
        type: 'line' as const,
        data: [[0, 0], ...deliveredOverTime(effect).map(([at, share]) => [at, share * kPercent])],
      })),
    }),
    [effects, names, t],
  );
  const summary = effects
    .map((e, index) =>
      t('course_summary', {
        name: names[index],
        delivered: formatShare(sharesOf(e).delivered, 1, language),
      }),
    )
    .join('；');
  return (
    <Section title={t('course')}>
      <Chart option={option} summary={summary} />
    </Section>
  );
}

export function ComparisonCharts(props: Props) {
  return (
    <>
      <div className="columns-2">
        <Outcome {...props} />
        <Answers {...props} />
      </div>
      <Course {...props} />
    </>
  );
}
