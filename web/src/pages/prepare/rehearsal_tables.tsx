// The tables of a rehearsal: who waits until when, what goes by which channel, what leaves on which day.
import { Table, theme, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { TimeText } from '@/components/marks';
import { daysOf } from './rehearsal';

type Result = Schema<'RehearsalResult'>;

export function Holds({ result }: { result: Result }) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  const term = useTerm();
  if (result.held_until.length === 0) return null;
  return (
    <Table
      size="small"
      pagination={false}
      rowKey={(row) => row.reason + row.until}
      dataSource={result.held_until}
      aria-label={t('rehearsal.holds')}
      columns={[
        { key: 'reason', title: t('rehearsal.hold_reason'), render: (_, row) => term('reason', row.reason) },
        {
          key: 'until',
          title: t('rehearsal.hold_until'),
          // Until people release it: nobody knows when.
          render: (_, row) =>
            row.reason === 'emergency_stop' ? t('rehearsal.hold_released') : <TimeText value={row.until} />,
        },
        {
          key: 'messages',
          title: t('rehearsal.people'),
          align: 'right',
          className: 'tabular',
          render: (_, row) => count(row.messages),
        },
      ]}
    />
  );
}

export function Ways({ result, channels }: { result: Result; channels: Schema<'ChannelView'>[] }) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  const number = (value: number) => <span className="tabular">{count(value)}</span>;
  return (
    // Wide: whoever has no mouse scrolls it with the keys.
    <div role="group" tabIndex={0} aria-label={t('rehearsal.channels')} style={{ overflowX: 'auto' }}>
      <Table
        size="small"
        pagination={false}
        rowKey="channel_id"
        dataSource={result.channels}
        style={{ whiteSpace: 'nowrap' }}
        columns={[
          {
            key: 'channel',
            title: t('rehearsal.channel'),
            render: (_, row) => {
              const channel = channels.find((each) => each.id === row.channel_id);
              return channel ? <Link to={`/channels/${channel.id}`}>{channel.name}</Link> : row.channel_id;
            },
          },
          {
            key: 'segments',
            title: t('rehearsal.segments'),
            align: 'right',
            render: (_, row) => number(row.segments),
          },
          {
            key: 'took',
            title: t('rehearsal.took'),
            align: 'right',
            render: (_, row) => (row.simulated ? number(row.carrier_took) : t('rehearsal.counted')),
          },
          {
            key: 'rate',
            title: t('rehearsal.rate'),
            align: 'right',
            render: (_, row) =>
              row.segments_per_second > 0 ? number(row.segments_per_second) : t('rehearsal.no_rate'),
          },
          {
            key: 'share',
            title: t('rehearsal.lane'),
            align: 'right',
            render: (_, row) => <span className="tabular">{row.lane_percent}%</span>,
          },
          { key: 'from', title: t('rehearsal.from'), render: (_, row) => <TimeText value={row.starts_at} /> },
          { key: 'to', title: t('rehearsal.to'), render: (_, row) => <TimeText value={row.ends_at} /> },
          {
            key: 'late',
            title: t('rehearsal.too_late'),
            align: 'right',
            render: (_, row) => number(row.too_late),
          },
          {
            key: 'limit',
            title: t('rehearsal.limit'),
            render: (_, row) => (row.starts_at ? t(`rehearsal.limit_${row.limited_by}`) : '—'),
          },
        ]}
      />
    </div>
  );
}

export function Days({ result }: { result: Result }) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  const { token } = theme.useToken();
  return (
    <table style={{ width: '100%', borderSpacing: '0 4px' }}>
      <caption className="visually-hidden">{t('rehearsal.days')}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{t('rehearsal.day')}</th>
          <th scope="col">{t('rehearsal.people')}</th>
          <th scope="col">{t('rehearsal.hours')}</th>
          <th scope="col">{t('rehearsal.bar')}</th>
        </tr>
      </thead>
      <tbody>
        {daysOf(result.forecast).map((day) => (
          <tr key={day.day}>
            <th scope="row" className="tabular" style={{ textAlign: 'start', fontWeight: 400 }}>
              {day.day}
            </th>
            <td className="tabular" style={{ textAlign: 'end', paddingInline: 12 }}>
              {t('rehearsal.day_messages', { messages: count(day.messages), segments: count(day.segments) })}
            </td>
            <td className="tabular">
              <TimeText value={day.starts_at} /> – <TimeText value={day.ends_at} />
            </td>
            <td style={{ width: '30%' }}>
              <div aria-hidden style={{ background: token.colorFillSecondary, height: 14, borderRadius: 3 }}>
                <div
                  style={{
                    width: `${100 * day.share}%`,
                    minWidth: 2,
                    height: '100%',
                    borderRadius: 3,
                    background: token.colorPrimary,
                  }}
                />
              </div>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Some messages of each reason: the page of each says, gate by gate, why. */
export function Examples({ result }: { result: Result }) {
  const { t } = useTranslation('prepare');
  const term = useTerm();
  const can = useCan();
  const reasons = Object.entries(result.examples);
  if (!can('message.read') || reasons.length === 0) return null;
  return (
    <div>
      <Typography.Text type="secondary">{t('rehearsal.examples')}</Typography.Text>
      <ul style={{ margin: 0, paddingInlineStart: 20 }}>
        {reasons.map(([reason, messages]) => (
          <li key={reason}>
            <Typography.Text strong>{term('reason', reason)}</Typography.Text>{' '}
            {messages.map((message, index) => (
              <span key={message}>
                {index > 0 && ' · '}
                <Link to={`/messages/${message}`} className="mono">
                  {message}
                </Link>
              </span>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
