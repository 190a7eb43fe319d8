// Every list of the console: keyset pages from the server, filters in the URL, a choice of columns, an audited
// export, designed loading, empty and error states.
import {
  DownloadOutlined,
  LeftOutlined,
  ReloadOutlined,
  RightOutlined,
  SettingOutlined,
  VerticalRightOutlined,
} from '@ant-design/icons';
import { keepPreviousData, type QueryKey, useQuery } from '@tanstack/react-query';
import {
  App,
  Button,
  Card,
  Checkbox,
  Empty,
  Flex,
  Popover,
  Skeleton,
  Table,
  type TableColumnType,
  Tooltip,
  Typography,
} from 'antd';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { download, queryText } from '@/api/download';
import { asProblem } from '@/api/problem';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { ProblemResult } from './problem_view';

export interface Column<T> extends Omit<TableColumnType<T>, 'key' | 'title'> {
  key: string;
  title: string;
  /** Not shown until chosen. */
  optional?: boolean;
}

export interface PageOf<T> {
  items: T[];
  next_after?: string | number | null;
}

interface Props<T> {
  /** Names the table: for the columns that were chosen. */
  id: string;
  queryKey: QueryKey;
  /** Fetches one page; `after` comes from the page before. */
  page: (after: string | undefined, limit: number) => Promise<PageOf<T>>;
  columns?: Column<T>[];
  /** Shows each row as a card instead of a table's row; then no columns are needed. */
  card?: (row: T) => ReactNode;
  rowKey: keyof T & string;
  filters?: ReactNode;
  /** Whether a filter is set: the empty state says so. */
  filtered?: boolean;
  /** The list's CSV route with its filters; the table adds a button. */
  exportUrl?: string;
  exportQuery?: Record<string, string | undefined>;
  actions?: ReactNode;
  empty?: ReactNode;
  limit?: number;
  /** The URL's parameter for the page; of several tables on a page each has its own. */
  pageParameter?: string;
  refetchInterval?: number | false;
  rowClassName?: (row: T) => string;
  expandedRowRender?: (row: T) => ReactNode;
  rowSelection?: { selectedRowKeys: string[]; onChange: (keys: string[], rows: T[]) => void; max?: number };
  ariaLabel: string;
}

function useChosenColumns<T>(id: string, columns: Column<T>[]): [string[], (keys: string[]) => void] {
  const name = `yizhan.columns.${id}`;
  const [chosen, setChosen] = useState<string[]>(() => {
    try {
      const stored: unknown = JSON.parse(localStorage.getItem(name) ?? 'null');
      if (Array.isArray(stored)) return stored.filter((key) => columns.some((c) => c.key === key));
    } catch {
      // Not ours or damaged: the default.
    }
    return columns.filter((c) => !c.optional).map((c) => c.key);
  });
  return [
    chosen,
    (keys) => {
      localStorage.setItem(name, JSON.stringify(keys));
      setChosen(keys);
    },
  ];
}

/** Fetches the file of a list. */
export function ExportButton({
  url,
  query,
  name,
}: {
  url: string;
  query: Record<string, string | undefined>;
  name: string;
}) {
  const { t } = useTranslation();
  const term = useTerm();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      await download(url + queryText(query), `${name}.csv`);
      message.success(t('state.exported'));
    } catch (error) {
      const problem = asProblem(error);
      message.error(`${term('error', problem.code)}${problem.detail ? `：${problem.detail}` : ''}`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button icon={<DownloadOutlined />} loading={busy} onClick={() => void run()}>
      {t('action.export')}
    </Button>
  );
}

function Cards<T extends object>({
  items,
  rowKey,
  card,
  loading,
  empty,
}: {
  items: T[];
  rowKey: keyof T & string;
  card: (row: T) => ReactNode;
  loading: boolean;
  empty: ReactNode;
}) {
  const { t } = useTranslation();
  if (loading)
    return (
      <div role="status" aria-label={t('state.loading')}>
        <Skeleton active paragraph={{ rows: 6 }} />
      </div>
    );
  if (items.length === 0) return <Card>{empty}</Card>;
  return (
    <ul style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 10 }}>
      {items.map((row) => (
        <li key={String(row[rowKey])} style={{ minWidth: 0 }}>
          {card(row)}
        </li>
      ))}
    </ul>
  );
}

const kNoColumns: never[] = [];

