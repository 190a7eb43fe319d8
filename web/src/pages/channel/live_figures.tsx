// The link as it stands now: what it does this second, and what it did since it was made.
import { Alert, Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { Figure, TimeText } from '@/components/marks';
import { Section } from '@/components/section';

const kCounters = [
  'submitted',
  'accepted',
  'rejected',
  'throttled',
  'unknown',
  'receipts',
  'reconnects',
] as const;

/** Whether messages of routes go by the channel, and if not, why. */
function Health({ channel }: { channel: Schema<'ChannelView'> }) {
  const { t } = useTranslation('channel');
  const term = useTerm();
  const { health } = channel;
  if (!health || health.state === 'healthy') return null;
  return (
    <Alert
      type={health.state === 'unhealthy' ? 'error' : 'warning'}
      showIcon
      style={{ marginBlockEnd: 12 }}
      title={t(`health.${health.state}`)}
      description={
        <>
          {term('health_reason', health.reason)} · {t('health.since')}{' '}
          <TimeText value={health.since} detail="second" />
        </>
      }
    />
  );
}

/** How asking after receipts goes, where the channel does. */
function Queries({ channel }: { channel: Schema<'ChannelView'> }) {
  const { t } = useTranslation('channel');
  const { count, time } = useFormat();
  const queries = channel.receipt_queries;
  if (!queries) return null;
  if (queries.refused_until)
    return (
      <Alert
        type="warning"
        showIcon
        style={{ marginBlockEnd: 12 }}
        title={t('queries.refused')}
        description={t('queries.refused_detail', {
          refusal: queries.refusal ?? '',
          until: time(queries.refused_until),
        })}
      />
    );
  return (
    <p style={{ margin: '0 0 12px' }}>
      {t('queries.title')}{' '}
      {t('queries.counts', { asked: count(queries.asked), answered: count(queries.answered) })}
    </p>
  );
}

function Lanes({ channel }: { channel: Schema<'ChannelView'> }) {
  const { t } = useTranslation('channel');
  const term = useTerm();
  const { count } = useFormat();
  const { link, options } = channel;
  const shares = {
    verification: options.verification_share,
    notification: options.notification_share,
    marketing: options.marketing_share,
  };
  return (
    <>
      <h3 style={{ fontSize: 14, margin: '16px 0 8px' }}>{t('lanes.title')}</h3>
      <Flex gap="12px 24px" wrap>
        {link?.lanes.map((lane) => (
          <Figure
            key={lane.lane}
            name={t('lanes.of', { lane: term('lane', lane.lane), share: shares[lane.lane] })}
            hint={t('lanes.hint')}
            value={`${count(lane.queued)} / ${count(lane.submitted)}`}
          />
        ))}
      </Flex>
    </>
  );
}

export function LiveFigures({ channel }: { channel: Schema<'ChannelView'> }) {
  const { t } = useTranslation('channel');
  const { count } = useFormat();
  const { link, options } = channel;
  if (!link || channel.use === 'disabled')
    return (
      <Section title={t('live.title')}>
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={t(channel.use === 'disabled' ? 'live.disabled' : 'live.none')}
        />
      </Section>
    );
  const milliseconds = (value: number) => value.toFixed(value < 10 ? 1 : 0);
  return (
    <Section
      title={t('live.title')}
      extra={
        link.bound_since && (
          <>
            {t('live.bound_since')} <TimeText value={link.bound_since} detail="second" />
          </>
        )
      }
    >
      {link.state !== 'bound' && (
        <Alert
          type={link.state === 'bad_credentials' ? 'error' : 'warning'}
          showIcon
          style={{ marginBlockEnd: 12 }}
          title={t(`live.why_${link.state}`, { defaultValue: t('live.why_unlinked') })}
          description={link.last_error || undefined}
        />
      )}
      <Health channel={channel} />
      <Queries channel={channel} />
      <Flex gap="12px 24px" wrap>
        <Figure name={t('live.rate')} value={count(link.segments_per_second)} />
        <Figure
          name={t('live.window')}
          value={`${count(link.in_window)} / ${count(options.window * options.sessions)}`}
        />
        <Figure name={t('live.queued')} value={count(link.queued)} />
        <Figure name={t('live.sessions')} value={`${link.sessions_bound} / ${options.sessions}`} />
        <Figure
          name={t('live.latency')}
          value={`${milliseconds(link.latency_p50_ms)} / ${milliseconds(link.latency_p99_ms)}`}
        />
      </Flex>
      <Lanes channel={channel} />
      <h3 style={{ fontSize: 14, margin: '16px 0 8px' }}>{t('live.since_start')}</h3>
      <Flex gap="12px 24px" wrap>
        {kCounters.map((name) => (
          <Figure
            key={name}
            name={t(`live.${name}`)}
            hint={t(`live.${name}_hint`)}
            value={count(link[name])}
          />
        ))}
      </Flex>
    </Section>
  );
}
