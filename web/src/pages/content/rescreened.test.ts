import { expect, it } from 'vitest';
import type { Finding } from '@/components/content/findings';
import { leftOpen } from './rescreened';

const finding = (index: number, severity: string) => ({ index, severity }) as Finding;
const kFindings = [finding(0, 'info'), finding(1, 'review'), finding(2, 'review')];

it('findings of later rule packs are open until each is disposed of with a reason', () => {
  expect(leftOpen(kFindings, {})).toBe(2);
  expect(leftOpen(kFindings, { 1: { decision: 'dismissed', reason: 'x' } })).toBe(1);
  const blank = { decision: 'permitted', reason: '  ' } as const;
  expect(leftOpen(kFindings, { 1: { decision: 'dismissed', reason: 'x' }, 2: blank })).toBe(1);
  expect(
    leftOpen(kFindings, { 1: { decision: 'dismissed', reason: 'x' }, 2: { ...blank, reason: 'y' } }),
  ).toBe(0);
});
