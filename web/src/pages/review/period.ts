// A rule's window in the largest unit that fits. Pure.

export interface Period {
  unit: 'day' | 'hour' | 'minute' | 'second';
  number: number;
}

const kUnits = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

export function periodOf(seconds: number): Period {
  for (const [unit, size] of kUnits)
    if (seconds >= size && seconds % size === 0) return { unit, number: seconds / size };
  return { unit: 'second', number: seconds };
}
