// Watches one campaign: server-sent events while they flow, the same snapshot fetched every few seconds while
// they do not.
import { useEffect, useReducer } from 'react';
import { api } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { kNothingYet, type Live, reduceLive, type Snapshot, type Standing } from './live';

const kPollMilliseconds = 3_000;
/** After the browser has given up on the stream (a refusal), it is tried anew. */
const kRetryMilliseconds = 15_000;

export interface LiveState extends Live {
  problem: Problem | null;
}

type Action = Parameters<typeof reduceLive>[1] | { type: 'begin' } | { type: 'problem'; problem: Problem };

function reduce(state: LiveState, action: Action): LiveState {
  if (action.type === 'begin') return { ...kNothingYet, problem: null };
  if (action.type === 'problem') return { ...state, problem: action.problem };
  const problem = action.type === 'snapshot' ? null : state.problem;
  return { ...reduceLive(state, action), problem };
}

export function useLive(id: string): LiveState {
  const [state, dispatch] = useReducer(reduce, { ...kNothingYet, problem: null });
  useEffect(() => {
    let source: EventSource | undefined;
    let open = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    dispatch({ type: 'begin' });
    const now = () => new Date().toISOString();
    const connect = () => {
      source = new EventSource(`/api/v1/campaigns/${encodeURIComponent(id)}/events`);
      source.onopen = () => {
        open = true;
        dispatch({ type: 'connection', connection: 'live', at: now() });
      };
      source.addEventListener('snapshot', (event) =>
        dispatch({ type: 'snapshot', snapshot: JSON.parse(event.data as string) as Snapshot }),
      );
      source.addEventListener('channel', (event) =>
        dispatch({ type: 'channel', channel: JSON.parse(event.data as string) as Standing, at: now() }),
      );
      source.onerror = () => {
        open = false;
        if (source?.readyState === EventSource.CLOSED) {
          dispatch({ type: 'connection', connection: 'polling', at: now() });
          retry = setTimeout(connect, kRetryMilliseconds);
          void poll();
        } else {
          dispatch({ type: 'connection', connection: 'reconnecting', at: now() });
        }
      };
    };
    const poll = async () => {
      if (open) return;
      try {
        const { data } = await api.GET('/api/v1/campaigns/{campaign_id}/monitor', {
          params: { path: { campaign_id: id } },
        });
        if (!ended && data) dispatch({ type: 'snapshot', snapshot: data });
      } catch (error) {
        if (!ended) dispatch({ type: 'problem', problem: asProblem(error) });
      }
    };
    connect();
    const timer = setInterval(() => void poll(), kPollMilliseconds);
    return () => {
      ended = true;
      clearInterval(timer);
      clearTimeout(retry);
      source?.close();
    };
  }, [id]);
  return state;
}
