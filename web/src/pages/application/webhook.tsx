// Where an application is told of receipts and replies, and whether that goes well.
import { Alert, App, Button, Descriptions, Flex, Form, Input, Switch } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { useSubmit } from '@/components/form_faults';
import { TermTag, TimeText } from '@/components/marks';
import { ProblemAlert } from '@/components/problem_view';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { ShownOnce } from '@/components/shown_once';
import { specOf, valuesOf, type WebhookValues } from './webhook_spec';

type View = Schema<'WebhookView'>;

function Standing({ webhook }: { webhook: View }) {
  const { t } = useTranslation('application');
  const { count } = useFormat();
  return (
    <>
      {webhook.state.last_error && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBlockEnd: 12 }}
          title={t('last_error', { error: webhook.state.last_error })}
        />
      )}
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          { key: 'use', label: t('use'), children: <TermTag list="channel_use" name={webhook.use} /> },
          { key: 'dead', label: t('dead_letters'), children: count(webhook.state.dead_letters) },
          {
            key: 'success',
            label: t('last_success'),
            children: <TimeText value={webhook.state.last_success_at} detail="second" />,
          },
          {
            key: 'failure',
            label: t('last_failure'),
            children: <TimeText value={webhook.state.last_failure_at} detail="second" />,
          },
        ]}
      />
    </>
  );
}

function Settings({
  application,
  webhook,
  onSecret,
}: {
  application: Schema<'ApplicationView'>;
  webhook: View;
  onSecret: (secret: string) => void;
}) {
  const { t } = useTranslation(['application', 'common']);
  const { modal } = App.useApp();
  const mayWrite = useCan()('application.write');
  const [form] = Form.useForm<WebhookValues>();
  const path = { application_id: application.id };
  const take = (made: Schema<'WebhookWithSecret'>) => {
    if (made.secret) onSecret(made.secret);
  };
  const save = useAction(
    async (values: WebhookValues) =>
      (
        await api.PUT('/api/v1/applications/{application_id}/webhook', {
          params: { path, header: ifMatch(webhook.version) },
          body: specOf(values),
        })
      ).data!,
    { done: t('webhook_saved'), onDone: take, showsErrors: true },
  );
  const renew = useAction(
    async () =>
      (await api.POST('/api/v1/applications/{application_id}/webhook/secret', { params: { path } })).data!,
    { onDone: take },
  );
  const { problem, submit } = useSubmit(form, (values) => save.runAsync(values));
  const ask = () =>
    modal.confirm({
      title: t('renew_ask'),
      content: t('renew_text'),
      okText: t('renew'),
      onOk: () => renew.runAsync().catch(() => undefined),
    });
  return (
    <Form form={form} layout="vertical" disabled={!mayWrite} initialValues={valuesOf(webhook)}>
      <Form.Item name="receipt_url" label={t('receipt_url')} extra={t('receipt_url_hint')}>
        <Input className="mono" maxLength={500} placeholder="https://" inputMode="url" />
      </Form.Item>
      <Form.Item name="reply_url" label={t('reply_url')} extra={t('reply_url_hint')}>
        <Input className="mono" maxLength={500} placeholder="https://" inputMode="url" />
      </Form.Item>
      <Form.Item name="enabled" label={t('use')} valuePropName="checked">
        <Switch aria-label={t('use')} />
      </Form.Item>
      {problem !== undefined && <ProblemAlert error={problem} />}
      {mayWrite && (
        <Flex gap={8} wrap>
          <Button type="primary" loading={save.busy} onClick={() => void submit()}>
            {t('common:action.save')}
          </Button>
          {webhook.version > 0 && (
            <Button loading={renew.busy} onClick={ask}>
              {t('renew')}
            </Button>
          )}
        </Flex>
      )}
    </Form>
  );
}

export function Webhook({ application }: { application: Schema<'ApplicationView'> }) {
  const { t } = useTranslation('application');
  const [secret, setSecret] = useState<string | null>(null);
  const query = $api.useQuery(
    'get',
    '/api/v1/applications/{application_id}/webhook',
    { params: { path: { application_id: application.id } } },
    { refetchInterval: 5_000 },
  );
  return (
    <Section title={t('webhook')}>
      <QueryView query={query}>
        {(webhook) => (
          <>
            {webhook.version > 0 && <Standing webhook={webhook} />}
            <Settings
              // Made anew when somebody has changed it.
              key={webhook.version}
              application={application}
              webhook={webhook}
              onSecret={setSecret}
            />
          </>
        )}
      </QueryView>
      {secret && (
        <ShownOnce
          title={t('secret_title')}
          warning={t('once')}
          done={t('noted')}
          text={secret}
          onClose={() => setSecret(null)}
        />
      )}
    </Section>
  );
}
