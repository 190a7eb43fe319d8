// What the monitor makes of the snapshots it is sent: how far, how fast, how long still, what has changed. Pure.
import type { Schema } from '@/api/client';

export type Snapshot = Schema<'CampaignSnapshot'>;
export type Standing = Schema<'ChannelStanding'>;
export type Connection = 'connecting' | 'live' | 'reconnecting' | 'polling';

export interface Sample {
  at: number;
  value: number;
}

export interface LiveEvent {
  id: number;
  at: string;
  /** What it is about; `from` and `to` are the words of that list. */
  kind: 'campaign' | 'batch' | 'channel' | 'code' | 'sum' | 'connection';
  name: string;
  to: string;
  detail: string;
}

export const kSpanMilliseconds = 5 * 60_000;
export const kKeptEvents = 200;
const kEstimateMilliseconds = 60_000;

/** The states of messages for which there is still something to send. */
const kToSend = ['held', 'queued', 'in_flight'] as const;
/** Campaigns in these states do not change any more. */
const kOver = ['completed', 'cancelled'];

export function countOf(snapshot: Snapshot, ...states: string[]): number {
  return states.reduce((sum, state) => sum + (snapshot.by_state[state] ?? 0), 0);
}

export function sumOf(snapshot: Snapshot): number {
  return Object.values(snapshot.by_state).reduce((sum, count) => sum + count, 0);
}

/** Messages that have not been dealt with: neither sent nor refused. */
export function remainingOf(snapshot: Snapshot): number {
  return countOf(snapshot, ...kToSend);
}

export function progressOf(snapshot: Snapshot): number {
  if (!snapshot.targeted) return 0;
  const done = snapshot.targeted - remainingOf(snapshot);
  // 100 is said only when nothing is left.
  return done >= snapshot.targeted ? 100 : Math.min(99.9, Math.floor((1000 * done) / snapshot.targeted) / 10);
}

/** Held back until their send window opens; no rate says when. */
export function waitingForWindow(snapshot: Snapshot): number {
  return snapshot.funnel
    .filter((part) => part.state === 'held' && part.reason === 'outside_window')
    .reduce((sum, part) => sum + part.count, 0);
}

export function addSample(samples: Sample[], snapshot: Snapshot): Sample[] {
  const at = Date.parse(snapshot.at);
  const last = samples.at(-1);
  if (last && at <= last.at) return samples;
  return [...samples, { at, value: snapshot.messages_per_second }].filter(
    (sample) => sample.at >= at - kSpanMilliseconds,
  );
}

/** Seconds until the rest is sent at the rate of the last minute; null when that cannot be said. */
export function secondsLeft(snapshot: Snapshot, samples: Sample[]): number | null {
  const rest = remainingOf(snapshot) - waitingForWindow(snapshot);
  if (snapshot.state !== 'running' || rest <= 0) return null;
  const end = samples.at(-1)?.at ?? 0;
  const recent = samples.filter((sample) => sample.at > end - kEstimateMilliseconds && sample.value > 0);
  if (recent.length === 0) return null;
  return rest / (recent.reduce((sum, sample) => sum + sample.value, 0) / recent.length);
}

export function isOver(snapshot: Snapshot): boolean {
  return kOver.includes(snapshot.state);
}

type NewEvent = Omit<LiveEvent, 'id'>;

function channelChanges(before: Snapshot, now: Snapshot): NewEvent[] {
  return now.channels.flatMap((channel) => {
    const was = before.channels.find((other) => other.channel_id === channel.channel_id);
    return was && was.link.state !== channel.link.state ? [channelEvent(channel, now.at)] : [];
  });
}

export function channelEvent(channel: Standing, at: string): NewEvent {
  const detail = channel.link.state === 'bound' ? '' : channel.link.last_error;
  return { at, kind: 'channel', name: channel.name, to: channel.link.state, detail };
}

/** What changed from one snapshot to the next, in words' names. */
export function changesBetween(before: Snapshot, now: Snapshot): NewEvent[] {
  const changes: NewEvent[] = [];
  const add = (kind: LiveEvent['kind'], to: string, detail = '', name = '') =>
    changes.push({ at: now.at, kind, name, to, detail });
  if (before.state !== now.state) add('campaign', now.state, now.state_reason);
  else if (before.batch_state !== now.batch_state && now.batch_state)
    add('batch', now.batch_state, now.batch_reason);
  if (before.sum !== now.sum) add('sum', now.sum);
  const known = new Set(before.errors.map((error) => `${error.stage} ${error.code}`));
  for (const error of now.errors)
    if (!known.has(`${error.stage} ${error.code}`)) add('code', error.stage, error.cause, error.code);
  return [...changes, ...channelChanges(before, now)];
}

export interface Live {
  snapshot: Snapshot | null;
  samples: Sample[];
  events: LiveEvent[];
  connection: Connection;
  nextId: number;
}

export const kNothingYet: Live = {
  snapshot: null,
  samples: [],
  events: [],
  connection: 'connecting',
  nextId: 1,
};

function withEvents(live: Live, found: NewEvent[]): Live {
  if (found.length === 0) return live;
  const numbered = found.map((event, i) => ({ ...event, id: live.nextId + i })).reverse();
  return {
    ...live,
    events: [...numbered, ...live.events].slice(0, kKeptEvents),
    nextId: live.nextId + found.length,
  };
}

export type LiveAction =
  | { type: 'snapshot'; snapshot: Snapshot }
  | { type: 'channel'; channel: Standing; at: string }
  | { type: 'connection'; connection: Connection; at: string };

/** The newest event is the first; no more than kKeptEvents are kept. */
export function reduceLive(live: Live, action: LiveAction): Live {
  switch (action.type) {
    case 'snapshot': {
      const before = live.snapshot;
      if (before && Date.parse(action.snapshot.at) < Date.parse(before.at)) return live;
      const next = {
        ...live,
        snapshot: action.snapshot,
        samples: addSample(live.samples, action.snapshot),
      };
      return before ? withEvents(next, changesBetween(before, action.snapshot)) : next;
    }
    case 'channel': {
      if (!live.snapshot) return live;
      const known = live.snapshot.channels.find((c) => c.channel_id === action.channel.channel_id);
      if (known?.link.state === action.channel.link.state) return live;
      const channels = live.snapshot.channels.map((c) =>
        c.channel_id === action.channel.channel_id ? action.channel : c,
      );
      return withEvents({ ...live, snapshot: { ...live.snapshot, channels } }, [
        channelEvent(action.channel, action.at),
      ]);
    }
    case 'connection': {
      if (live.connection === action.connection) return live;
      const next = { ...live, connection: action.connection };
      // The first connection is no news.
      if (live.connection === 'connecting' && action.connection === 'live') return next;
      return withEvents(next, [
        { at: action.at, kind: 'connection', name: '', to: action.connection, detail: '' },
      ]);
    }
  }
}
