// A secret that is shown this once: `warning` says so, `done` is what its reader answers.
import { Alert, Button, Flex, Modal, Typography } from 'antd';
import { CopyButton } from './marks';

interface Props {
  title: string;
  warning: string;
  done: string;
  text: string;
  onClose: () => void;
}

export function ShownOnce({ title, warning, done, text, onClose }: Props) {
  return (
    <Modal
      open
      title={title}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {done}
        </Button>
      }
    >
      <Alert type="warning" showIcon title={warning} style={{ marginBlockEnd: 12 }} />
      <Flex align="center" gap={8}>
        <Typography.Text strong className="mono" style={{ overflowWrap: 'anywhere' }} data-shown-once>
          {text}
        </Typography.Text>
        <CopyButton text={text} />
      </Flex>
    </Modal>
  );
}
