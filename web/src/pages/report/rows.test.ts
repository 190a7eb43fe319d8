import { expect, it } from 'vitest';
import { reasonRows, sumOf } from './rows';

it('lists reasons by kind and frequency with the way to their messages', () => {
  const rows = reasonRows({
    refused_by_reason: { suppressed: 3, consent_withdrawn: 5, duplicate: 0 },
    failed_by_reason: { number_vacant: 2 },
    unresolved_by_reason: { receipt_overdue: 1 },
  });
  expect(rows.map((row) => row.reason)).toEqual([
    'consent_withdrawn',
    'suppressed',
    'number_vacant',
    'receipt_overdue',
  ]);
  expect(rows[0]!.query).toBe('state=refused&reason=consent_withdrawn');
  expect(rows[3]!.query).toBe('reason=receipt_overdue');
});

it('sums', () => {
  expect(sumOf({ a: 1, b: 2 })).toBe(3);
  expect(sumOf({})).toBe(0);
});
