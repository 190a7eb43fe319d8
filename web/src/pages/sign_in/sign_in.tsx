// The door: name and password; what is wrong is said without saying which of the two.
import { LockOutlined, UserOutlined } from '@ant-design/icons';
import { Button, Card, Flex, Form, Input, Typography } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePreferences } from '@/app/preferences';
import { useSessionState } from '@/app/session';
import { ProblemAlert } from '@/components/problem_view';

export function SignIn() {
  const { t } = useTranslation(['sign_in', 'common']);
  const { signIn } = useSessionState();
  const { language, setLanguage } = usePreferences();
  const [problem, setProblem] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    document.title = `${t('title')} · ${t('common:product')}`;
  }, [t]);
  const submit = async ({ login, password }: { login: string; password: string }) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await signIn(login.trim(), password);
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  };
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
      <Card style={{ width: 'min(400px, 100%)' }} styles={{ body: { padding: 28 } }}>
        <Flex vertical gap={4} align="center" style={{ marginBlockEnd: 20 }}>
          <img src="/yizhan.svg" alt="" width={52} height={52} />
          <Typography.Title level={1} style={{ margin: '8px 0 0', fontSize: 24 }}>
            {t('common:product')}
          </Typography.Title>
          <Typography.Text type="secondary">{t('common:slogan')}</Typography.Text>
        </Flex>
        <Form layout="vertical" requiredMark={false} onFinish={(values) => void submit(values)}>
          <Form.Item
            name="login"
            label={t('login')}
            rules={[{ required: true, message: t('common:state.required') }]}
          >
            <Input prefix={<UserOutlined aria-hidden />} autoComplete="username" autoFocus maxLength={64} />
          </Form.Item>
          <Form.Item
            name="password"
            label={t('password')}
            rules={[{ required: true, message: t('common:state.required') }]}
          >
            <Input.Password
              prefix={<LockOutlined aria-hidden />}
              autoComplete="current-password"
              maxLength={256}
            />
          </Form.Item>
          {problem !== undefined && (
            <div style={{ marginBlockEnd: 16 }}>
              <ProblemAlert error={problem} />
            </div>
          )}
          <Button type="primary" htmlType="submit" block size="large" loading={busy}>
            {t('submit')}
          </Button>
        </Form>
        <Flex justify="center" style={{ marginBlockStart: 16 }}>
          <Button
            type="link"
            lang={language === 'zh' ? 'en' : 'zh-CN'}
            onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
          >
            {language === 'zh' ? 'English' : '中文'}
          </Button>
        </Flex>
      </Card>
    </main>
  );
}
