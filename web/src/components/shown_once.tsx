// A secret that is shown this once.
import { Alert, Button, Flex, Modal, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { CopyButton } from '@/components/marks';

export function ShownOnce({ title, text, onClose }: { title: string; text: string; onClose: () => void }) {
  const { t } = useTranslation('application');
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('noted')}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={t('once')} style={{ marginBlockEnd: 12 }} />
      <Flex align="center" gap={8}>
        <Typography.Text strong className="mono" style={{ overflowWrap: 'anywhere' }} data-shown-once>
          {text}
        </Typography.Text>
        <CopyButton text={text} />
      </Flex>
    </Modal>
  );
}
