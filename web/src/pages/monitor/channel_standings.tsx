// How the links to the carriers stand: state, window, queue, latency. Cards, so that they fit a phone.
import { Empty, Flex, theme, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { TermTag, TimeText } from '@/components/marks';
import { Section } from '@/components/section';

type Standing = Schema<'ChannelStanding'>;

function Value({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>
        <Typography.Text type="secondary">{name}</Typography.Text>
      </dt>
      <dd className="tabular" style={{ margin: 0, fontWeight: 600 }}>
        {value}
      </dd>
    </div>
  );
}

function StandingCard({ standing, used }: { standing: Standing; used: boolean }) {
  const { t } = useTranslation('monitor');
  const { count } = useFormat();
  const { token } = theme.useToken();
  const can = useCan();
  const { link } = standing;
  const milliseconds = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
  return (
    <section
      aria-label={standing.name}
      style={{ border: `1px solid ${token.colorBorderSecondary}`, borderRadius: 6, padding: 12 }}
    >
      <Flex justify="space-between" align="center" gap={8} wrap>
        <span style={{ fontWeight: 600 }}>
          {can('channel.read') ? (
            <Link to={`/channels/${standing.channel_id}`}>{standing.name}</Link>
          ) : (
            standing.name
          )}
          {used && <Typography.Text type="secondary"> · {t('channel.used_here')}</Typography.Text>}
        </span>
        <TermTag list="link_state" name={link.state} />
      </Flex>
      <dl
        style={{
          display: 'grid',
          gridTemplateColumns: 'repeat(auto-fill, minmax(96px, 1fr))',
          gap: '8px 12px',
          margin: '8px 0 0',
        }}
      >
        <Value name={t('channel.rate')} value={count(link.segments_per_second)} />
        <Value name={t('channel.window')} value={count(link.in_window)} />
        <Value name={t('channel.queued')} value={count(link.queued)} />
        <Value name={t('channel.sessions')} value={count(link.sessions_bound)} />
        <Value name={t('channel.p50')} value={milliseconds(link.latency_p50_ms)} />
        <Value name={t('channel.p99')} value={milliseconds(link.latency_p99_ms)} />
        <Value name={t('channel.throttled')} value={count(link.throttled)} />
        <Value name={t('channel.rejected')} value={count(link.rejected)} />
      </dl>
      <Typography.Text type="secondary" style={{ display: 'block', marginBlockStart: 8 }}>
        {link.state === 'bound' && link.bound_since ? (
          <>
            {t('channel.bound_since')} <TimeText value={link.bound_since} detail="second" />
          </>
        ) : (
          link.last_error && t('channel.last_error', { error: link.last_error })
        )}
      </Typography.Text>
    </section>
  );
}

export function ChannelStandings({ channels, usedId }: { channels: Standing[]; usedId?: string }) {
  const { t } = useTranslation('monitor');
  const sorted = [...channels].sort(
    (a, b) => Number(b.channel_id === usedId) - Number(a.channel_id === usedId),
  );
  return (
    <Section title={t('channel.title')}>
      {sorted.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('channel.none')} />
      ) : (
        <div
          style={{
            display: 'grid',
            gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 300px), 1fr))',
            gap: 12,
          }}
        >
          {sorted.map((standing) => (
            <StandingCard
              key={standing.channel_id}
              standing={standing}
              used={standing.channel_id === usedId}
            />
          ))}
        </div>
      )}
    </Section>
  );
}
