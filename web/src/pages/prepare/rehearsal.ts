// What a rehearsal says, for the screen. Pure.
import type { Schema } from '@/api/client';

type Rehearsal = Schema<'RehearsalView'>;
type Result = Schema<'RehearsalResult'>;

/** Its result as long as it speaks of the campaign as it is. */
export function resultInForce(rehearsal: Rehearsal | undefined): Result | undefined {
  return rehearsal?.state === 'finished' && !rehearsal.outdated ? rehearsal.result : undefined;
}

/** How far it is, in whole percent. */
export function percentDone(rehearsal: Rehearsal): number {
  return rehearsal.audience > 0 ? Math.floor((100 * rehearsal.done) / rehearsal.audience) : 0;
}

/** From the first to the last message, in seconds; null when nothing leaves. */
export function secondsOf(forecast: Schema<'RehearsalForecast'>): number | null {
  if (!forecast.starts_at || !forecast.ends_at) return null;
  return (Date.parse(forecast.ends_at) - Date.parse(forecast.starts_at)) / 1000;
}

export interface Day extends Schema<'RehearsalDay'> {
  /** Of the busiest day. */
  share: number;
}

export function daysOf(forecast: Schema<'RehearsalForecast'>): Day[] {
  const most = Math.max(1, ...forecast.days.map((day) => day.messages));
  return forecast.days.map((day) => ({ ...day, share: day.messages / most }));
}
