// How long reviews take and how they end: in total, over time, by class, sector and reviewer; what waits now.
import { useQuery } from '@tanstack/react-query';
import { DatePicker, Empty, Flex, Typography } from 'antd';
import dayjs from 'dayjs';
import { useTranslation } from 'react-i18next';
import { $api, api, type Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { titleOf } from '@/components/content/sector_items';
import { ExportButton } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { useUrlFilters } from '@/components/url_filters';
import { useDirectory } from '@/components/user_name';
import { defaultDays, totalOf, whole } from './figures';
import { Groups } from './groups';
import { PeriodChart } from './period_chart';
import { Totals } from './totals';

const kNames = ['from', 'until', 'period', 'message_class', 'sector', 'reviewer'] as const;
const kUrl = '/api/v1/contents/review_statistics';
const kPageRows = 500;
const kClasses: Schema<'MessageClass'>[] = ['verification', 'notification', 'marketing', 'public_service'];
const kPeriods: Schema<'StatisticsPeriod'>[] = ['day', 'week', 'month'];

type Asked = ReturnType<typeof useUrlFilters<(typeof kNames)[number]>>;

function useStatistics(filters: Asked[0]) {
  const query = {
    ...defaultDays(new Date()),
    period: 'week' as const,
    ...filters,
  } as Record<string, string>;
  const result = useQuery({
    queryKey: ['get', kUrl, query],
    queryFn: () =>
      whole(
        async (after) =>
          (await api.GET(kUrl, { params: { query: { ...query, limit: kPageRows, after } } })).data!,
      ),
  });
  return { query, result };
}

function Filters({ asked: [filters, change], query }: { asked: Asked; query: Record<string, string> }) {
  const { t } = useTranslation('review_statistics');
  const term = useTerm();
  const { language } = usePreferences();
  const { entries } = useDirectory();
  const sectors = $api.useQuery('get', '/api/v1/contents/sectors');
  const reviewers = entries.filter((entry) => entry.roles.includes('compliance'));
  return (
    <Flex gap={8} wrap>
      <DatePicker.RangePicker
        aria-label={t('days')}
        allowClear={false}
        value={[dayjs(query.from), dayjs(query.until)]}
        onChange={(range) =>
          change({
            from: range?.[0]?.format('YYYY-MM-DD'),
            until: range?.[1]?.format('YYYY-MM-DD'),
          })
        }
      />
      <FilterSelect
        label={t('by')}
        value={query.period}
        options={kPeriods.map((value) => ({ value, label: t(`by_${value}`) }))}
        onChange={(period) => change({ period })}
        width={100}
      />
      <FilterSelect
        label={t('group.message_class')}
        value={filters.message_class}
        options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
        onChange={(message_class) => change({ message_class })}
        width={110}
      />
      <FilterSelect
        label={t('group.sector')}
        value={filters.sector}
        options={(sectors.data?.items ?? []).map((sector) => ({
          value: sector.id,
          label: titleOf(sector, language),
        }))}
        onChange={(sector) => change({ sector })}
      />
      <FilterSelect
        label={t('group.reviewer')}
        value={filters.reviewer}
        options={reviewers.map((entry) => ({ value: entry.id, label: entry.display_name }))}
        onChange={(reviewer) => change({ reviewer })}
      />
    </Flex>
  );
}

export default function ReviewStatistics() {
  const { t } = useTranslation('review_statistics');
  const asked = useUrlFilters(kNames);
  const { query, result } = useStatistics(asked[0]);
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={<ExportButton url={`${kUrl}.csv`} query={query} name="review_statistics" />}
    >
      <Flex vertical gap={16}>
        <Filters asked={asked} query={query} />
        <QueryView query={result} rows={8}>
          {(statistics) => (
            <Flex vertical gap={16}>
              <Totals statistics={statistics} />
              <Typography.Text type="secondary">
                {t('target', { hours: statistics.target_hours })}
              </Typography.Text>
              {(totalOf(statistics.items)?.submitted ?? 0) + (totalOf(statistics.items)?.decided ?? 0) > 0 ? (
                <>
                  <PeriodChart items={statistics.items} />
                  <Groups items={statistics.items} />
                </>
              ) : (
                <Empty description={t('none')} />
              )}
            </Flex>
          )}
        </QueryView>
      </Flex>
    </Page>
  );
}
