// Who is signed in. Everything below <SessionProvider> that asks for the session has one.
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo } from 'react';
import { api, onSignedOut, type Schema, setCsrfToken } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';

export type Session = Schema<'SessionView'>;

interface SessionState {
  /** undefined: not known yet; null: nobody is signed in. */
  session: Session | null | undefined;
  problem: Problem | null;
  signIn(login: string, password: string): Promise<Session>;
  changePassword(current: string, next: string): Promise<Session>;
  signOut(): Promise<void>;
  retry(): void;
}

const kKey = ['session'];
// Whether this browser may hold a session; the cookie itself is out of reach of scripts. It spares the sign-in page
// a request that can only be refused.
const kMaybe = 'yizhan.signed_in';
const Context = createContext<SessionState | null>(null);

/** Nothing that another person saw stays in memory; who asks for the session goes on hearing of it. */
function forgetOthers(queries: QueryClient): void {
  queries.removeQueries({ predicate: (query) => query.queryKey[0] !== kKey[0] });
  queries.getMutationCache().clear();
}

async function fetchSession(): Promise<Session | null> {
  if (!localStorage.getItem(kMaybe)) return null;
  try {
    const { data } = await api.GET('/api/v1/sessions/current');
    setCsrfToken(data?.csrf_token ?? '');
    return data ?? null;
  } catch (error) {
    const problem = asProblem(error);
    if (problem.status !== 401) throw problem;
    localStorage.removeItem(kMaybe);
    return null;
  }
}

export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: kKey,
    queryFn: fetchSession,
    staleTime: 60_000,
    retry: 1,
  });

  useEffect(
    () =>
      onSignedOut(() => {
        localStorage.removeItem(kMaybe);
        setCsrfToken('');
        queries.setQueryData(kKey, null);
      }),
    [queries],
  );

  const begin = useCallback(
    (session: Session) => {
      localStorage.setItem(kMaybe, '1');
      setCsrfToken(session.csrf_token ?? '');
      forgetOthers(queries);
      queries.setQueryData(kKey, session);
      return session;
    },
    [queries],
  );

  const state = useMemo<SessionState>(
    () => ({
      session: data,
      problem: error ? asProblem(error) : null,
      async signIn(login, password) {
        const { data: session } = await api.POST('/api/v1/sessions', { body: { login, password } });
        return begin(session!);
      },
      async changePassword(current, next) {
        const { data: session } = await api.POST('/api/v1/users/me/password', {
          body: { current_password: current, new_password: next },
        });
        return begin(session!);
      },
      async signOut() {
        await api.DELETE('/api/v1/sessions/current');
        localStorage.removeItem(kMaybe);
        setCsrfToken('');
        forgetOthers(queries);
        queries.setQueryData(kKey, null);
      },
      retry() {
        void refetch();
      },
    }),
    [data, error, begin, queries, refetch],
  );
  return <Context.Provider value={state}>{children}</Context.Provider>;
}

export function useSessionState(): SessionState {
  const state = useContext(Context);
  if (!state) throw new Error('no SessionProvider');
  return state;
}

/** The session, where there surely is one: below the shell. */
export function useSession(): Session {
  const { session } = useSessionState();
  if (!session) throw new Error('nobody is signed in');
  return session;
}

/** Whether the person may do something: `can('content.review')`. The server decides; this only hides. */
export function useCan(): (permission: string) => boolean {
  const { session } = useSessionState();
  return useCallback((permission) => session?.permissions.includes(permission) ?? false, [session]);
}
