// What came of a campaign: figures, the course over time, by carrier and by city.
import { Col, Empty, Row, Typography } from 'antd';
import type { EChartsOption } from 'echarts';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatDuration, formatShare } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { stateColour } from '@/app/theme';
import { Chart } from '@/components/chart';
import { Figure, Figures } from '@/components/marks';
import { type Effect, sharesOf } from './effect';

function useCourse(effect: Effect): EChartsOption {
  const { t } = useTranslation('campaign');
  const { dark } = usePreferences();
  const { time } = useFormat();
  return useMemo(() => {
    const line = (name: string, colour: string, values: number[]) => ({
      name,
      type: 'line' as const,
      showSymbol: false,
      itemStyle: { color: colour },
      areaStyle: { opacity: 0.1 },
      data: values,
    });
    return {
      tooltip: { trigger: 'axis' },
      legend: { top: 0 },
      xAxis: {
        type: 'category',
        boundaryGap: false,
        data: effect.points.map((p) => time(p.at, 'second').slice(-8)),
      },
      yAxis: { type: 'value', minInterval: 1 },
      series: [
        line(
          t('effect.submitted'),
          stateColour('sent', dark),
          effect.points.map((p) => p.submitted),
        ),
        line(
          t('effect.delivered'),
          stateColour('delivered', dark),
          effect.points.map((p) => p.delivered),
        ),
        line(
          t('effect.failed'),
          stateColour('failed', dark),
          effect.points.map((p) => p.failed),
        ),
        line(
          t('effect.replies'),
          stateColour('unknown', dark),
          effect.points.map((p) => p.replies),
        ),
      ],
    };
  }, [effect, t, dark, time]);
}

function useGroups(groups: Effect['by_city'], nameOf: (name: string) => string): EChartsOption {
  const { t } = useTranslation('campaign');
  const { dark } = usePreferences();
  return useMemo(() => {
    const shown = [...groups].reverse();
    const bar = (name: string, colour: string, values: number[]) => ({
      name,
      type: 'bar' as const,
      stack: 'all',
      barMaxWidth: 18,
      itemStyle: { color: colour },
      data: values,
    });
    return {
      tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' } },
      legend: { top: 0 },
      xAxis: { type: 'value', minInterval: 1 },
      yAxis: { type: 'category', data: shown.map((g) => nameOf(g.name)) },
      series: [
        bar(
          t('effect.delivered'),
          stateColour('delivered', dark),
          shown.map((g) => g.delivered),
        ),
        bar(
          t('effect.failed'),
          stateColour('failed', dark),
          shown.map((g) => g.failed),
        ),
        bar(
          t('effect.rest'),
          stateColour('refused', dark),
          shown.map((g) => Math.max(0, g.targeted - g.delivered - g.failed)),
        ),
      ],
    };
  }, [groups, nameOf, t, dark]);
}

export function EffectView({ effect }: { effect: Effect }) {
  const { t } = useTranslation('campaign');
  const term = useTerm();
  const { count, language } = useFormat();
  const shares = sharesOf(effect);
  const carrierName = useMemo(() => (name: string) => term('carrier', name || 'unknown'), [term]);
  const cityName = useMemo(() => (name: string) => name || t('effect.other'), [t]);
  const course = useCourse(effect);
  const carriers = useGroups(effect.by_carrier, carrierName);
  const cities = useGroups(effect.by_city, cityName);
  const words = (groups: Effect['by_city'], nameOf: (name: string) => string) =>
    groups.map((g) => `${nameOf(g.name)} ${count(g.delivered)}/${count(g.targeted)}`).join('，');
  if (effect.submitted === 0 && effect.refused === 0)
    return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('effect.nothing')} />;
  return (
    <>
      <Figures>
        <Figure
          name={t('effect.delivery')}
          hint={t('effect.delivery_hint')}
          value={formatShare(effect.delivered, effect.submitted, language)}
        />
        <Figure
          name={t('effect.reached')}
          hint={t('effect.reached_hint')}
          value={formatShare(effect.delivered, effect.targeted, language)}
        />
        <Figure name={t('effect.failed')} value={count(effect.failed + effect.expired + effect.unknown)} />
        <Figure name={t('effect.replies')} value={count(effect.replies)} />
        <Figure
          name={t('effect.opt_outs')}
          value={`${count(effect.opt_outs)} (${formatShare(effect.opt_outs, effect.delivered, language)})`}
        />
        <Figure name={t('effect.segments')} value={count(effect.segments)} />
        {shares.duration !== undefined && (
          <Figure name={t('effect.duration')} value={formatDuration(shares.duration, language)} />
        )}
      </Figures>
      <Row gutter={[16, 16]} style={{ marginBlockStart: 16 }}>
        <Col span={24}>
          <Typography.Title level={3} style={{ fontSize: 14 }}>
            {t('effect.course')}
          </Typography.Title>
          <Chart
            option={course}
            summary={t('effect.course_summary', {
              submitted: count(effect.submitted),
              delivered: count(effect.delivered),
            })}
          />
        </Col>
        <Col xs={24} lg={12}>
          <Typography.Title level={3} style={{ fontSize: 14 }}>
            {t('effect.by_carrier')}
          </Typography.Title>
          <Chart
            option={carriers}
            summary={words(effect.by_carrier, carrierName)}
            height={70 + 36 * effect.by_carrier.length}
          />
        </Col>
        <Col xs={24} lg={12}>
          <Typography.Title level={3} style={{ fontSize: 14 }}>
            {t('effect.by_city')}
          </Typography.Title>
          <Chart
            option={cities}
            summary={words(effect.by_city, cityName)}
            height={70 + 26 * effect.by_city.length}
          />
        </Col>
      </Row>
    </>
  );
}
