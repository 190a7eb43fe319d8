// Steps through rows by keyboard. Pure.

/** Where a step of 1 or -1 leads from a row; -1 is "no row yet". Stops at the ends. */
export function placeAfter(at: number, rows: number, step: 1 | -1): number {
  if (at < 0) return step === 1 ? 0 : rows - 1;
  return Math.max(0, Math.min(rows - 1, at + step));
}
