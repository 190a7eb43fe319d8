// @vitest-environment jsdom
// How compliance confirms an approval after later rule packs found more.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { App } from 'antd';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { json, stubLayout } from '@/test_setup';
import { testFinding } from '@/components/content/test_finding';
import type { Content } from './draft';
import { Rescreening } from './rescreening';

const kPatience = { timeout: 20_000 };
vi.setConfig({ testTimeout: 30_000 });

vi.mock('@/app/session', () => ({ useCan: () => () => true }));
vi.mock('@/app/terms', () => ({ useTerm: () => (_list: string, name: string) => name }));
vi.mock('@/app/preferences', () => ({
  usePreferences: () => ({ language: 'zh' }),
  useFormat: () => ({ time: (at: string) => at, zone: 'Asia/Shanghai' }),
}));

const kFound = {
  state: 'worse',
  rule_pack_set: 's',
  opened_at: '2026-03-02T02:00:00Z',
  screening: {
    verdict: 'review',
    findings: [
      testFinding({ index: 0, severity: 'info' }),
      testFinding({ index: 1, matched: '国家级' }),
      testFinding({ index: 2, matched: '最新' }),
    ],
    rule_packs: [],
  },
};

beforeEach(stubLayout);
afterEach(() => vi.unstubAllGlobals());

/** The packs of another set come into force when it is confirmed, and find the same. */
async function open() {
  const sent = vi.fn();
  let found = kFound;
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'POST') {
      sent(new URL(request.url).pathname, await request.json());
      found = { ...kFound, rule_pack_set: 'other' };
    }
    return json(found);
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <Rescreening content={{ id: '7', state: 'approved', version: 3 } as Content} />
      </App>
    </QueryClientProvider>,
  );
  await screen.findAllByText('disposition.permitted', {}, kPatience);
  return sent;
}

const confirm = () => screen.getByRole<HTMLButtonElement>('button', { name: 'rescreening.confirm' });
const choose = (at: number, decision: string) =>
  fireEvent.click(screen.getAllByRole('radio', { name: `disposition.${decision}` })[at]!);
const give = (at: number, reason: string) =>
  fireEvent.change(screen.getAllByLabelText('disposition.reason_of')[at]!, { target: { value: reason } });

it('permits or dismisses what asks for a reviewer, each with a reason', async () => {
  const sent = await open();
  expect(screen.getAllByRole('radiogroup')).toHaveLength(2);
  expect(screen.queryByText('disposition.confirmed')).toBeNull();

  fireEvent.change(screen.getByLabelText('rescreening.opinion'), { target: { value: '复核' } });
  choose(0, 'permitted');
  give(0, ' 有证书 ');
  choose(1, 'dismissed');
  expect(confirm().disabled).toBe(true);
  give(1, '非用语');
  fireEvent.click(confirm());
  await waitFor(
    () =>
      expect(sent).toHaveBeenCalledWith('/api/v1/contents/7/rescreening/confirm', {
        reason: '复核',
        dispositions: [
          { finding: 1, decision: 'permitted', reason: '有证书' },
          { finding: 2, decision: 'dismissed', reason: '非用语' },
        ],
      }),
    kPatience,
  );
});

it('begins anew when other packs have screened it', async () => {
  await open();
  fireEvent.change(screen.getByLabelText('rescreening.opinion'), { target: { value: '复核' } });
  for (const at of [0, 1]) {
    choose(at, 'dismissed');
    give(at, '非用语');
  }
  fireEvent.click(confirm());
  await waitFor(() => expect(screen.queryByLabelText('disposition.reason_of')).toBeNull(), kPatience);
  expect(screen.getAllByRole<HTMLInputElement>('radio').some((radio) => radio.checked)).toBe(false);
});
