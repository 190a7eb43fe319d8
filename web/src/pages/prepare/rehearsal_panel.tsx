// The rehearsal: the whole campaign to a simulated carrier inside the server. Starting and ending it, how far it is,
// and what it says of who would be sent to, when, and by which channels.
import { CheckCircleFilled, PlayCircleOutlined, StopOutlined } from '@ant-design/icons';
import { Alert, Button, Empty, Progress, theme, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { formatDuration } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { Figure, Figures, TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { percentDone, secondsOf } from './rehearsal';
import { Days, Examples, Holds, Ways } from './rehearsal_tables';
import { TestFunnel } from './test_funnel';

type Rehearsal = Schema<'RehearsalView'>;
type Result = Schema<'RehearsalResult'>;

interface Props {
  campaign: Schema<'CampaignView'>;
  rehearsal: Rehearsal | undefined;
  channels: Schema<'ChannelView'>[];
  whyNot: string | null;
}

function useDeeds(campaign: Schema<'CampaignView'>, rehearsal: Rehearsal | undefined) {
  const { t } = useTranslation('prepare');
  const start = useAction(() =>
    api.POST('/api/v1/campaigns/{campaign_id}/rehearsals', {
      params: {
        path: { campaign_id: campaign.id },
        header: { ...ifMatch(campaign.version), 'Idempotency-Key': newIdempotencyKey() },
      },
    }),
  );
  const cancel = useAction(
    () =>
      api.POST('/api/v1/campaigns/{campaign_id}/rehearsals/{rehearsal_id}/cancel', {
        params: { path: { campaign_id: campaign.id, rehearsal_id: rehearsal?.id ?? '' } },
      }),
    { done: t('rehearsal.cancelled') },
  );
  return { start, cancel };
}

function Standing({ rehearsal }: { rehearsal: Rehearsal }) {
  const { t } = useTranslation('prepare');
  const term = useTerm();
  if (rehearsal.state === 'running')
    return <Progress percent={percentDone(rehearsal)} aria-label={t('rehearsal.progress')} />;
  if (rehearsal.state === 'cancelled')
    return <Alert type="info" showIcon title={t('rehearsal.was_cancelled')} />;
  if (rehearsal.state === 'failed')
    return (
      <Alert
        type="error"
        showIcon
        title={t('rehearsal.failed')}
        description={
          rehearsal.failure === 'interrupted' ? t('rehearsal.interrupted') : term('error', rehearsal.failure)
        }
      />
    );
  if (rehearsal.outdated)
    return (
      <Alert
        type="warning"
        showIcon
        title={t('rehearsal.outdated')}
        description={t('rehearsal.outdated_hint')}
      />
    );
  return null;
}

/** The simulated carrier counts for itself: what it got is what was to be sent, or something is wrong. */
function Taken({ result }: { result: Result }) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  const { token } = theme.useToken();
  const values = { took: count(result.carrier_took), segments: count(result.simulated_segments) };
  return (
    <div>
      {result.carrier_took_all ? (
        <Typography.Text className="tabular">
          <CheckCircleFilled aria-hidden style={{ color: token.colorSuccess, marginInlineEnd: 6 }} />
          {t('rehearsal.took_all', values)}
        </Typography.Text>
      ) : (
        <Alert type="error" showIcon role="alert" title={t('rehearsal.took_not_all', values)} />
      )}
      {result.counted_segments > 0 && (
        <div>
          <Typography.Text type="secondary">
            {t('rehearsal.counted_only', { segments: count(result.counted_segments) })}
          </Typography.Text>
        </div>
      )}
    </div>
  );
}

function Outcome({ result }: { result: Result }) {
  const { t } = useTranslation('prepare');
  const { count, language } = useFormat();
  const { token } = theme.useToken();
  const { forecast } = result;
  const seconds = secondsOf(forecast);
  if (seconds === null) return <Alert type="warning" showIcon title={t('rehearsal.nothing_leaves')} />;
  const late = forecast.too_late + forecast.unplaced;
  return (
    <>
      <Figures>
        <Figure name={t('rehearsal.starts')} value={<TimeText value={forecast.starts_at} />} />
        <Figure name={t('rehearsal.ends')} value={<TimeText value={forecast.ends_at} />} />
        <Figure
          name={t('rehearsal.lasts')}
          value={formatDuration(Math.max(1, seconds), language)}
          hint={t('rehearsal.on_days', { days: count(forecast.days.length) })}
        />
        <Figure name={t('rehearsal.would_leave')} value={count(forecast.would_leave)} />
        <Figure
          name={t('rehearsal.too_late')}
          value={count(late)}
          tone={late > 0 ? token.colorError : undefined}
        />
      </Figures>
      <div className="tabular">
        <div>
          {t(`rehearsal.limited_${forecast.limited_by}`, {
            messages: count(result.messages_per_second),
            segments: count(result.segments_per_second),
          })}
        </div>
        {forecast.crowded_ends_at && forecast.crowded_ends_at !== forecast.ends_at && (
          <div>
            {t('rehearsal.crowded')} <TimeText value={forecast.crowded_ends_at} />
            {forecast.crowded_too_late > 0 &&
              t('rehearsal.crowded_late', { messages: count(forecast.crowded_too_late) })}
          </div>
        )}
      </div>
      {forecast.too_late > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('rehearsal.too_late_title', { messages: count(forecast.too_late) })}
          description={t('outlook.too_late')}
        />
      )}
      {forecast.unplaced > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('rehearsal.unplaced', { messages: count(forecast.unplaced) })}
        />
      )}
    </>
  );
}

