// @vitest-environment jsdom
// What a dialog that is a form sends, where it says what was refused, and how it is left.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { App, Form, Input } from 'antd';
import { useState } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { stubLayout } from '@/test_setup';
import { Problem } from '@/api/problem';
import { FormDialog, useFormAction } from './form_dialog';
import { FormRows } from './form_rows';

const kPatience = { timeout: 20_000 };
vi.setConfig({ testTimeout: 30_000 });

vi.mock('@/app/terms', () => ({ useTerm: () => (_list: string, name: string) => name }));

type Deed = (values: { label: string }) => Promise<unknown>;

function Rename({ deed, onClose }: { deed: Deed; onClose: () => void }) {
  const rename = useFormAction(deed, { done: 'renamed', onDone: onClose });
  return (
    <FormDialog
      action={rename}
      title="rename"
      initialValues={{ label: 'old', rows: [{ text: 'row' }] }}
      onClose={onClose}
    >
      <Form.Item name="label" label="label" rules={[{ required: true, message: 'required' }]}>
        <Input />
      </Form.Item>
      <FormRows name="rows">
        {(rows) =>
          rows.map((row) => (
            <Form.Item key={row.key} name={[row.name, 'text']} noStyle>
              <Input aria-label="text" />
            </Form.Item>
          ))
        }
      </FormRows>
    </FormDialog>
  );
}

function Page({ deed }: { deed: Deed }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <button onClick={() => setOpen(true)}>open</button>
      {open && <Rename deed={deed} onClose={() => setOpen(false)} />}
    </>
  );
}

const label = () => screen.getByLabelText<HTMLInputElement>('label');
const click = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

function open(deed: Deed) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <Page deed={deed} />
      </App>
    </QueryClientProvider>,
  );
  screen.getByRole('button', { name: 'open' }).focus();
  click('open');
}

beforeEach(stubLayout);
afterEach(() => vi.unstubAllGlobals());

it('sends what is right, says that it is done, and closes', async () => {
  const deed = vi.fn<Deed>(async () => undefined);
  open(deed);
  fireEvent.change(label(), { target: { value: '' } });
  click('action.save');
  await screen.findByText('required', {}, kPatience);
  expect(deed).not.toHaveBeenCalled();
  fireEvent.change(label(), { target: { value: 'new' } });
  click('action.save');
  await screen.findByText('renamed', {}, kPatience);
  expect(deed.mock.calls).toEqual([[{ label: 'new', rows: [{ text: 'row' }] }]]);
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull(), kPatience);
});

it('says at the field what is wrong with it, and once what no field can show', async () => {
  const fault = (field: string) => ({ field, code: 'invalid_argument', message: `no: ${field}` });
  const refusals = [
    new Problem(422, 'invalid_argument', 'no', [fault('/label'), fault('/rows'), fault('/rows/0/text')]),
    new Problem(409, 'version_conflict', 'too late'),
  ];
  open(() => Promise.reject(refusals.shift()!));
  click('action.save');
  await screen.findByText('no: /label', {}, kPatience);
  await screen.findByText('no: /rows', {}, kPatience);
  await screen.findByText('no: /rows/0/text', {}, kPatience);
  expect(screen.queryByText('invalid_argument')).toBeNull();
  click('action.save');
  await screen.findByText('version_conflict', {}, kPatience);
  expect(screen.getAllByText('version_conflict')).toHaveLength(1);
  expect(screen.queryByText('renamed')).toBeNull();
});

it('gives the focus back when it is left, and begins anew', async () => {
  open(() => Promise.reject(new Problem(409, 'version_conflict', 'too late')));
  fireEvent.change(label(), { target: { value: 'new' } });
  click('action.save');
  await screen.findByText('version_conflict', {}, kPatience);
  label().focus();
  click('action.cancel');
  expect(document.activeElement?.textContent).toBe('open');
  click('open');
  expect(label().value).toBe('old');
  expect(screen.queryByText('version_conflict')).toBeNull();
});

it('cannot be left while what it holds is being sent', async () => {
  let refuse: (why: Problem) => void = () => undefined;
  open(() => new Promise((_, reject) => (refuse = reject)));
  click('action.save');
  const cancel = () => screen.getByRole<HTMLButtonElement>('button', { name: 'action.cancel' });
  await waitFor(() => expect(cancel().disabled).toBe(true), kPatience);
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  refuse(new Problem(409, 'version_conflict', 'too late'));
  await screen.findByText('version_conflict', {}, kPatience);
  expect(cancel().disabled).toBe(false);
});
