// Shows what a query brought, and what is shown while and when it brings nothing.
import { Empty, Skeleton } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { ProblemAlert, ProblemResult } from './problem_view';

interface QueryLike<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  refetch: () => unknown;
}

interface Props<T> {
  query: QueryLike<T>;
  children: (data: T) => ReactNode;
  /** Whether what came is nothing: the designed empty state is shown. */
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  rows?: number;
}

export function QueryView<T>({ query, children, isEmpty, empty, rows = 4 }: Props<T>) {
  const { t } = useTranslation();
  if (query.isPending && query.data === undefined)
    return (
      <div role="status" aria-label={t('state.loading')}>
        <Skeleton active paragraph={{ rows }} />
      </div>
    );
  if (query.data === undefined)
    return <ProblemResult error={query.error} onRetry={() => void query.refetch()} />;
  const content = isEmpty?.(query.data)
    ? (empty ?? <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('state.empty')} />)
    : children(query.data);
  // What was there stays in sight when a later look fails.
  return (
    <>
      {query.error ? <ProblemAlert error={query.error} onRetry={() => void query.refetch()} /> : null}
      {content}
    </>
  );
}
