// How the server stands: each check with its value and what to do, the rule packs in force.
import { Card, Flex, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, type Schema } from '@/api/client';
import { Figure, Figures, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { EmergencyStopButton } from '@/pages/monitor/emergency_stop';

type Health = Schema<'HealthView'>;

const kChecks = [
  'store',
  'schema',
  'disk',
  'writer_queue',
  'rule_packs',
  'channels',
  'emergency_stop',
  'audit',
  'clock',
  'keys',
  'font',
];

function Checks({ health }: { health: Health }) {
  const { t } = useTranslation('health');
  return (
    <Table
      size="middle"
      rowKey="name"
      pagination={false}
      scroll={{ x: 'max-content' }}
      dataSource={health.checks}
      columns={[
        {
          key: 'name',
          title: t('check'),
          render: (_, check) => (kChecks.includes(check.name) ? t(`names.${check.name}`) : check.name),
        },
        {
          key: 'status',
          title: t('status'),
          render: (_, check) => <TermTag list="health_status" name={check.status} />,
        },
        {
          key: 'value',
          title: t('value'),
          render: (_, check) => <span className="tabular">{check.value}</span>,
        },
        {
          key: 'detail',
          title: t('detail'),
          render: (_, check) => (
            <div className="message-text" style={{ maxWidth: 420 }}>
              {check.detail || '—'}
            </div>
          ),
        },
      ]}
    />
  );
}

export default function HealthPage() {
  const { t } = useTranslation('health');
  const query = $api.useQuery('get', '/api/v1/health', {}, { refetchInterval: 10_000 });
  return (
    // The administrator has no monitor: he halts and releases all sending from here.
    <Page title={t('title')} subtitle={t('subtitle')} actions={<EmergencyStopButton />}>
      <QueryView query={query}>
        {(health) => (
          <Flex vertical gap={16}>
            <Card>
              <Figures>
                <Figure name={t('overall')} value={<TermTag list="health_status" name={health.status} />} />
                <Figure name={t('version')} value={health.version} />
                <Figure name={t('store')} value={health.store} />
                <Figure name={t('schema')} value={health.schema_version} />
                <Figure name={t('started')} value={<TimeText value={health.started_at} />} />
              </Figures>
            </Card>
            <Card title={t('checks')}>
              <Checks health={health} />
            </Card>
            <Card title={t('rule_packs')}>
              <Table
                size="small"
                rowKey="id"
                pagination={false}
                dataSource={health.rule_packs}
                columns={[
                  { dataIndex: 'id', title: t('pack'), className: 'mono' },
                  { dataIndex: 'version', title: t('pack_version') },
                ]}
              />
            </Card>
            <Typography.Text type="secondary">
              {t('at')} <TimeText value={health.at} detail="second" />
            </Typography.Text>
          </Flex>
        )}
      </QueryView>
    </Page>
  );
}
