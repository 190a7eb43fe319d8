// The figures of the whole time, and what waits now.
import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { Figure, Figures, TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { type Statistics, totalOf } from './figures';

export function useHours(): (hours: number | null | undefined) => string {
  const { t } = useTranslation('review_statistics');
  const { count } = useFormat();
  return (hours) => (hours === undefined || hours === null ? '—' : t('hours', { hours: count(hours) }));
}

export function Totals({ statistics }: { statistics: Statistics }) {
  const { t } = useTranslation('review_statistics');
  const { count, language } = useFormat();
  const hours = useHours();
  const total = totalOf(statistics.items);
  const share = (value: number | undefined) => (value === undefined ? '—' : formatShare(value, 1, language));
  if (!total) return null;
  return (
    <Flex gap={16} wrap>
      <Section title={t('total')} style={{ flex: '3 1 480px' }}>
        <Figures>
          <Figure name={t('submitted')} value={count(total.submitted)} />
          <Figure name={t('decided')} value={count(total.decided)} hint={t('decided_hint')} />
          <Figure
            name={t('first_pass')}
            value={share(total.first_pass_share)}
            hint={t('first_pass_hint', { passed: total.first_passed, decided: total.first_decided })}
          />
          <Figure name={t('rounds')} value={total.rounds_mean?.toFixed(2) ?? '—'} hint={t('rounds_hint')} />
          <Figure name={t('median')} value={hours(total.median_hours)} hint={t('time_hint')} />
          <Figure name={t('p90')} value={hours(total.p90_hours)} hint={t('time_hint')} />
          <Figure name={t('longest')} value={hours(total.longest_hours)} />
          <Figure
            name={t('within_target', { hours: statistics.target_hours })}
            value={share(total.within_target_share)}
          />
          <Figure name={t('second_share')} value={share(total.second_review_share)} />
          <Figure
            name={t('second_median')}
            value={hours(total.second_median_hours)}
            hint={t('second_hint')}
          />
        </Figures>
      </Section>
      <Waiting statistics={statistics} />
    </Flex>
  );
}

function Waiting({ statistics }: { statistics: Statistics }) {
  const { t } = useTranslation('review_statistics');
  const { count } = useFormat();
  const can = useCan();
  const hours = useHours();
  const { waiting } = statistics;
  const all = waiting.first + waiting.second;
  return (
    <Section
      title={t('waiting')}
      style={{ flex: '1 1 260px' }}
      extra={can('content.review') && <Link to="/review">{t('to_queue')}</Link>}
    >
      <Figures>
        <Figure name={t('waiting_all')} value={count(all)} hint={t('waiting_hint', { ...waiting })} />
        <Figure name={t('overdue')} value={count(waiting.overdue)} />
        <Figure name={t('longest')} value={hours(waiting.longest_hours)} />
      </Figures>
      {waiting.since && (
        <Typography.Text type="secondary">
          {t('since')} <TimeText value={waiting.since} />
        </Typography.Text>
      )}
    </Section>
  );
}
