// What the parameters on the form come to: the hours in which messages really go, and about how long it takes.
import { Alert, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { formatDuration, formatMinuteOfDay } from '@/app/format';
import { useFormat } from '@/app/preferences';
import {
  effectiveRate,
  effectiveWindow,
  endsTooLate,
  finishAt,
  type NamedWindow,
  type Window,
} from './schedule';

interface Props {
  values: Partial<Schema<'CampaignParameters'>>;
  channel: Schema<'ChannelView'> | undefined;
  /** The company's hours for the class at their widest, when there are any and they are known. */
  company: Window | undefined;
  /** How long a message of the class stays good, in seconds, when that is known. */
  validity: number | undefined;
  segments: number;
  /** A rehearsal knows better than an estimate. */
  rehearsed: Schema<'RehearsalForecast'> | undefined;
  now: Date;
}

function windowsOf({ values, channel, company }: Props): NamedWindow[] {
  return [
    { name: 'campaign', start: values.window_start_minute ?? 540, end: values.window_end_minute ?? 1200 },
    ...(channel
      ? [
          {
            name: 'channel' as const,
            start: channel.options.window_start_minute,
            end: channel.options.window_end_minute,
          },
        ]
      : []),
    ...(company ? [{ name: 'company' as const, ...company }] : []),
  ];
}

export function Outlook(props: Props) {
  const { values, channel, validity, segments, rehearsed, now } = props;
  const { t } = useTranslation('prepare');
  const { count, language, zone, time } = useFormat();
  const effective = effectiveWindow(windowsOf(props));
  if (!effective)
    return (
      <Alert type="error" showIcon title={t('outlook.no_window')} description={t('outlook.no_window_hint')} />
    );
  const { window, startBy, endBy } = effective;
  const hours = `${formatMinuteOfDay(window.start)}–${formatMinuteOfDay(window.end)}`;
  const narrowed = [...new Set([startBy, endBy])].filter((name) => name !== 'campaign');
  const rate = effectiveRate(values.segments_per_second ?? 0, channel?.options.segments_per_second ?? 0);
  const seconds = rate ? segments / rate : null;
  const start = new Date(Math.max(now.getTime(), values.scheduled_at ? Date.parse(values.scheduled_at) : 0));
  const end = seconds === null ? null : finishAt(start, seconds, window, zone);
  const late = rehearsed
    ? rehearsed.too_late > 0
    : seconds !== null &&
      validity !== undefined &&
      endsTooLate(start, end, values.expires_at ?? undefined, validity);
  return (
    <Alert
      type={late ? 'warning' : 'info'}
      showIcon
      title={
        <span className="tabular">
          {t('outlook.window', { hours })}
          {narrowed.length > 0 &&
            ` ${t('outlook.narrowed', { by: narrowed.map((name) => t(`outlook.by_${name}`)).join(t('outlook.and')) })}`}
        </span>
      }
      description={
        <div className="tabular">
          {rehearsed ? (
            <div>{t('outlook.rehearsed', { at: time(rehearsed.ends_at) })}</div>
          ) : (
            <>
              <div>
                {seconds === null
                  ? t('outlook.no_rate')
                  : t('outlook.takes', {
                      segments: count(segments),
                      rate: count(rate),
                      time: formatDuration(Math.max(1, seconds), language),
                    })}
              </div>
              {seconds !== null && (
                <div>{end ? t('outlook.until', { at: time(end.toISOString()) }) : t('outlook.too_long')}</div>
              )}
            </>
          )}
          {late && <div>{t('outlook.too_late')}</div>}
          <Typography.Text type="secondary">{t('outlook.zone')}</Typography.Text>
        </div>
      }
    />
  );
}
