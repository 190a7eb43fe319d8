// The audit log: who did what, when and why; filtered, exported, and checked from end to end.
import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Alert, Button, DatePicker, Flex, Typography } from 'antd';
import dayjs from 'dayjs';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { placeOfId } from '@/app/commands';
import { toApiTime } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FilterText } from '@/components/filters';
import { HashText, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { type Filters, useUrlFilters } from '@/components/url_filters';

type Entry = Schema<'AuditEntryView'>;
type Check = Schema<'AuditCheckView'>;

const kFilters = ['actor', 'action', 'object', 'from', 'until'] as const;
type Name = (typeof kFilters)[number];

function ObjectLink({ entry }: { entry: Entry }) {
  const place = entry.object_id ? placeOfId(entry.object_id) : undefined;
  return (
    <span className="mono">
      {entry.object_type} {place ? <Link to={place}>{entry.object_id}</Link> : entry.object_id}
    </span>
  );
}

function CheckResult({ check, onClose }: { check: Check; onClose: () => void }) {
  const { t } = useTranslation('audit');
  const { count } = useFormat();
  return (
    <Alert
      role="status"
      style={{ marginBlockEnd: 16 }}
      showIcon
      closable={{ onClose }}
      type={check.whole ? 'success' : 'error'}
      title={
        check.whole
          ? t('whole', { number: count(check.entries) })
          : t('broken', { number: count(check.broken_at ?? 0), fault: check.fault ?? '' })
      }
    />
  );
}

function AuditFilters({
  filters,
  change,
}: {
  filters: Filters<Name>;
  change: (next: Filters<Name>) => void;
}) {
  const { t } = useTranslation('audit');
  return (
    <>
      <FilterText
        label={t('actor_filter')}
        value={filters.actor}
        onChange={(actor) => change({ actor })}
        width={170}
      />
      <FilterText
        label={t('action_filter')}
        value={filters.action}
        onChange={(action) => change({ action })}
        width={190}
      />
      <FilterText
        label={t('object_filter')}
        value={filters.object}
        onChange={(object) => change({ object })}
        width={190}
      />
      <DatePicker.RangePicker
        aria-label={t('period')}
        showTime={{ format: 'HH:mm' }}
        format="YYYY-MM-DD HH:mm"
        allowEmpty={[true, true]}
        placeholder={[t('from'), t('until')]}
        value={[filters.from ? dayjs(filters.from) : null, filters.until ? dayjs(filters.until) : null]}
        onChange={(range) =>
          change({
            from: range?.[0] ? toApiTime(range[0]) : undefined,
            until: range?.[1] ? toApiTime(range[1]) : undefined,
          })
        }
      />
    </>
  );
}

function Detail({ entry }: { entry: Entry }) {
  return (
    <pre className="mono message-text" style={{ margin: 0 }}>
      {JSON.stringify(entry.detail, null, 2)}
    </pre>
  );
}

export default function Audit() {
  const { t } = useTranslation(['audit', 'common']);
  const term = useTerm();
  const [filters, setFilters] = useUrlFilters(kFilters);
  const [check, setCheck] = useState<Check | null>(null);
  const verify = useAction(async () => (await api.POST('/api/v1/audit_entries/verify')).data!, {
    onDone: setCheck,
  });
  const columns = useMemo<Column<Entry>[]>(
    () => [
      { key: 'number', title: t('number'), dataIndex: 'number', className: 'tabular' },
      {
        key: 'at',
        title: t('common:field.time'),
        render: (_, e) => <TimeText value={e.at} detail="second" />,
      },
      {
        key: 'actor',
        title: t('actor'),
        render: (_, e) => (
          <Flex vertical>
            {e.actor_name || term('audit_actor', e.actor_kind)}
            <Typography.Text type="secondary">{term('audit_actor', e.actor_kind)}</Typography.Text>
          </Flex>
        ),
      },
      { key: 'action', title: t('action'), render: (_, e) => <span className="mono">{e.action}</span> },
      { key: 'object', title: t('object'), render: (_, e) => <ObjectLink entry={e} /> },
      {
        key: 'reason',
        title: t('common:field.reason'),
        render: (_, e) => (
          <div className="message-text" style={{ maxWidth: 320 }}>
            {e.reason || '—'}
          </div>
        ),
      },
      { key: 'hash', title: t('hash'), optional: true, render: (_, e) => <HashText value={e.hash} /> },
    ],
    [t, term],
  );
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        <Button icon={<SafetyCertificateOutlined />} loading={verify.busy} onClick={() => verify.run()}>
          {t('verify')}
        </Button>
      }
    >
      {check && <CheckResult check={check} onClose={() => setCheck(null)} />}
      <DataTable<Entry>
        id="audit_entries"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/audit_entries', filters]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/audit_entries', {
              params: { query: { ...filters, after: after ? Number(after) : undefined, limit } },
            })
          ).data!
        }
        columns={columns}
        rowKey="number"
        filters={<AuditFilters filters={filters} change={setFilters} />}
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/audit_entries.csv"
        exportQuery={filters}
        expandedRowRender={(entry) => <Detail entry={entry} />}
      />
    </Page>
  );
}
