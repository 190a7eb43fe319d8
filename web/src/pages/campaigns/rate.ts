// The rate at which messages really leave, measured between successive looks at the counts. Pure.

export interface Sample {
  /** When it was seen, in milliseconds. */
  at: number;
  /** How many had left by then. */
  left: number;
}

/** Samples of every campaign in sight, the oldest first. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

const kWindowMs = 15_000;
// Two looks closer than this measure the polling more than the sending.
const kShortestMs = 500;

/** Messages that went to the carrier: everything but what waits, is on its way out or was never sent. */
export function leftOf(byState: Record<string, number> | undefined): number {
  const states = ['sent', 'delivered', 'failed', 'expired', 'unknown'];
  return states.reduce((sum, state) => sum + (byState?.[state] ?? 0), 0);
}

/** With what is seen now; what is older than the window goes, one sample before it stays as the base. */
export function addSamples(
  samples: Samples,
  seen: readonly { id: string; left: number }[],
  now: number,
): Samples {
  const next: Record<string, readonly Sample[]> = {};
  for (const { id, left } of seen) {
    const before = samples[id] ?? [];
    // A count that fell belongs to another road (reopened): measured anew.
    const usable = before.filter((sample) => sample.left <= left && now - sample.at <= kWindowMs);
    next[id] = [...usable, { at: now, left }];
  }
  return next;
}

/** Messages per second over the window; undefined until there are two looks far enough apart. */
export function measuredRate(samples: readonly Sample[] | undefined): number | undefined {
  const first = samples?.[0];
  const last = samples?.at(-1);
  if (!first || !last || last.at - first.at < kShortestMs) return undefined;
  return ((last.left - first.left) * 1000) / (last.at - first.at);
}

/** How long the rest takes at this rate, in seconds; undefined when it cannot be said. */
export function secondsLeft(waiting: number, rate: number | undefined): number | undefined {
  if (!rate || rate <= 0 || waiting <= 0) return undefined;
  return waiting / rate;
}
