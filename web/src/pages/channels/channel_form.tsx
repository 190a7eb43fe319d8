// The form of a channel in a drawer: creating one, changing one, and trying the account before either.
import { Alert, Button, Drawer, Flex, Form, type FormInstance } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import type { Problem } from '@/api/problem';
import { useAction } from '@/components/action';
import { leftToSay } from '@/components/form_faults';
import { ProblemAlert } from '@/components/problem_view';
import { ChannelFields } from './channel_fields';
import { type ChannelSpec, pathOf, type Protocol, settingsOf } from './protocols';
import { type ChannelValues, newChannel, specOf, toSend, withProtocol } from './spec';
import { TestBindButton, TestBindResult, useTestBind } from './test_bind';

interface Props {
  open: boolean;
  /** The channel to change; absent: a new one. */
  channel?: Schema<'ChannelView'>;
  onClose: () => void;
  onSaved?: (channel: Schema<'ChannelView'>) => void;
}

const kFirstProtocol: Protocol = 'smpp';
/** One field of the form, whatever stands in it. */
const kWhole = ['/options/http'];

/** Whether what a bind is made with was changed here, so that it is not the account that the server has stored. */
function isAnotherAccount(form: FormInstance<ChannelValues>): boolean {
  return form.isFieldsTouched([
    'host',
    'port',
    'system_id',
    ['options', 'bind_mode'],
    ['options', 'system_type'],
    ['options', 'tls'],
    ['options', 'tls_ca_pem'],
    ['options', 'local_address'],
    ['options', 'http'],
  ]);
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

/** Each time it is opened it begins anew: what was entered and left is forgotten, passwords above all. */
export function ChannelForm(props: Props) {
  const [round, setRound] = useState(0);
  return <FormDrawer key={round} {...props} onClosed={() => setRound((before) => before + 1)} />;
}

function FormDrawer({ open, channel, onClose, onClosed, onSaved }: Props & { onClosed: () => void }) {
  const { t } = useTranslation('channels');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<ChannelValues>();
  const [fault, setFault] = useState<Problem>();
  const [isAdvancedOpen, setAdvancedOpen] = useState(false);
  const chosen = Form.useWatch('protocol', form) as Protocol | undefined;
  const protocol = channel?.protocol ?? chosen ?? kFirstProtocol;
  const isEdit = channel !== undefined;

  /** A field at fault is neither folded away nor out of sight. */
  const reveal = () => {
    const advanced = new Set(settingsOf(protocol, 'advanced').map((name) => JSON.stringify(pathOf(name))));
    const atFault = form.getFieldsError().filter(({ errors }) => errors.length > 0);
    if (atFault.some(({ name }) => advanced.has(JSON.stringify(name)))) setAdvancedOpen(true);
    if (atFault[0]) form.scrollToField(atFault[0].name, { block: 'center' });
  };
  const show = (error: unknown, within?: string) => {
    setFault(leftToSay(form, error, within, kWhole));
    reveal();
  };
  const test = useTestBind((error) => show(error, '/spec'));
  const action = useAction(
    async (body: ChannelSpec) => {
      setFault(undefined);
      try {
        return await save(channel, body);
      } catch (error) {
        show(error);
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

  const tryIt = async () => {
    setFault(undefined);
    test.clear();
    const values = await form.validateFields().catch(() => null);
    if (!values) return reveal();
    const isStored = isEdit && !values.password;
    if (!isStored) return test.run({ spec: toSend(values, channel?.options) });
    // Only the server knows the stored password, and it goes to the stored host alone.
    if (isAnotherAccount(form))
      return form.setFields([{ name: 'password', errors: [t('test_bind.needs_password')] }]);
    return test.run({ channel_id: channel.id });
  };
  return (
    <Drawer
      open={open}
      onClose={onClose}
      size={640}
      title={isEdit ? t('form.edit', { name: channel.name }) : t('form.create')}
      destroyOnHidden
      afterOpenChange={(isOpen) => isOpen || onClosed()}
      footer={
        <>
          <TestBindResult result={test.result} protocol={protocol} />
          <Flex justify="space-between" gap={8} wrap>
            <TestBindButton busy={test.busy} onClick={() => void tryIt()} />
            <Flex gap={8}>
              <Button onClick={onClose}>{common('action.cancel')}</Button>
              <Button type="primary" loading={action.busy} onClick={() => form.submit()}>
                {common('action.save')}
              </Button>
            </Flex>
          </Flex>
        </>
      }
    >
      {isEdit && <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('form.relink')} />}
      <ProblemAlert error={fault} />
      <Form<ChannelValues>
        form={form}
        layout="vertical"
        initialValues={channel ? specOf(channel) : newChannel(kFirstProtocol)}
        onValuesChange={(changed) => {
          if (!changed.protocol) return;
          test.clear();
          // What was shown until now is the protocol before.
          form.setFieldsValue(withProtocol(form.getFieldsValue(true), protocol, changed.protocol));
        }}
        onFinish={(values) => action.run(toSend(values, channel?.options))}
        onFinishFailed={reveal}
      >
        <ChannelFields
          protocol={protocol}
          isEdit={isEdit}
          hadListener={isEdit && channel.options.listen_port !== 0}
          isAdvancedOpen={isAdvancedOpen}
          onAdvanced={setAdvancedOpen}
        />
      </Form>
    </Drawer>
  );
}
