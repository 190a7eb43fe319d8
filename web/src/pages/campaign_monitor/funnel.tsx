// The messages by state and reason; every line leads to its messages, and the lines sum to the whole.
import { Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatShare } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { kStateOrder, stateColour } from '@/app/theme';
import { Section } from '@/components/section';
import type { Snapshot } from './live';

interface Line {
  key: string;
  state: string;
  reason?: string;
  count: number;
  children?: Line[];
}

/** One line a state, its reasons below it where there is more to say than the state. */
export function linesOf(snapshot: Snapshot): Line[] {
  return kStateOrder.flatMap((state) => {
    const parts = snapshot.funnel.filter((part) => part.state === state && part.count > 0);
    const count = parts.reduce((sum, part) => sum + part.count, 0);
    if (count === 0) return [];
    const reasons = parts
      .filter((part) => part.reason !== 'none')
      .sort((a, b) => b.count - a.count)
      .map((part) => ({ key: `${state}/${part.reason}`, state, reason: part.reason, count: part.count }));
    return [{ key: state, state, count, ...(reasons.length > 0 ? { children: reasons } : {}) }];
  });
}

function Bar({ share, colour }: { share: number; colour: string }) {
  return (
    <div aria-hidden style={{ height: 8, minWidth: 60, borderRadius: 4, overflow: 'hidden' }}>
      <div
        style={{ height: '100%', width: `${100 * share}%`, minWidth: share > 0 ? 2 : 0, background: colour }}
      />
    </div>
  );
}

export function FunnelTable({ snapshot }: { snapshot: Snapshot }) {
  const { t } = useTranslation('campaign_monitor');
  const term = useTerm();
  const can = useCan();
  const { count } = useFormat();
  const { dark, language } = usePreferences();
  const lines = linesOf(snapshot);
  const whole = snapshot.targeted;
  const name = (line: Line) => {
    const text = line.reason ? term('reason', line.reason) : term('message_state', line.state);
    if (!can('message.read')) return text;
    const query = new URLSearchParams({ state: line.state, ...(line.reason && { reason: line.reason }) });
    return <Link to={`/campaigns/${snapshot.campaign_id}/messages?${query.toString()}`}>{text}</Link>;
  };
  return (
    <Section title={t('funnel.title')} extra={can('message.read') ? t('funnel.hint') : null}>
      <Table<Line>
        size="small"
        rowKey="key"
        pagination={false}
        dataSource={lines}
        // Made anew when there are other states, so that new reasons are in sight.
        key={lines.map((line) => line.key).join()}
        expandable={{ defaultExpandAllRows: true }}
        columns={[
          { title: t('funnel.state'), key: 'state', render: (_, line) => name(line) },
          {
            title: t('funnel.count'),
            key: 'count',
            align: 'right',
            className: 'tabular',
            render: (_, line) => (line.reason ? count(line.count) : <b>{count(line.count)}</b>),
          },
          {
            title: t('funnel.share'),
            key: 'share',
            align: 'right',
            className: 'tabular',
            render: (_, line) => formatShare(line.count, whole, language),
          },
          {
            title: <span className="visually-hidden">{t('funnel.bar')}</span>,
            key: 'bar',
            width: '28%',
            responsive: ['sm'],
            render: (_, line) => (
              <Bar share={whole ? line.count / whole : 0} colour={stateColour(line.state, dark)} />
            ),
          },
        ]}
        summary={() => (
          <Table.Summary.Row>
            <Table.Summary.Cell index={0}>
              <b>{t('funnel.sum')}</b>
            </Table.Summary.Cell>
            <Table.Summary.Cell index={1} align="right" className="tabular">
              <b>{count(lines.reduce((sum, line) => sum + line.count, 0))}</b>
            </Table.Summary.Cell>
            <Table.Summary.Cell index={2} colSpan={2}>
              <Typography.Text type="secondary" className="tabular">
                {t('funnel.of', { whole: count(whole) })}
              </Typography.Text>
            </Table.Summary.Cell>
          </Table.Summary.Row>
        )}
      />
    </Section>
  );
}
