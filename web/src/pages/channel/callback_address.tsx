// The address for the callbacks of a provider by HTTP: renewed at a wish, shown this once.
import { LinkOutlined } from '@ant-design/icons';
import { Alert, App, Button, Flex, Modal, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '@/api/client';
import { useAction } from '@/components/action';
import { CopyButton } from '@/components/marks';

export function CallbackAddress({ channel }: { channel: Schema<'ChannelView'> }) {
  const { t } = useTranslation('channel');
  const { modal } = App.useApp();
  const [path, setPath] = useState<string | null>(null);
  const renew = useAction(
    async () =>
      (
        await api.POST('/api/v1/channels/{channel_id}/callback_address', {
          params: { path: { channel_id: channel.id } },
        })
      ).data!,
    { onDone: (made) => setPath(made.path) },
  );
  const ask = () =>
    modal.confirm({
      title: t('callback.ask'),
      content: t('callback.ask_text'),
      okText: t('callback.renew'),
      onOk: () => renew.runAsync().catch(() => undefined),
    });
  // What the console is reached by is what the provider may reach, unless a proxy in between says otherwise.
  const address = path && `${window.location.origin}${path}`;
  const close = () => setPath(null);
  return (
    <>
      <Button icon={<LinkOutlined />} loading={renew.busy} onClick={ask}>
        {t('callback.button')}
      </Button>
      <Modal
        open={path !== null}
        title={t('callback.title', { name: channel.name })}
        onCancel={close}
        footer={
          <Button type="primary" onClick={close}>
            {t('callback.noted')}
          </Button>
        }
      >
        <Alert type="warning" showIcon title={t('callback.once')} style={{ marginBlockEnd: 12 }} />
        {address && (
          <Flex align="center" gap={8}>
            <Typography.Text strong className="mono" style={{ overflowWrap: 'anywhere' }}>
              {address}
            </Typography.Text>
            <CopyButton text={address} />
          </Flex>
        )}
      </Modal>
    </>
  );
}
