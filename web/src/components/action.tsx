// Doing something and saying how it went; asking for a reason first where one is needed.
import { useMutation, useQueryClient, type QueryKey } from '@tanstack/react-query';
import { App, Form, Input, Modal } from 'antd';
import { createElement, type ReactNode, useCallback, useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { asProblem } from '@/api/problem';
import { useTerm } from '@/app/terms';
import { ProblemText } from './problem_view';

export interface ActionOptions<Result> {
  /** Said when it is done; none: nothing is said. */
  done?: string;
  /** What is to be fetched anew. Everything, when not given. */
  refresh?: QueryKey[];
  onDone?: (result: Result) => void;
  /** The caller shows what went wrong itself (a form at its fields): no notification. */
  showsErrors?: boolean;
}

/** A deed: `const approve = useAction(() => …, {done: 'it is approved'})`, then `approve.run()` and `approve.busy`. */
export function useAction<Arguments extends unknown[], Result>(
  deed: (...args: Arguments) => Promise<Result>,
  options: ActionOptions<Result> = {},
) {
  const { notification, message } = App.useApp();
  const term = useTerm();
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: (args: Arguments) => deed(...args),
    onSuccess: (result) => {
      if (options.done) message.success(options.done);
      options.onDone?.(result);
    },
    onError: (error) => {
      if (options.showsErrors) return;
      const problem = asProblem(error);
      notification.error({
        title: term('error', problem.code),
        description: createElement(ProblemText, { problem }),
        duration: 8,
        role: 'alert',
      });
    },
    // A refusal, too, may mean that what is on the screen is out of date.
    onSettled: async () => {
      if (!options.refresh) await queries.invalidateQueries();
      else for (const queryKey of options.refresh) await queries.invalidateQueries({ queryKey });
    },
  });
  return {
    run: (...args: Arguments) => mutation.mutate(args),
    runAsync: (...args: Arguments) => mutation.mutateAsync(args),
    busy: mutation.isPending,
    error: mutation.error,
  };
}

interface Question {
  title: string;
  text?: ReactNode;
  confirm?: string;
  danger?: boolean;
}

/** Asks for a reason: `const [ask, dialog] = useReason()`, render `dialog`, then `const why = await ask({title})`. */
export function useReason(): [(question: Question) => Promise<string | null>, ReactNode] {
  const { t } = useTranslation();
  const [open, setOpen] = useState<{ question: Question; answer: (reason: string | null) => void } | null>(
    null,
  );
  const [form] = Form.useForm<{ reason: string }>();
  // A page may have several such dialogs, and each label is to name the field of its own.
  const name = useId();
  const ask = useCallback(
    (question: Question) =>
      new Promise<string | null>((answer) => {
        form.resetFields();
        setOpen({ question, answer });
      }),
    [form],
  );
  const close = (reason: string | null) => {
    open?.answer(reason);
    setOpen(null);
  };
  const dialog = (
    <Modal
      open={open !== null}
      title={open?.question.title}
      okText={open?.question.confirm ?? t('action.confirm')}
      cancelText={t('action.cancel')}
      okButtonProps={{ danger: open?.question.danger }}
      onOk={() =>
        form
          .validateFields()
          .then(({ reason }) => close(reason.trim()))
          .catch(() => undefined)
      }
      onCancel={() => close(null)}
      forceRender
    >
      {open?.question.text && <div style={{ marginBlockEnd: 12 }}>{open.question.text}</div>}
      <Form form={form} name={name} layout="vertical" requiredMark={false}>
        <Form.Item
          name="reason"
          label={t('field.reason')}
          extra={t('field.reason_hint')}
          rules={[{ required: true, whitespace: true, min: 2, message: t('state.required') }]}
        >
          <Input.TextArea rows={3} maxLength={500} showCount autoFocus />
        </Form.Item>
      </Form>
    </Modal>
  );
  return [ask, dialog];
}