export function DataTable<T extends object>(props: Props<T>) {
  const { t } = useTranslation();
  const { count } = useFormat();
  const limit = props.limit ?? 50;
  const [parameters, setParameters] = useSearchParams();
  const pageParameter = props.pageParameter ?? 'after';
  const after = parameters.get(pageParameter) ?? undefined;
  const [passed, setPassed] = useState<string[]>([]);
  const columns: Column<T>[] = props.columns ?? kNoColumns;
  const [chosen, setChosen] = useChosenColumns(props.id, columns);

  const query = useQuery({
    queryKey: [...props.queryKey, 'page', after, limit],
    queryFn: () => props.page(after, limit),
    placeholderData: keepPreviousData,
    refetchInterval: props.refetchInterval,
  });

  const goTo = (next: string | undefined) =>
    setParameters((current) => {
      const changed = new URLSearchParams(current);
      if (next) changed.set(pageParameter, next);
      else changed.delete(pageParameter);
      return changed;
    });
  const forward = () => {
    setPassed((before) => [...before, after ?? '']);
    goTo(String(query.data?.next_after));
  };
  const backward = () => {
    const before = passed.at(-1);
    setPassed((all) => all.slice(0, -1));
    goTo(before || undefined);
  };
  const toFirst = () => {
    setPassed([]);
    goTo(undefined);
  };

  const items = query.data?.items ?? [];
  const hasNext = Boolean(query.data?.next_after);
  const shownColumns = columns.filter((c) => chosen.includes(c.key));
  const empty = hasNext ? (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('state.partial_page')} />
  ) : props.filtered ? (
    <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('state.empty_filtered')} />
  ) : (
    (props.empty ?? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('state.empty')} />)
  );

  return (
    <section aria-label={props.ariaLabel}>
      <Flex justify="space-between" wrap gap={8} style={{ marginBlockEnd: 12 }}>
        <Flex gap={8} wrap align="center" data-filters>
          {props.filters}
        </Flex>
        <Flex gap={8} wrap align="center" style={{ marginInlineStart: 'auto' }}>
          {props.actions}
          {props.exportUrl && (
            <ExportButton url={props.exportUrl} query={props.exportQuery ?? {}} name={props.id} />
          )}
          {columns.length > 0 && (
            <Popover
              trigger="click"
              placement="bottomRight"
              content={
                <Checkbox.Group
                  aria-label={t('table.columns_hint')}
                  style={{ display: 'grid', gap: 6 }}
                  value={chosen}
                  onChange={(keys) =>
                    setChosen(columns.map((c) => c.key).filter((key) => keys.includes(key)))
                  }
                  options={columns.map((c) => ({ value: c.key, label: c.title }))}
                />
              }
            >
              <Button
                icon={<SettingOutlined />}
                aria-label={t('action.columns')}
                title={t('action.columns')}
              />
            </Popover>
          )}
          <Tooltip title={t('action.refresh')}>
            <Button
              icon={<ReloadOutlined />}
              aria-label={t('action.refresh')}
              loading={query.isFetching && !query.isPending}
              onClick={() => void query.refetch()}
            />
          </Tooltip>
        </Flex>
      </Flex>
      {query.error && !query.data ? (
        <ProblemResult error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <>
          {props.card ? (
            <Cards
              items={items}
              rowKey={props.rowKey}
              card={props.card}
              loading={query.isPending}
              empty={empty}
            />
          ) : (
            <Table<T>
              size="middle"
              rowKey={props.rowKey}
              columns={shownColumns}
              dataSource={items}
              loading={query.isPending}
              pagination={false}
              scroll={{ x: 'max-content' }}
              locale={{ emptyText: query.isPending ? ' ' : empty }}
              rowClassName={props.rowClassName}
              expandable={props.expandedRowRender && { expandedRowRender: props.expandedRowRender }}
              rowSelection={
                props.rowSelection && {
                  selectedRowKeys: props.rowSelection.selectedRowKeys,
                  preserveSelectedRowKeys: true,
                  onChange: (keys, rows) => props.rowSelection!.onChange(keys.map(String), rows),
                  getCheckboxProps: (row) => ({
                    disabled:
                      props.rowSelection!.max !== undefined &&
                      props.rowSelection!.selectedRowKeys.length >= props.rowSelection!.max &&
                      !props.rowSelection!.selectedRowKeys.includes(String(row[props.rowKey])),
                  }),
                }
              }
            />
          )}
          <Flex
            justify="space-between"
            align="center"
            wrap
            gap={8}
            style={{ marginBlockStart: 12 }}
            component="nav"
            aria-label={t('table.rows', { count: limit })}
          >
            <Typography.Text type="secondary" className="tabular">
              {t('table.shown', { count: count(items.length) as never })}
            </Typography.Text>
            {(after || hasNext) && (
              <Flex gap={8}>
                <Button icon={<VerticalRightOutlined />} disabled={!after} onClick={toFirst}>
                  {t('action.first_page')}
                </Button>
                <Button icon={<LeftOutlined />} disabled={passed.length === 0} onClick={backward}>
                  {t('action.previous_page')}
                </Button>
                <Button icon={<RightOutlined />} iconPlacement="end" disabled={!hasNext} onClick={forward}>
                  {t('action.next_page')}
                </Button>
              </Flex>
            )}
          </Flex>
        </>
      )}
    </section>
  );
}
