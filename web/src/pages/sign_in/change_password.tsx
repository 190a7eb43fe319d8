// A password that only its owner knows: forced at the first sign-in, by choice later.
import { Button, Card, Form, Input, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSessionState } from '@/app/session';
import { ProblemAlert } from '@/components/problem_view';

interface Values {
  current: string;
  next: string;
  again: string;
}

export function ChangePasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation(['sign_in', 'common']);
  const { changePassword } = useSessionState();
  const [form] = Form.useForm<Values>();
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (values: Values) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await changePassword(values.current, values.next);
      form.resetFields();
      onDone?.();
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
  const required = { required: true, message: t('common:state.required') };
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
      <Form.Item name="current" label={t('current_password')} rules={[required]}>
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <Form.Item name="next" label={t('new_password')} extra={t('password_rule')} rules={[required]}>
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t('again')}
        dependencies={['next']}
        rules={[
          required,
          ({ getFieldValue }) => ({
            validator: (_, value) =>
              !value || value === getFieldValue('next')
                ? Promise.resolve()
                : Promise.reject(new Error(t('differs'))),
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      {problem !== undefined && (
        <div style={{ marginBlockEnd: 16 }}>
          <ProblemAlert error={problem} />
        </div>
      )}
      <Button type="primary" htmlType="submit" loading={busy}>
        {t('change_password')}
      </Button>
    </Form>
  );
}

export default function ChangePassword({ forced }: { forced: boolean }) {
  const { t } = useTranslation(['sign_in', 'common']);
  const { signOut } = useSessionState();
  return (
    <main
      style={{
        minHeight: '100dvh',
        display: 'grid',
        placeItems: 'center',
        padding: 16,
        boxSizing: 'border-box',
      }}
    >
      <Card style={{ width: 'min(440px, 100%)' }}>
        <Typography.Title level={1} style={{ fontSize: 20, marginTop: 0 }}>
          {t('change_password')}
        </Typography.Title>
        {forced && <Typography.Paragraph type="secondary">{t('forced')}</Typography.Paragraph>}
        <ChangePasswordForm />
        <Button type="link" style={{ paddingInline: 0, marginBlockStart: 12 }} onClick={() => void signOut()}>
          {t('common:header.sign_out')}
        </Button>
      </Card>
    </main>
  );
}
