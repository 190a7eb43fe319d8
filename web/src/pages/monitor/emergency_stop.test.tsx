// @vitest-environment jsdom
// What people are told while sending is off because of a restored backup, and what its release asks of them first.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { App } from 'antd';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { json, stubLayout } from '@/test_setup';
import { EmergencyNotice, EmergencyStopButton } from './emergency_stop';

const kPatience = { timeout: 20_000 };
vi.setConfig({ testTimeout: 30_000 });

vi.mock('@/app/session', () => ({ useCan: () => () => true }));
vi.mock('@/app/terms', () => ({ useTerm: () => (_list: string, name: string) => name }));
vi.mock('@/app/preferences', () => ({ useFormat: () => ({ time: (at: string) => at }) }));

function open(cause: string, sent = vi.fn()) {
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method === 'GET') return json({ active: true, cause, since: '2026-03-02T02:00:00Z' });
    sent(new URL(request.url).pathname, await request.json());
    return json({ active: false });
  });
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <EmergencyNotice />
        <EmergencyStopButton />
      </App>
    </QueryClientProvider>,
  );
  return sent;
}

beforeEach(stubLayout);
afterEach(() => vi.unstubAllGlobals());

it('a restored backup is named, and its release says what is to be done first', async () => {
  const sent = open('restored_backup');
  await screen.findByText('stop.restored_active', {}, kPatience);
  fireEvent.click(screen.getByRole('button', { name: 'stop.release' }));
  await screen.findByText('stop.restored_step_opt_outs', {}, kPatience);
  expect(screen.queryByText('stop.release_text')).toBeNull();
  fireEvent.change(screen.getByLabelText('field.reason'), { target: { value: 'they are in' } });
  fireEvent.click(screen.getByRole('button', { name: 'stop.restored_confirm' }));
  await waitFor(
    () => expect(sent).toHaveBeenCalledWith('/api/v1/emergency_stop/release', { reason: 'they are in' }),
    kPatience,
  );
});

it('a stop by hand is released without that', async () => {
  open('by_hand');
  await screen.findByText('stop.active', {}, kPatience);
  fireEvent.click(screen.getByRole('button', { name: 'stop.release' }));
  await screen.findByText('stop.release_text', {}, kPatience);
  expect(screen.queryByText('stop.restored_step_opt_outs')).toBeNull();
});
