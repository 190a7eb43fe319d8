// Finished campaigns side by side; which ones is in the address.
import { useQueries } from '@tanstack/react-query';
import { Alert, Button, Card, Empty, Flex, Select, Skeleton, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useDebounced } from '@/components/audience_builder/count';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { useUrlFilters } from '@/components/url_filters';
import type { Effect } from '@/pages/campaign/effect';
import { ComparisonCharts } from './charts';
import { idsOf, kMost } from './rows';
import { ComparisonTable } from './table';

const kNames = ['ids'] as const;
const kOffered = 50;
const kLatest = 3;
const kPauseMs = 300;

function useCompleted(search: string) {
  const q = useDebounced(search.trim(), kPauseMs);
  return $api.useQuery('get', '/api/v1/campaigns', {
    params: { query: { state: 'completed', limit: kOffered, q: q || undefined } },
  });
}

interface PickerProps {
  ids: string[];
  names: Map<string, string>;
  onChange: (ids: string[]) => void;
}

function Picker({ ids, names, onChange }: PickerProps) {
  const { t } = useTranslation('compare');
  const { time } = useFormat();
  const [search, setSearch] = useState('');
  const completed = useCompleted(search);
  const options = (completed.data?.items ?? []).map((c) => ({
    value: c.id,
    label: c.name,
    at: c.finished_at,
  }));
  const offered = new Set(options.map((o) => o.value));
  const others = ids
    .filter((id) => !offered.has(id))
    .map((id) => ({ value: id, label: names.get(id) ?? id, at: undefined }));
  return (
    <Select
      mode="multiple"
      aria-label={t('pick')}
      placeholder={t('pick_hint')}
      value={ids}
      maxCount={kMost}
      options={search ? options : [...options, ...others]}
      labelRender={({ value, label }) => label ?? names.get(String(value)) ?? value}
      showSearch={{ filterOption: false, onSearch: setSearch }}
      loading={completed.isFetching}
      notFoundContent={completed.isPending ? undefined : t('no_match')}
      onChange={(next: string[]) => {
        setSearch('');
        onChange(next);
      }}
      optionRender={({ label, data }) => (
        <Flex justify="space-between" gap={12}>
          <span style={{ overflowWrap: 'anywhere' }}>{label}</span>
          {data.at && (
            <Typography.Text type="secondary" className="tabular">
              {time(data.at)}
            </Typography.Text>
          )}
        </Flex>
      )}
      style={{ width: '100%' }}
    />
  );
}

function Nothing({ onPick }: { onPick: (ids: string[]) => void }) {
  const { t } = useTranslation('compare');
  const latest = (useCompleted('').data?.items ?? []).slice(0, kLatest).map((c) => c.id);
  return (
    <Card>
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={
          <>
            <b>{t('empty')}</b>
            <br />
            {t('empty_hint')}
          </>
        }
      >
        {latest.length > 1 && (
          <Button type="primary" onClick={() => onPick(latest)}>
            {t('latest', { number: latest.length })}
          </Button>
        )}
      </Empty>
    </Card>
  );
}

function Comparison({ effects, onRemove }: { effects: Effect[]; onRemove: (id: string) => void }) {
  const { t } = useTranslation('compare');
  // Numbered, since two campaigns may have the same name.
  const names = useMemo(() => effects.map((e, index) => `${index + 1}. ${e.name}`), [effects]);
  return (
    <>
      {effects.length === 1 && <Alert type="info" showIcon title={t('one_more')} />}
      <ComparisonTable effects={effects} nameOf={(index) => names[index]!} onRemove={onRemove} />
      <ComparisonCharts effects={effects} names={names} />
    </>
  );
}

export default function Compare() {
  const { t } = useTranslation('compare');
  const [filters, setFilters] = useUrlFilters(kNames);
  const ids = idsOf(filters.ids);
  const setIds = (next: string[]) => setFilters({ ids: next.join(',') || undefined });
  const results = useQueries({
    queries: ids.map((campaign_id) =>
      $api.queryOptions('get', '/api/v1/campaigns/{campaign_id}/effect', {
        params: { path: { campaign_id } },
      }),
    ),
    combine: (all) => ({
      effects: all.flatMap((one) => (one.data ? [one.data] : [])),
      errors: all.map((one) => (one.data ? null : one.error)),
      pending: all.some((one) => one.isPending),
      refetch: (index: number) => void all[index]?.refetch(),
    }),
  });
  const remove = (id: string) => setIds(ids.filter((other) => other !== id));
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <div className="column">
        <Picker
          ids={ids}
          names={new Map(results.effects.map((e) => [e.campaign_id, e.name]))}
          onChange={setIds}
        />
        {results.errors.map(
          (error, index) =>
            error && (
              <div key={ids[index]}>
                <ProblemAlert error={error} onRetry={() => results.refetch(index)} />
                <Button size="small" onClick={() => remove(ids[index]!)}>
                  {t('remove', { name: ids[index] })}
                </Button>
              </div>
            ),
        )}
        {ids.length === 0 && <Nothing onPick={setIds} />}
        {results.pending && ids.length > 0 && <Skeleton active paragraph={{ rows: 8 }} />}
        {results.effects.length > 0 && <Comparison effects={results.effects} onRemove={remove} />}
      </div>
    </Page>
  );
}
