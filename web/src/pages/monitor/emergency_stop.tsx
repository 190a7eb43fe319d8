// The emergency stop: one deed that halts all sending, asked twice for; and its release, for those who may.
import { StopOutlined } from '@ant-design/icons';
import { Alert, App, Button, Form, Input, Modal, Tooltip, Typography } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';

export function useEmergencyStop() {
  return $api.useQuery('get', '/api/v1/emergency_stop', {}, { refetchInterval: 10_000 });
}

interface StopForm {
  word: string;
  reason: string;
}

function StopDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useTranslation('monitor');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<StopForm>();
  const name = useId();
  const word = t('stop.word');
  const typed = Form.useWatch('word', form);
  const stop = useAction((reason: string) => api.POST('/api/v1/emergency_stop', { body: { reason } }), {
    done: t('stop.done'),
    onDone: onClose,
  });
  return (
    <Modal
      open={open}
      title={t('stop.title')}
      okText={t('stop.button')}
      cancelText={common('action.cancel')}
      okButtonProps={{ danger: true, disabled: typed?.trim().toUpperCase() !== word, loading: stop.busy }}
      onCancel={onClose}
      afterOpenChange={(isOpen) => isOpen || form.resetFields()}
      onOk={() =>
        form
          .validateFields()
          .then(({ reason }) => stop.run(reason.trim()))
          .catch(() => undefined)
      }
      forceRender
    >
      <Alert type="error" showIcon title={t('stop.effect')} description={t('stop.effect_detail')} />
      <Form form={form} name={name} layout="vertical" requiredMark={false} style={{ marginBlockStart: 16 }}>
        <Form.Item
          name="reason"
          label={common('field.reason')}
          extra={common('field.reason_hint')}
          rules={[{ required: true, whitespace: true, min: 2, message: common('state.required') }]}
        >
          <Input.TextArea rows={2} maxLength={500} />
        </Form.Item>
        <Form.Item name="word" label={t('stop.type_word', { word })}>
          <Input autoComplete="off" placeholder={word} />
        </Form.Item>
      </Form>
    </Modal>
  );
}

/** What is to be done before a restored backup sends. */
function RestoredSteps() {
  const { t } = useTranslation('monitor');
  return (
    <>
      <Typography.Paragraph>{t('stop.restored_text')}</Typography.Paragraph>
      <ol>
        <li>{t('stop.restored_step_opt_outs')}</li>
        <li>{t('stop.restored_step_sent')}</li>
        <li>{t('stop.restored_step_review')}</li>
      </ol>
    </>
  );
}

/** Halts all sending, or lets it go on; shows nothing to those who may do neither. */
export function EmergencyStopButton() {
  const { t } = useTranslation('monitor');
  const can = useCan();
  const { data } = useEmergencyStop();
  const { message } = App.useApp();
  const [open, setOpen] = useState(false);
  const [ask, dialog] = useReason();
  const release = useAction((reason: string) =>
    api.POST('/api/v1/emergency_stop/release', { body: { reason } }),
  );
  if (!data) return null;
  if (!data.active)
    return can('emergency.stop') ? (
      <>
        <Button danger type="primary" icon={<StopOutlined />} onClick={() => setOpen(true)}>
          {t('stop.button')}
        </Button>
        <StopDialog open={open} onClose={() => setOpen(false)} />
      </>
    ) : null;
  if (!can('emergency.release'))
    return (
      <Tooltip title={t('stop.who_releases')}>
        <Button disabled>{t('stop.release')}</Button>
      </Tooltip>
    );
  const run = async () => {
    const restored = data.cause === 'restored_backup';
    const reason = await ask({
      title: t(restored ? 'stop.restored_title' : 'stop.release_title'),
      text: restored ? <RestoredSteps /> : t('stop.release_text'),
      confirm: t(restored ? 'stop.restored_confirm' : 'stop.release'),
      danger: true,
    });
    if (!reason) return;
    await release.runAsync(reason).then(
      () => message.success(t('stop.released')),
      // useAction has said what went wrong.
      () => undefined,
    );
  };
  return (
    <>
      <Button type="primary" loading={release.busy} onClick={() => void run()}>
        {t('stop.release')}
      </Button>
      {dialog}
    </>
  );
}

/** Says that all sending is halted and what that means here. */
export function EmergencyNotice() {
  const { t } = useTranslation('monitor');
  const { data } = useEmergencyStop();
  const { time } = useFormat();
  if (!data?.active) return null;
  const restored = data.cause === 'restored_backup';
  return (
    <Alert
      type="error"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t(restored ? 'stop.restored_active' : 'stop.active')}
      description={
        <Typography.Text>
          {restored
            ? t('stop.restored_detail', { since: data.since ? time(data.since) : '' })
            : t('stop.active_detail')}
        </Typography.Text>
      }
    />
  );
}
