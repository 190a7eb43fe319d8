// Going through the queue by keyboard: j the next, k the previous.
import { useEffect } from 'react';
import { useNavigate } from 'react-router';
import { $api } from '@/api/client';

const kLooked = 200;

export interface Neighbours {
  previous?: string;
  next?: string;
  /** From 1; 0 when it does not wait (any more). */
  position: number;
  waiting: number;
}

/** Of what does not wait any more, the next is the one that waits longest. */
export function neighboursOf(ids: readonly string[], id: string): Neighbours {
  const at = ids.indexOf(id);
  return {
    previous: at > 0 ? ids[at - 1] : undefined,
    next: ids[at + 1],
    position: at + 1,
    waiting: ids.length,
  };
}

export function useNeighbours(id: string): Neighbours {
  const { data } = $api.useQuery('get', '/api/v1/contents/review_queue', {
    params: { query: { limit: kLooked } },
  });
  return neighboursOf(data?.items.map((item) => item.content.id) ?? [], id);
}

/** Whether a key press is meant for a field, a dialog or the browser. */
export function isForField(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target as HTMLElement | null;
  return Boolean(target?.closest?.('input, textarea, select, [contenteditable="true"], [role="dialog"]'));
}

export function useQueueKeys({ previous, next }: Neighbours): void {
  const navigate = useNavigate();
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      const to = event.key === 'j' ? next : event.key === 'k' ? previous : undefined;
      if (to && !isForField(event)) void navigate(`/review/${to}`);
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [navigate, previous, next]);
}
