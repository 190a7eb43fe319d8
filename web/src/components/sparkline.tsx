// A small line of values over time, drawn as plain SVG: cheap enough to be renewed every second.
import { theme } from 'antd';

export interface SparkPoint {
  at: number;
  value: number;
}

interface Props {
  points: SparkPoint[];
  /** The time shown, up to the last point. */
  spanMilliseconds: number;
  summary: string;
  height?: number;
}

const kWidth = 300;

/** Where the line goes, as steps: a value holds until the next one comes. */
export function sparkPath(points: SparkPoint[], span: number, width: number, height: number): string {
  const end = points.at(-1)?.at ?? 0;
  const shown = points.filter((point) => point.at >= end - span);
  if (shown.length === 0) return '';
  const top = Math.max(...shown.map((point) => point.value), 1e-9);
  const x = (at: number) => ((at - (end - span)) / span) * width;
  const y = (value: number) => height - 1 - (value / top) * (height - 2);
  return shown
    .map((point, i) => {
      const [px, py] = [x(point.at).toFixed(1), y(point.value).toFixed(1)];
      return i === 0 ? `M${px} ${py}` : `H${px}V${py}`;
    })
    .join('');
}

export function Sparkline({ points, spanMilliseconds, summary, height = 44 }: Props) {
  const { token } = theme.useToken();
  const path = sparkPath(points, spanMilliseconds, kWidth, height);
  return (
    <svg
      role="img"
      aria-label={summary}
      viewBox={`0 0 ${kWidth} ${height}`}
      preserveAspectRatio="none"
      style={{ width: '100%', height, display: 'block' }}
    >
      <line
        x1="0"
        x2={kWidth}
        y1={height - 0.5}
        y2={height - 0.5}
        stroke={token.colorBorder}
        vectorEffect="non-scaling-stroke"
      />
      <path
        d={path}
        fill="none"
        stroke={token.colorPrimary}
        strokeWidth="1.8"
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
