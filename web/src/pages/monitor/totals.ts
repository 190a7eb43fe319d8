// Sums of counts by state. Pure.

export type CountsByState = Record<string, number>;

function sumOfStates(counts: CountsByState, states: readonly string[]): number {
  return states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
}

/** Neither sent nor refused yet. */
export function remainingIn(counts: CountsByState): number {
  return sumOfStates(counts, ['held', 'queued', 'in_flight']);
}

/** Without a final state: to be sent, or sent and without a receipt. */
export function openIn(counts: CountsByState): number {
  return remainingIn(counts) + sumOfStates(counts, ['sent']);
}

export function failedIn(counts: CountsByState): number {
  return sumOfStates(counts, ['failed', 'expired', 'unknown']);
}

export function sumIn(counts: CountsByState): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
