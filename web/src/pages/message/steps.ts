// An attempt as the steps that people read: stored, answered by the carrier, reported. Pure.
import type { Schema } from '@/api/client';

export type Attempt = Schema<'AttemptView'>;
export type Progress = 'done' | 'bad' | 'waiting' | 'absent';

export interface Steps {
  response: Progress;
  receipt: Progress | 'none';
  /** Seconds from storing to the response, and from there to the receipt. */
  responseAfter: number | undefined;
  receiptAfter: number | undefined;
}

/** SMPP: what a receipt calls delivered. */
const kDelivered = 2;
const kAccepted = 6;

function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  if (!from || !to) return undefined;
  const seconds = (Date.parse(to) - Date.parse(from)) / 1000;
  return seconds >= 0 ? seconds : undefined;
}

function responseOf(attempt: Attempt): Progress {
  if (attempt.responded_at) return attempt.outcome === 'accepted' ? 'done' : 'bad';
  return attempt.outcome === 'open' ? 'waiting' : 'absent';
}

/** `settled`: the message's state is final, so no receipt is awaited any more. */
function receiptOf(attempt: Attempt, settled: boolean): Progress | 'none' {
  if (attempt.receipt_at)
    return attempt.receipt_state === kDelivered || attempt.receipt_state === kAccepted ? 'done' : 'bad';
  if (attempt.outcome !== 'accepted') return 'none';
  return settled ? 'absent' : 'waiting';
}

export function stepsOf(attempt: Attempt, settled: boolean): Steps {
  return {
    response: responseOf(attempt),
    receipt: receiptOf(attempt, settled),
    responseAfter: secondsBetween(attempt.stored_at, attempt.responded_at),
    receiptAfter: secondsBetween(attempt.responded_at, attempt.receipt_at),
  };
}

const kOpen = ['held', 'queued', 'in_flight', 'sent'];

export function isSettled(state: string): boolean {
  return !kOpen.includes(state);
}

/** In the order in which they were made. */
export function inOrder(attempts: readonly Attempt[]): Attempt[] {
  return [...attempts].sort((a, b) => a.number - b.number || a.segment - b.segment);
}
