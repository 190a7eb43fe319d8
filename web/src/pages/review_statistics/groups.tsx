// The same figures for each period, class, sector or reviewer.
import { Segmented, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api } from '@/api/client';
import { formatShare } from '@/app/format';
import { useFormat, usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { titleOf } from '@/components/content/sector_items';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import { kGroups, type Row, rowsOf } from './figures';
import { useHours } from './totals';

function Name({ row }: { row: Row }) {
  const { t } = useTranslation('review_statistics');
  const term = useTerm();
  const { language } = usePreferences();
  const sectors = $api.useQuery('get', '/api/v1/contents/sectors');
  switch (row.group) {
    case 'message_class':
      return term('message_class', row.key);
    case 'sector': {
      const sector = sectors.data?.items.find((one) => one.id === row.key);
      return sector ? titleOf(sector, language) : row.key || t('no_sector');
    }
    case 'reviewer':
      return row.key ? <UserName id={row.key} /> : t('nobody');
    default:
      return row.key;
  }
}

const kPadding = 5;

function useColumns(): TableColumnsType<Row> {
  const { t } = useTranslation('review_statistics');
  const { count, language } = useFormat();
  const hours = useHours();
  const number = (key: string, value: (row: Row) => string) => ({
    key,
    title: t(key),
    align: 'end' as const,
    className: 'tabular',
    // Long names take two lines and cells stand close, so that the table fits beside the menu.
    onHeaderCell: () => ({ style: { minWidth: '4.8em', whiteSpace: 'normal', paddingInline: kPadding } }),
    onCell: () => ({ style: { whiteSpace: 'nowrap' as const, paddingInline: kPadding } }),
    render: (_: unknown, row: Row) => value(row),
  });
  const share = (value: number | undefined) => (value === undefined ? '—' : formatShare(value, 1, language));
  return [
    {
      key: 'name',
      title: t('name'),
      onCell: () => ({ style: { whiteSpace: 'nowrap' } }),
      render: (_, row) => <Name row={row} />,
    },
    number('submitted', ({ figures }) => count(figures.submitted)),
    number('decided', ({ figures }) => count(figures.decided)),
    number('approved', ({ figures }) => count(figures.approved)),
    number('rejected', ({ figures }) => count(figures.rejected)),
    number('first_pass', ({ figures }) => share(figures.first_pass_share)),
    number('rounds', ({ figures }) => figures.rounds_mean?.toFixed(2) ?? '—'),
    number('median', ({ figures }) => hours(figures.median_hours)),
    number('p90', ({ figures }) => hours(figures.p90_hours)),
    number('longest', ({ figures }) => hours(figures.longest_hours)),
    number('in_target', ({ figures }) => share(figures.within_target_share)),
    number('passed_on', ({ figures }) => count(figures.passed_on)),
    number('second_share', ({ figures }) => share(figures.second_review_share)),
    number('second_median', ({ figures }) => hours(figures.second_median_hours)),
  ];
}

const kRows = 31; // a month of days

export function Groups({ items }: { items: readonly Row[] }) {
  const { t } = useTranslation('review_statistics');
  const [group, setGroup] = useState<(typeof kGroups)[number]>('period');
  const columns = useColumns();
  return (
    <Section
      title={t('in_parts')}
      extra={
        <Segmented
          aria-label={t('in_parts')}
          value={group}
          onChange={setGroup}
          options={kGroups.map((value) => ({ value, label: t(`group.${value}`) }))}
        />
      }
    >
      {/* Scrolled by keyboard too. */}
      <div tabIndex={0} role="region" aria-label={t('in_parts')} style={{ overflowX: 'auto' }}>
        <Table
          size="small"
          rowKey="key"
          columns={columns}
          dataSource={rowsOf(items, group)}
          pagination={{ pageSize: kRows, hideOnSinglePage: true }}
          style={{ minWidth: 'min-content' }}
        />
      </div>
    </Section>
  );
}
