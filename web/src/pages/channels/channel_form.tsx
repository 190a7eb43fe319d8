// The form of a channel in a drawer: creating one, changing one, and trying the account before either.
import { Alert, Button, Drawer, Flex, Form } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import type { Problem } from '@/api/problem';
import { useAction } from '@/components/action';
import { leftToSay } from '@/components/form_faults';
import { ProblemAlert } from '@/components/problem_view';
import { ChannelFields } from './channel_fields';
import { type ChannelSpec, kNewChannel, specOf, toSend } from './spec';
import { TestBindButton, TestBindResult, useTestBind } from './test_bind';

interface Props {
  open: boolean;
  /** The channel to change; absent: a new one. */
  channel?: Schema<'ChannelView'>;
  onClose: () => void;
  onSaved?: (channel: Schema<'ChannelView'>) => void;
}

async function save(channel: Props['channel'], body: ChannelSpec) {
  const { data } = channel
    ? await api.PUT('/api/v1/channels/{channel_id}', {
        params: { path: { channel_id: channel.id }, header: ifMatch(channel.version) },
        body,
      })
    : await api.POST('/api/v1/channels', {
        params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
        body,
      });
  return data!;
}

export function ChannelForm({ open, channel, onClose, onSaved }: Props) {
  const { t } = useTranslation('channels');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<ChannelSpec>();
  const [fault, setFault] = useState<Problem>();
  const test = useTestBind();
  const isEdit = channel !== undefined;
  const action = useAction(
    async (body: ChannelSpec) => {
      setFault(undefined);
      try {
        return await save(channel, body);
      } catch (error) {
        setFault(leftToSay(form, error));
        throw error;
      }
    },
    {
      showsErrors: true,
      done: t(isEdit ? 'form.changed' : 'form.created'),
      onDone: (saved) => {
        onClose();
        onSaved?.(saved);
      },
    },
  );
  const tryIt = () =>
    form
      .validateFields()
      // An edit that keeps its password is tried with the stored account, for only the server knows it.
      .then((values) =>
        isEdit && !values.password && !form.isFieldsTouched(['host', 'port', 'system_id'])
          ? test.run({ channel_id: channel.id })
          : test.run({ spec: toSend(values, false) }),
      )
      .catch(() => undefined);
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={640}
      title={isEdit ? t('form.edit', { name: channel.name }) : t('form.create')}
      destroyOnHidden
      afterOpenChange={(isOpen) => {
        if (isOpen) return;
        setFault(undefined);
        test.clear();
      }}
      footer={
        <Flex justify="space-between" gap={8} wrap>
          <TestBindButton busy={test.busy} onClick={() => void tryIt()} />
          <Flex gap={8}>
            <Button onClick={onClose}>{common('action.cancel')}</Button>
            <Button type="primary" loading={action.busy} onClick={() => form.submit()}>
              {common('action.save')}
            </Button>
          </Flex>
        </Flex>
      }
    >
      {isEdit && <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('form.relink')} />}
      <ProblemAlert error={fault} />
      <Form<ChannelSpec>
        form={form}
        layout="vertical"
        scrollToFirstError
        initialValues={channel ? specOf(channel) : kNewChannel}
        onFinish={(values) => action.run(toSend(values, isEdit))}
      >
        <ChannelFields isEdit={isEdit} />
      </Form>
      <TestBindResult result={test.result} />
    </Drawer>
  );
}
