// The keys that the console knows.
import { Modal, Table } from 'antd';
import { useTranslation } from 'react-i18next';

const kKeys: [string, string][] = [
  ['Ctrl K', 'palette'],
  ['?', 'help'],
  ['g', 'home'],
  ['/', 'search'],
  ['j', 'review_next'],
  ['k', 'review_previous'],
  ['Enter', 'review_open'],
];

export default function KeyboardHelp({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Modal open title={t('keyboard.title')} footer={null} onCancel={onClose}>
      <Table
        size="small"
        pagination={false}
        showHeader={false}
        rowKey="key"
        dataSource={kKeys.map(([key, name]) => ({ key, name: t(`keyboard.${name}`) }))}
        columns={[
          { dataIndex: 'key', width: 110, render: (key: string) => <kbd>{key}</kbd> },
          { dataIndex: 'name' },
        ]}
      />
    </Modal>
  );
}
