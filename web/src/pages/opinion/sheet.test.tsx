// @vitest-environment jsdom
// What the opinion says of findings.
import { render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import '@/test_setup';
import type { Schema } from '@/api/client';
import { testFinding } from '@/components/content/test_finding';
import { Sheet } from './sheet';

vi.mock('@/app/terms', () => ({ useTerm: () => (_list: string, name: string) => name }));
vi.mock('@/app/preferences', () => ({
  usePreferences: () => ({ language: 'zh' }),
  useFormat: () => ({ time: (at: string) => at, zone: 'Asia/Shanghai' }),
}));

const kOpinion = {
  review: {
    checklist: [],
    dispositions: [{ finding: 0, decision: 'permitted', reason: '有证书' }],
    documents: [],
    judgements: [],
    problems: [],
    reviewed_at: '2026-03-02T02:00:00Z',
    sector_answers: [],
    second_review: [],
  },
  text: { variables: [] },
  basis: {
    hands: [],
    screening: {
      verdict: 'review',
      findings: [
        testFinding({
          index: 0,
          other_kinds: [
            { rule_id: 'a', category: 'FRAUD' },
            { rule_id: 'b', category: 'DRUGS' },
          ],
        }),
        testFinding({ index: 1, begin: 1 }),
      ],
      rule_packs: [],
      sectors: [],
    },
  },
} as unknown as Schema<'OpinionView'>;

it('a finding names the kinds that the text may be as well, and what was said of it', () => {
  render(<Sheet {...kOpinion} />);
  const [first, second] = screen.getAllByRole('row', { name: /FORMAT/ });
  expect(first!.textContent).toContain('other_kindsFRAUDseparatorDRUGS');
  expect(first!.textContent).toContain('disposition.permittedcolon有证书');
  expect(second!.textContent).not.toContain('other_kinds');
  expect(second!.textContent).toContain('no_disposition');
});
