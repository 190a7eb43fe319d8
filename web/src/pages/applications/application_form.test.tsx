// @vitest-environment jsdom
// The form as the person sees it: what it sends, where it says what is wrong, and who may only read.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { App } from 'antd';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { json, stubLayout } from '@/test_setup';
import { ApplicationForm } from './application_form';
import type { ApplicationView } from './spec';

// A drawer with lists takes seconds to come up where the machine is busy.
const kPatience = { timeout: 20_000 };
vi.setConfig({ testTimeout: 30_000 });

let mayWrite = true;
vi.mock('@/app/session', () => ({
  useCan: () => (name: string) => name !== 'application.write' || mayWrite,
}));
vi.mock('@/app/terms', () => ({ useTerm: () => (_list: string, name: string) => name }));

const kStored = {
  id: 'app_1',
  version: 7,
  name: 'shop',
  login: 'shop01',
  protocols: ['cmpp2', 'smpp'],
  allowed_addresses: ['192.0.2.7', '10.0.0.0/8'],
  message_classes: ['notification'],
  access_code: '1069',
  channel_id: 'chn_1',
  contents: ['cnt_1'],
  segments_per_second: 0,
  window: 32,
  max_sessions: 4,
} as unknown as ApplicationView;

/** A server whose lists are empty; what is sent to it is given to `answer`. */
function serve(answer: (request: Request, body: unknown) => Response) {
  vi.stubGlobal('fetch', async (request: Request) =>
    request.method === 'GET' ? json({ items: [] }) : answer(request, await request.json()),
  );
}

function open(onClose = () => {}) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <ApplicationForm application={kStored} onClose={onClose} />
      </App>
    </QueryClientProvider>,
  );
}

beforeEach(stubLayout);
afterEach(() => {
  vi.unstubAllGlobals();
  mayWrite = true;
});

it('sends the whole account against the version that was read, and closes', async () => {
  const sent = vi.fn();
  serve((request, body) => {
    sent(request.method, new URL(request.url).pathname, request.headers.get('If-Match'), body);
    return json(kStored);
  });
  const closed = vi.fn();
  open(closed);
  fireEvent.change(screen.getByLabelText('name'), { target: { value: 'the shop' } });
  fireEvent.click(screen.getByRole('button', { name: 'action.save' }));
  await waitFor(() => expect(closed).toHaveBeenCalled(), kPatience);
  const { id, version, ...spec } = kStored;
  expect(sent.mock.calls).toEqual([
    ['PUT', `/api/v1/applications/${id}`, `"${version}"`, { ...spec, name: 'the shop' }],
  ]);
});

it('says at the addresses which of them is at fault, and stays open', async () => {
  serve(() =>
    json(
      {
        status: 422,
        code: 'invalid_argument',
        detail: 'no',
        errors: [{ field: '/allowed_addresses/1', code: 'invalid_argument', message: 'no range' }],
      },
      422,
    ),
  );
  const closed = vi.fn();
  open(closed);
  fireEvent.click(screen.getByRole('button', { name: 'action.save' }));
  await screen.findByText(/^\/1: /, {}, kPatience);
  expect(closed).not.toHaveBeenCalled();
});

it('is only read without the permission to write', () => {
  serve(() => json({}));
  mayWrite = false;
  open();
  expect(screen.getByLabelText<HTMLInputElement>('name').disabled).toBe(true);
  expect(screen.queryByRole('button', { name: 'action.save' })).toBeNull();
});
