// URL to page: who may not see a page is told so there, and no page breaks the others.
import { Button, Result, Spin } from 'antd';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { createBrowserRouter, isRouteErrorResponse, useRouteError } from 'react-router';
import { NoPermission } from '@/components/problem_view';
import { kPages, type PageEntry } from './pages';
import { useCan } from './session';
import { Shell } from './shell';

function Loading() {
  const { t } = useTranslation();
  return (
    <div
      role="status"
      aria-label={t('state.loading')}
      style={{ display: 'grid', placeItems: 'center', minHeight: 240 }}
    >
      <Spin />
    </div>
  );
}

function Guarded({ entry }: { entry: PageEntry }) {
  const can = useCan();
  if (!entry.permissions.some(can)) return <NoPermission />;
  const Page = entry.page;
  return (
    <Suspense fallback={<Loading />}>
      <Page />
    </Suspense>
  );
}

function NotFound() {
  const { t } = useTranslation();
  return <Result status="404" title={t('state.not_found')} subTitle={t('state.not_found_hint')} />;
}

function Broken() {
  const error = useRouteError();
  const { t } = useTranslation();
  if (isRouteErrorResponse(error) && error.status === 404) return <NotFound />;
  return (
    <Result
      status="error"
      title={t('state.failed')}
      subTitle={error instanceof Error ? error.message : undefined}
      extra={<Button onClick={() => window.location.reload()}>{t('action.retry')}</Button>}
    />
  );
}

export const router = createBrowserRouter([
  {
    path: '/',
    element: <Shell />,
    errorElement: <Broken />,
    children: [
      ...kPages.map((entry) => ({
        path: entry.path,
        element: <Guarded key={entry.path} entry={entry} />,
        errorElement: <Broken />,
      })),
      { path: '*', element: <NotFound /> },
    ],
  },
]);
