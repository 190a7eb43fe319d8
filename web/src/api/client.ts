// The typed client of the API: one fetch, one place for the session's token, one kind of error.
import createFetchClient, { type Middleware } from 'openapi-fetch';
import createQueryClient from 'openapi-react-query';
import { problemOf } from './problem';
import type { components, paths } from './schema';

/** A type of the API by its name: `Schema<'CampaignView'>`. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

let csrfToken = '';
const signedOutListeners = new Set<() => void>();

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Called whenever the server says that there is no session (any more). */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener);
  return () => signedOutListeners.delete(listener);
}

/** A key that makes a repeated create be done once. */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}

/** The precondition of an edit: the version that was read. */
export function ifMatch(version: number): { 'If-Match': string } {
  return { 'If-Match': `"${version}"` };
}

async function failure(response: Response): Promise<never> {
  let body: unknown = null;
  const text = await response.text();
  try {
    body = JSON.parse(text);
  } catch {
    body = text.slice(0, 200);
  }
  const problem = problemOf(response.status, body);
  if (problem.status === 401 && problem.code === 'unauthenticated') {
    for (const listener of signedOutListeners) listener();
  }
  throw problem;
}

/** fetch with the session's token; throws a Problem unless the answer is a success. For files and uploads. */
export async function send(url: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  if (csrfToken && init.method && init.method !== 'GET') headers.set('X-CSRF-Token', csrfToken);
  let response: Response;
  try {
    response = await fetch(url, { ...init, headers, credentials: 'same-origin' });
  } catch (cause) {
    throw problemOf(0, cause instanceof Error ? cause.message : cause);
  }
  if (!response.ok) await failure(response);
  return response;
}

const middleware: Middleware = {
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
  async onResponse({ response }) {
    if (!response.ok) await failure(response);
    return response;
  },
  onError({ error }) {
    return problemOf(0, error instanceof Error ? error.message : error);
  },
};

export const api = createFetchClient<paths>({
  baseUrl: window.location.origin,
  credentials: 'same-origin',
  // Looked up at each call, so that tests may put another in its place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(middleware);

/** The same client as hooks of TanStack Query: `$api.useQuery('get', '/api/v1/campaigns', …)`. */
export const $api = createQueryClient(api);
