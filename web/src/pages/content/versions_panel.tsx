// The saved versions, and what changed between any two of them.
import { Flex, Select, Table } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { VersionDiff } from '@/components/content/version_diff';
import { HashText, TermTag, TimeText } from '@/components/marks';
import { UserName } from '@/components/user_name';
import type { Content } from './draft';

type Version = Schema<'ContentVersionSummary'>;

export function VersionsPanel({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const versions = [...content.versions].sort((a, b) => b.number - a.number);
  return (
    <Flex vertical gap={16}>
      <Table<Version>
        size="small"
        rowKey="id"
        dataSource={versions}
        pagination={versions.length > 10 ? { pageSize: 10, showSizeChanger: false } : false}
        scroll={{ x: 'max-content' }}
        columns={[
          {
            key: 'number',
            title: common('field.version'),
            render: (_, v) => (
              <>
                {t('versions.number', { number: v.number })}{' '}
                {v.id === content.approved_version_id && <TermTag list="approval" name={content.approval} />}
              </>
            ),
          },
          {
            key: 'verdict',
            title: t('screening'),
            render: (_, v) => <TermTag list="verdict" name={v.verdict} />,
          },
          { key: 'hash', title: t('versions.hash'), render: (_, v) => <HashText value={v.hash} /> },
          {
            key: 'by',
            title: t('versions.by'),
            render: (_, v) => (content.origin === 'system' ? t('system') : <UserName id={v.created_by} />),
          },
          { key: 'at', title: common('field.time'), render: (_, v) => <TimeText value={v.created_at} /> },
        ]}
      />
      {versions.length > 1 && <Comparison key={content.version_number} content={content} />}
    </Flex>
  );
}

function Comparison({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const latest = content.version_number;
  const [from, setFrom] = useState(latest - 1);
  const [to, setTo] = useState(latest);
  const options = content.versions.map((v) => ({
    value: v.number,
    label: t('versions.number', { number: v.number }),
  }));
  return (
    <Flex vertical gap={8}>
      <Flex gap={8} align="center" wrap>
        {t('versions.compare')}
        <Select aria-label={t('versions.from')} value={from} options={options} onChange={setFrom} />
        →
        <Select aria-label={t('versions.to')} value={to} options={options} onChange={setTo} />
      </Flex>
      <VersionDiff contentId={content.id} from={from} to={to} />
    </Flex>
  );
}
