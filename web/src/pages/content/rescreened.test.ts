import { describe, expect, it } from 'vitest';
import type { Finding } from '@/components/content/findings';
import { dispositionsOf, leftOpen } from './rescreened';

const finding = (index: number, severity: string) => ({ index, severity }) as Finding;
const kFindings = [finding(0, 'info'), finding(1, 'review'), finding(2, 'review')];

describe('findings of later rule packs', () => {
  it('are dismissed one by one where a reviewer is asked for', () => {
    expect(dispositionsOf(kFindings, { 1: ' 属实 ' })).toEqual([
      { finding: 1, decision: 'dismissed', reason: '属实' },
      { finding: 2, decision: 'dismissed', reason: '' },
    ]);
  });
  it('are open without a reason', () => {
    expect(leftOpen(kFindings, { 1: 'x', 2: '  ' })).toBe(1);
    expect(leftOpen(kFindings, { 1: 'x', 2: 'y' })).toBe(0);
  });
});
