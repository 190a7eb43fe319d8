// The send reports, the newest first: what was sent, what came of it, who has seen it.
import { Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserName } from '@/components/user_name';

type Report = Schema<'ReportView'>;

function Seen({ report }: { report: Report }) {
  const { t } = useTranslation('reports');
  if (!report.acknowledged_at) return <Tag color="gold">{t('waiting')}</Tag>;
  return (
    <>
      <UserName id={report.acknowledged_by} /> <TimeText value={report.acknowledged_at} />
    </>
  );
}

export default function Reports() {
  const { t } = useTranslation('reports');
  const { count, language } = useFormat();
  const columns = useMemo<Column<Report>[]>(() => {
    const of = (report: Report, state: string) => report.body.by_state[state] ?? 0;
    return [
      {
        key: 'number',
        title: t('number'),
        render: (_, r) => <Link to={`/reports/${r.id}`}>{r.number}</Link>,
      },
      {
        key: 'campaign',
        title: t('campaign'),
        render: (_, r) => <Link to={`/campaigns/${r.body.campaign_id}`}>{r.body.campaign_name}</Link>,
      },
      {
        key: 'outcome',
        title: t('outcome'),
        render: (_, r) => <TermTag list="campaign_state" name={r.body.outcome} />,
      },
      { key: 'finished', title: t('finished'), render: (_, r) => <TimeText value={r.body.finished_at} /> },
      {
        key: 'targeted',
        title: t('targeted'),
        className: 'tabular',
        align: 'end',
        render: (_, r) => count(r.body.targeted),
      },
      {
        key: 'delivered',
        title: t('delivered'),
        className: 'tabular',
        align: 'end',
        render: (_, r) => count(of(r, 'delivered')),
      },
      {
        key: 'rate',
        title: t('rate'),
        className: 'tabular',
        align: 'end',
        render: (_, r) => formatShare(of(r, 'delivered'), r.body.targeted - of(r, 'refused'), language),
      },
      {
        key: 'failed',
        title: t('failed'),
        className: 'tabular',
        align: 'end',
        render: (_, r) => count(of(r, 'failed')),
      },
      {
        key: 'refused',
        title: t('refused'),
        className: 'tabular',
        align: 'end',
        render: (_, r) => count(of(r, 'refused')),
      },
      {
        key: 'segments',
        title: t('segments'),
        className: 'tabular',
        align: 'end',
        optional: true,
        render: (_, r) => count(r.body.segments),
      },
      { key: 'seen', title: t('seen'), render: (_, r) => <Seen report={r} /> },
    ];
  }, [t, count, language]);
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <DataTable<Report>
        id="reports"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/reports']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/reports', { params: { query: { after, limit } } })).data!
        }
        columns={columns}
        rowKey="id"
        exportUrl="/api/v1/reports.csv"
      />
    </Page>
  );
}
