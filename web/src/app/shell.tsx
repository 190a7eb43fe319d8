// Who is not signed in signs in first; the frame and its pages are loaded after that.
import { Spin } from 'antd';
import { lazy, Suspense } from 'react';
import { ProblemResult } from '@/components/problem_view';
import { SignIn } from '@/pages/sign_in/sign_in';
import { useSessionState } from './session';

const Frame = lazy(() => import('./frame'));
const ChangePassword = lazy(() => import('@/pages/sign_in/change_password'));

function Waiting() {
  return (
    <div style={{ display: 'grid', placeItems: 'center', height: '100dvh' }}>
      <Spin size="large" />
    </div>
  );
}

export function Shell() {
  const { session, problem, retry } = useSessionState();
  if (session === undefined) return problem ? <ProblemResult error={problem} onRetry={retry} /> : <Waiting />;
  if (session === null) return <SignIn />;
  return (
    <Suspense fallback={<Waiting />}>
      {session.must_change_password ? <ChangePassword forced /> : <Frame />}
    </Suspense>
  );
}
