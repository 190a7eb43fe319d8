// How a content's signature stands with compliance and with the carrier behind each channel, for the reviewer. Pure.
import type { Schema } from '@/api/client';
import { maySign } from './decision';

type Filing = Pick<Schema<'SignatureFilingView'>, 'channel_enabled' | 'carried' | 'state'>;

export interface FilingFacts<F> {
  /** Channels in use that may not carry it. */
  barred: F[];
  /** Channels in use that may carry it though their carrier has not filed it. */
  unfiled: F[];
  /** Channels in use that may carry it. */
  carrying: number;
}

export function filingFactsOf<F extends Filing>(filings: readonly F[]): FilingFacts<F> {
  const inUse = filings.filter((one) => one.channel_enabled);
  const carrying = inUse.filter((one) => one.carried);
  return {
    barred: inUse.filter((one) => !one.carried),
    unfiled: carrying.filter((one) => one.state !== 'filed'),
    carrying: carrying.length,
  };
}

/** An error bars the approval, a warning something that sending will meet; what only waits is a warning too. */
export function toneOf(
  word: Schema<'SignatureWord'>,
  facts: FilingFacts<unknown> | undefined,
): 'success' | 'info' | 'warning' | 'error' {
  if (word === 'pending') return 'warning';
  if (!maySign(word)) return 'error';
  if (!facts) return 'info';
  if (facts.barred.length > 0 || facts.carrying === 0) return 'warning';
  return facts.unfiled.length > 0 ? 'info' : 'success';
}
