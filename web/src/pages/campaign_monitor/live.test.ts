import { describe, expect, it } from 'vitest';
import {
  addSample,
  changesBetween,
  kKeptEvents,
  kNothingYet,
  type Live,
  progressOf,
  reduceLive,
  remainingOf,
  secondsLeft,
  type Snapshot,
  sumOf,
  waitingForWindow,
} from './live';

function snapshot(change: Partial<Snapshot> = {}): Snapshot {
  return {
    campaign_id: 'cmp_1',
    name: 'n',
    state: 'running',
    state_reason: '',
    batch_state: 'running',
    batch_reason: '',
    targeted: 100,
    by_state: { delivered: 40, sent: 10, refused: 10, queued: 30, held: 10 },
    funnel: [],
    sum: 'holds',
    messages_per_second: 4,
    errors: [],
    channels: [],
    at: '2026-03-02T02:00:00Z',
    ...change,
  };
}

function standing(state: string) {
  return { channel_id: 'chn_1', name: 'c', link: { state, last_error: 'timed out' } } as never;
}

describe('the monitor', () => {
  it('sums and knows the rest', () => {
    expect(sumOf(snapshot())).toBe(100);
    expect(remainingOf(snapshot())).toBe(40);
    expect(progressOf(snapshot())).toBe(60);
  });

  it('says 100 only when nothing is left', () => {
    expect(progressOf(snapshot({ targeted: 100_000, by_state: { queued: 1, delivered: 99_999 } }))).toBe(
      99.9,
    );
    expect(progressOf(snapshot({ by_state: { delivered: 100 } }))).toBe(100);
    expect(progressOf(snapshot({ targeted: 0, by_state: {} }))).toBe(0);
  });

  it('estimates from the rate of the last minute, and only while sending', () => {
    const samples = addSample([], snapshot());
    expect(secondsLeft(snapshot(), samples)).toBe(10);
    expect(secondsLeft(snapshot({ state: 'paused' }), samples)).toBeNull();
    expect(secondsLeft(snapshot(), [])).toBeNull();
    const waiting = snapshot({ funnel: [{ state: 'held', reason: 'outside_window', count: 40 }] });
    expect(waitingForWindow(waiting)).toBe(40);
    expect(secondsLeft(waiting, samples)).toBeNull();
  });

  it('keeps five minutes of samples', () => {
    const first = addSample([], snapshot());
    expect(addSample(first, snapshot())).toBe(first);
    const later = addSample(first, snapshot({ at: '2026-03-02T02:05:01Z' }));
    expect(later).toHaveLength(1);
  });

  it('tells what changed', () => {
    const before = snapshot({ channels: [standing('bound')] });
    const now = snapshot({
      state: 'paused',
      state_reason: 'failure_rate',
      channels: [standing('backoff')],
      errors: [{ stage: 'receipt', code: 'UNDELIV', cause: 'x', remedy: '', count: 1 }],
    });
    expect(changesBetween(before, now).map((change) => [change.kind, change.to, change.detail])).toEqual([
      ['campaign', 'paused', 'failure_rate'],
      ['code', 'receipt', 'x'],
      ['channel', 'backoff', 'timed out'],
    ]);
    expect(changesBetween(now, now)).toEqual([]);
  });

  it('bounds the events it keeps and drops what is older than what it has', () => {
    let live: Live = reduceLive(kNothingYet, { type: 'snapshot', snapshot: snapshot() });
    for (let i = 0; i < kKeptEvents + 50; i += 1)
      live = reduceLive(live, {
        type: 'connection',
        connection: i % 2 ? 'live' : 'reconnecting',
        at: '2026-03-02T02:00:00Z',
      });
    expect(live.events).toHaveLength(kKeptEvents);
    expect(new Set(live.events.map((event) => event.id)).size).toBe(kKeptEvents);
    const old = snapshot({ at: '2026-03-02T01:59:00Z', state: 'paused' });
    expect(reduceLive(live, { type: 'snapshot', snapshot: old })).toBe(live);
  });

  it('hears of a channel once', () => {
    const begun = reduceLive(kNothingYet, {
      type: 'snapshot',
      snapshot: snapshot({ channels: [standing('bound')] }),
    });
    const at = '2026-03-02T02:00:01Z';
    const told = reduceLive(begun, { type: 'channel', channel: standing('backoff'), at });
    expect(told.events).toHaveLength(1);
    expect(reduceLive(told, { type: 'channel', channel: standing('backoff'), at })).toBe(told);
    const seen = snapshot({ channels: [standing('backoff')], at });
    expect(reduceLive(told, { type: 'snapshot', snapshot: seen }).events).toHaveLength(1);
  });

  it('does not call the first connection news', () => {
    const live = reduceLive(kNothingYet, { type: 'connection', connection: 'live', at: '' });
    expect(live.events).toEqual([]);
    expect(live.connection).toBe('live');
  });
});
