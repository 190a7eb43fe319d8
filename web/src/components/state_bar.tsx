// Counts by state as one stacked bar whose parts always sum to the whole, with a legend in words and numbers.
import { Flex, Typography } from 'antd';
import { useFormat, usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { formatShare } from '@/app/format';
import { kStateOrder, stateColour } from '@/app/theme';

interface Props {
  counts: Record<string, number>;
  total: number;
  legend?: boolean;
  height?: number;
  onPick?: (state: string) => void;
}

export function StateBar({ counts, total, legend = true, height = 10, onPick }: Props) {
  const { dark, language } = usePreferences();
  const { count } = useFormat();
  const term = useTerm();
  const parts = kStateOrder
    .map((state) => ({ state, value: counts[state] ?? 0 }))
    .filter((part) => part.value > 0);
  const words = parts.map((p) => `${term('message_state', p.state)} ${count(p.value)}`).join('，');
  return (
    <div>
      <div
        role="img"
        aria-label={words || '0'}
        style={{
          display: 'flex',
          height,
          borderRadius: height / 2,
          overflow: 'hidden',
          background: dark ? '#2a3432' : '#e4e9e7',
        }}
      >
        {parts.map((part) => (
          <div
            key={part.state}
            title={`${term('message_state', part.state)} ${count(part.value)}`}
            style={{ flex: `${part.value} 0 0`, background: stateColour(part.state, dark) }}
          />
        ))}
      </div>
      {legend && (
        <Flex wrap gap="4px 16px" style={{ marginBlockStart: 6 }}>
          {parts.map((part) => {
            const text = (
              <>
                <span
                  aria-hidden
                  style={{
                    display: 'inline-block',
                    width: 9,
                    height: 9,
                    borderRadius: 2,
                    marginInlineEnd: 5,
                    background: stateColour(part.state, dark),
                  }}
                />
                {term('message_state', part.state)} <b>{count(part.value)}</b>{' '}
                <Typography.Text type="secondary">{formatShare(part.value, total, language)}</Typography.Text>
              </>
            );
            return onPick ? (
              <Typography.Link key={part.state} className="tabular" onClick={() => onPick(part.state)}>
                {text}
              </Typography.Link>
            ) : (
              <span key={part.state} className="tabular">
                {text}
              </span>
            );
          })}
        </Flex>
      )}
    </div>
  );
}