function Found({ result, channels }: { result: Result; channels: Schema<'ChannelView'>[] }) {
  const { t } = useTranslation('prepare');
  const heading = (text: string) => (
    <Typography.Title level={3} style={{ fontSize: 14 }}>
      {text}
    </Typography.Title>
  );
  return (
    <>
      <Outcome result={result} />
      <Taken result={result} />
      <div>
        {heading(t('rehearsal.funnel'))}
        <TestFunnel funnel={result.funnel} />
        <Holds result={result} />
        <Examples result={result} />
      </div>
      <div>
        {heading(t('rehearsal.channels'))}
        <Ways result={result} channels={channels} />
      </div>
      {result.forecast.days.length > 0 && (
        <div>
          {heading(t('rehearsal.days'))}
          <Days result={result} />
          <Typography.Text type="secondary">
            {t('rehearsal.days_zone', { zone: result.forecast.zone })}
          </Typography.Text>
        </div>
      )}
    </>
  );
}

export function RehearsalPanel({ campaign, rehearsal, channels, whyNot }: Props) {
  const { t } = useTranslation('prepare');
  const can = useCan();
  const { start, cancel } = useDeeds(campaign, rehearsal);
  const running = rehearsal?.state === 'running';
  return (
    <Section
      title={t('rehearsal.title')}
      extra={
        can('campaign.test') &&
        (running ? (
          <Button icon={<StopOutlined />} loading={cancel.busy} onClick={() => cancel.run()}>
            {t('rehearsal.cancel')}
          </Button>
        ) : (
          <Tooltip title={whyNot ? t(`why.${whyNot}`) : ''}>
            <Button
              icon={<PlayCircleOutlined />}
              disabled={whyNot !== null}
              loading={start.busy}
              onClick={() => start.run()}
            >
              {rehearsal ? t('rehearsal.again') : t('rehearsal.start')}
            </Button>
          </Tooltip>
        ))
      }
    >
      {!rehearsal ? (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              {t('rehearsal.none')}
              <br />
              <Typography.Text type="secondary">{t('rehearsal.none_hint')}</Typography.Text>
            </>
          }
        />
      ) : (
        <div className="column">
          <Standing rehearsal={rehearsal} />
          {rehearsal.result && <Found result={rehearsal.result} channels={channels} />}
          <Typography.Text type="secondary">
            {t('rehearsal.started')} <TimeText value={rehearsal.started_at} detail="second" />
          </Typography.Text>
        </div>
      )}
    </Section>
  );
}
