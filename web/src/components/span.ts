// Spans of frequency rules as people say them. Pure.
export type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month';
export const kUnits: Unit[] = ['second', 'minute', 'hour', 'day', 'week', 'month'];

const kSeconds: Record<Unit, number> = {
  second: 1,
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_592_000,
};

export function spanOf(amount: number, unit: Unit): number {
  return amount * kSeconds[unit];
}

/** The largest unit that divides the span, as a person would say it. */
export function spanParts(seconds: number): { amount: number; unit: Unit } {
  for (const unit of [...kUnits].reverse())
    if (seconds % kSeconds[unit] === 0) return { amount: seconds / kSeconds[unit], unit };
  return { amount: seconds, unit: 'second' };
}
