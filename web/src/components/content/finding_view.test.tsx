// @vitest-environment jsdom
// What a finding says of itself.
import { render, screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';
import '@/test_setup';
import { FindingView } from './finding_view';
import { testFinding } from './test_finding';

vi.mock('@/app/terms', () => ({ useTerm: () => (list: string, name: string) => `${list} ${name}` }));
vi.mock('@/app/preferences', () => ({ usePreferences: () => ({ language: 'zh' }) }));

it('names the kinds that the text may be as well, the likelier first', () => {
  const other_kinds = [
    { rule_id: 'a', category: 'FRAUD' },
    { rule_id: 'b', category: 'DRUGS' },
  ];
  render(<FindingView finding={testFinding({ other_kinds })} />);
  expect(screen.getByText(/other_kinds/).textContent).toBe('other_kinds category FRAUDcategory DRUGS');
});

it('says nothing of them where there are none', () => {
  render(<FindingView finding={testFinding({})} />);
  expect(screen.queryByText(/other_kinds/)).toBeNull();
});
