// A dialog that is a form. Who opens it renders it only while it is open: each opening begins anew.
import { Form, type FormInstance, type FormProps, Modal, type ModalProps } from 'antd';
import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/problem';
import { type ActionOptions, useAction } from './action';
import { leftToSay } from './form_faults';
import { ProblemAlert } from './problem_view';

interface FormAction<Values> {
  form: FormInstance<Values>;
  run: (values: Values) => void;
  busy: boolean;
  /** What the server refused and no field can show. */
  fault: Problem | undefined;
}

interface FormActionOptions<Result> extends Omit<ActionOptions<Result>, 'showsErrors'> {
  /** Fields that hold a whole structure (see showFaults). */
  whole?: string[];
}

/** A deed with what is in a form; what goes wrong is said there. */
export function useFormAction<Values, Result>(
  deed: (values: Values) => Promise<Result>,
  { whole, ...options }: FormActionOptions<Result> = {},
): FormAction<Values> {
  const [form] = Form.useForm<Values>();
  const [fault, setFault] = useState<Problem>();
  const { run, busy } = useAction(
    async (values: Values) => {
      setFault(undefined);
      try {
        return await deed(values);
      } catch (error) {
        setFault(leftToSay(form, error, '', whole));
        throw error;
      }
    },
    { ...options, showsErrors: true },
  );
  return { form, run, busy, fault };
}

/** A dialog that is taken away at once does not give the focus back by itself. */
function useFocusBack() {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      if (opener instanceof HTMLElement) opener.focus({ preventScroll: true });
    },
    [opener],
  );
}

interface Props<Values>
  extends
    Pick<ModalProps, 'title' | 'width' | 'okText' | 'okButtonProps'>,
    Pick<FormProps<Values>, 'name' | 'initialValues' | 'requiredMark'> {
  action: FormAction<Values>;
  onClose: () => void;
  children: ReactNode;
}

/** `const save = useFormAction(…)`, then `<FormDialog action={save} …>` around the fields. */
export function FormDialog<Values>({
  action: { form, run, busy, fault },
  name,
  initialValues,
  requiredMark = false,
  onClose,
  children,
  ...modal
}: Props<Values>) {
  const { t } = useTranslation();
  useFocusBack();
  return (
    <Modal
      open
      okText={t('action.save')}
      cancelText={t('action.cancel')}
      confirmLoading={busy}
      onOk={form.submit}
      // What is being sent is waited for: nobody else could say that it was refused.
      cancelButtonProps={{ disabled: busy }}
      closable={!busy}
      mask={{ closable: !busy }}
      keyboard={!busy}
      onCancel={onClose}
      {...modal}
    >
      <Form<Values>
        form={form}
        name={name}
        layout="vertical"
        initialValues={initialValues}
        requiredMark={requiredMark}
        onFinish={run}
      >
        {children}
        <ProblemAlert error={fault} />
      </Form>
    </Modal>
  );
}
