// A chart of ECharts, loaded when first shown, in the look of the console; its content is also there in words.
import { type GlobalToken, Skeleton, theme } from 'antd';
import type { EChartsOption } from 'echarts';
import { useEffect, useRef, useState } from 'react';
import { usePreferences } from '@/app/preferences';

type Echarts = typeof import('./chart_core').echarts;

interface Props {
  option: EChartsOption;
  /** What the chart says, for those who do not see it. */
  summary: string;
  height?: number;
}

// ECharts takes its own greys for axes and legends unless a theme says otherwise; on a dark ground they vanish.
function lookOf(token: GlobalToken) {
  const words = { color: token.colorTextSecondary };
  const axis = {
    axisLabel: words,
    nameTextStyle: words,
    axisLine: { lineStyle: { color: token.colorBorder } },
    splitLine: { lineStyle: { color: token.colorBorderSecondary } },
  };
  return {
    legend: { textStyle: { color: token.colorText } },
    tooltip: {
      backgroundColor: token.colorBgElevated,
      borderColor: token.colorBorder,
      textStyle: { color: token.colorText },
    },
    categoryAxis: { ...axis, splitLine: { show: false } },
    valueAxis: axis,
  };
}

export function Chart({ option, summary, height = 280 }: Props) {
  const { dark } = usePreferences();
  const { token } = theme.useToken();
  const element = useRef<HTMLDivElement>(null);
  const [echarts, setEcharts] = useState<Echarts>();

  useEffect(() => {
    let wanted = true;
    void import('./chart_core').then((module) => {
      if (wanted) setEcharts(() => module.echarts);
    });
    return () => {
      wanted = false;
    };
  }, []);

  useEffect(() => {
    if (!echarts || !element.current) return;
    const chart = echarts.init(element.current, lookOf(token), { renderer: 'svg' });
    chart.setOption({
      backgroundColor: 'transparent',
      textStyle: { color: token.colorText, fontFamily: token.fontFamily },
      animation: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
      grid: { left: 8, right: 16, top: 36, bottom: 8, containLabel: true },
      ...option,
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [echarts, option, dark, token]);

  return (
    <div role="img" aria-label={summary} style={{ height }}>
      {!echarts && <Skeleton active paragraph={{ rows: 5 }} />}
      <div ref={element} style={{ height: '100%' }} aria-hidden />
    </div>
  );
}
