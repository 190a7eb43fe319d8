// What happened while this page was open, the newest first.
import { Empty, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { useReasonText } from '@/pages/monitor/reason_text';
import { kKeptEvents, type LiveEvent } from './live';

const kTone: Partial<Record<string, string>> = {
  paused: 'orange',
  cancelled: 'red',
  broken: 'red',
  backoff: 'orange',
  bad_credentials: 'red',
  reconnecting: 'orange',
  polling: 'orange',
  bound: 'green',
  live: 'green',
  completed: 'green',
  running: 'blue',
};

function useEventText(): (event: LiveEvent) => string {
  const { t } = useTranslation('campaign_monitor');
  const term = useTerm();
  return (event) => {
    switch (event.kind) {
      case 'campaign':
        return t('event.campaign', { state: term('campaign_state', event.to) });
      case 'batch':
        return t('event.batch', { state: t(`batch.${event.to}`) });
      case 'channel':
        return t('event.channel', { name: event.name, state: term('link_state', event.to) });
      case 'code':
        return t('event.code', { stage: term('code_stage', event.to), code: event.name });
      case 'sum':
        return t(`event.sum_${event.to}`);
      case 'connection':
        return t('event.connection', { state: t(`connection.${event.to}`) });
    }
  };
}

export function EventList({ events }: { events: LiveEvent[] }) {
  const { t } = useTranslation('campaign_monitor');
  const text = useEventText();
  const reasonText = useReasonText();
  return (
    <Section
      title={t('event.title')}
      extra={<Typography.Text type="secondary">{t('event.kept', { count: kKeptEvents })}</Typography.Text>}
    >
      {events.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('event.none')} />
      ) : (
        <ol
          aria-live="polite"
          aria-label={t('event.title')}
          tabIndex={0}
          style={{ listStyle: 'none', margin: 0, padding: 0, maxHeight: 320, overflow: 'auto' }}
        >
          {events.map((event) => (
            <li key={event.id} style={{ paddingBlock: 4 }}>
              <Flex gap="4px 8px" wrap align="baseline">
                <TimeText value={event.at} detail="second" />
                <Tag color={kTone[event.to] ?? 'default'}>{t(`event.kind_${event.kind}`)}</Tag>
                <span>{text(event)}</span>
                {event.detail && (
                  <Typography.Text type="secondary" className="message-text">
                    {reasonText(event.detail)}
                  </Typography.Text>
                )}
              </Flex>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
