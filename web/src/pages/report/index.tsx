// The send report (policy 4.1.5): frozen, numbered, from the ledger; downloaded, printed, acknowledged by marketing.
import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Alert, App, Button, Descriptions, Dropdown, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, api, type Schema } from '@/api/client';
import { download, queryText } from '@/api/download';
import { formatDuration, formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { Figure, Figures, HashText, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { StateBar } from '@/components/state_bar';
import { UserName } from '@/components/user_name';
import { sumOf } from './rows';
import { Carriers, Codes, Reasons, Replies } from './tables';

type Report = Schema<'ReportView'>;

function Deeds({ report }: { report: Report }) {
  const { t } = useTranslation(['report', 'common']);
  const can = useCan();
  const { modal } = App.useApp();
  const { language } = useFormat();
  const fetchFile = useAction((kind: string) =>
    kind === 'json'
      ? download(`/api/v1/reports/${report.id}`, `${report.number}.json`)
      : download(
          `/api/v1/reports/${report.id}/report.${kind}${kind === 'pdf' ? queryText({ language }) : ''}`,
          `${report.number}.${kind}`,
        ),
  );
  const acknowledge = useAction(
    () => api.POST('/api/v1/reports/{report_id}/acknowledge', { params: { path: { report_id: report.id } } }),
    { done: t('acknowledged') },
  );
  return (
    <>
      <Dropdown
        menu={{
          items: ['pdf', 'xlsx', 'csv', 'json'].map((key) => ({ key, label: key.toUpperCase() })),
          onClick: ({ key }) => fetchFile.run(key),
        }}
      >
        <Button icon={<DownloadOutlined />} loading={fetchFile.busy}>
          {t('common:action.download')}
        </Button>
      </Dropdown>
      <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
        {t('common:action.print')}
      </Button>
      {can('report.acknowledge') && !report.acknowledged_at && (
        <Button
          type="primary"
          loading={acknowledge.busy}
          onClick={() =>
            modal.confirm({
              title: t('acknowledge_title'),
              content: t('acknowledge_text'),
              okText: t('acknowledge'),
              cancelText: t('common:action.cancel'),
              onOk: () => acknowledge.run(),
            })
          }
        >
          {t('acknowledge')}
        </Button>
      )}
    </>
  );
}

function Times({ body }: { body: Report['body'] }) {
  const { t } = useTranslation('report');
  const { language } = useFormat();
  return (
    <Section title={t('times')}>
      <Descriptions
        size="small"
        column={{ xs: 1, sm: 2, lg: 3 }}
        items={[
          {
            key: 'started',
            label: t('started'),
            children: <TimeText value={body.started_at} detail="second" />,
          },
          {
            key: 'first',
            label: t('first'),
            children: <TimeText value={body.first_submitted_at} detail="second" />,
          },
          {
            key: 'last',
            label: t('last'),
            children: <TimeText value={body.last_submitted_at} detail="second" />,
          },
          {
            key: 'finished',
            label: t('finished'),
            children: <TimeText value={body.finished_at} detail="second" />,
          },
          {
            key: 'duration',
            label: t('duration'),
            children: formatDuration(body.duration_seconds, language),
          },
        ]}
      />
    </Section>
  );
}

function Outcome({ body }: { body: Report['body'] }) {
  const { t } = useTranslation('report');
  const { count, language } = useFormat();
  const sum = sumOf(body.by_state);
  const delivered = body.by_state.delivered ?? 0;
  const refused = body.by_state.refused ?? 0;
  return (
    <Section title={t('outcome')}>
      <Flex vertical gap={16}>
        <Figures>
          <Figure name={t('targeted')} value={count(body.targeted)} />
          <Figure name={t('sent')} value={count(body.targeted - refused)} />
          <Figure name={t('delivered')} value={count(delivered)} />
          <Figure
            name={t('rate')}
            value={formatShare(delivered, body.targeted - refused, language)}
            hint={t('rate_hint')}
          />
          <Figure name={t('segments')} value={count(body.segments)} />
          <Figure name={t('attempts')} value={count(body.attempts)} />
        </Figures>
        <StateBar counts={body.by_state} total={body.targeted} height={16} />
        <Typography.Text type={sum === body.targeted ? 'secondary' : 'danger'} className="tabular">
          {t(sum === body.targeted ? 'sums' : 'sums_not', {
            sum: count(sum),
            targeted: count(body.targeted),
          })}
        </Typography.Text>
      </Flex>
    </Section>
  );
}

function Bound({ report }: { report: Report }) {
  const { t } = useTranslation('report');
  return (
    <Section title={t('bound')}>
      <Descriptions
        size="small"
        column={{ xs: 1, md: 2 }}
        items={[
          {
            key: 'content',
            label: t('content_hash'),
            children: <HashText value={report.body.content_hash} />,
          },
          {
            key: 'audience',
            label: t('audience_hash'),
            children: <HashText value={report.body.audience_hash} />,
          },
          {
            key: 'binding',
            label: t('binding_hash'),
            children: <HashText value={report.body.binding_hash} />,
          },
          { key: 'report', label: t('report_hash'), children: <HashText value={report.hash} /> },
        ]}
      />
    </Section>
  );
}

function Whole({ report }: { report: Report }) {
  const { t } = useTranslation('report');
  const { body } = report;
  return (
    <Page
      title={
        <>
          {report.number} <TermTag list="campaign_state" name={body.outcome} />
        </>
      }
      titleText={report.number}
      subtitle={
        <>
          <Link to={`/campaigns/${body.campaign_id}`}>{body.campaign_name}</Link> · {t('made')}{' '}
          <TimeText value={report.created_at} detail="second" /> · {t('frozen')}
        </>
      }
      back="/reports"
      actions={<Deeds report={report} />}
    >
      <Flex vertical gap={16}>
        {report.acknowledged_at ? (
          <Alert
            type="success"
            showIcon
            title={
              <>
                {t('seen_by')} <UserName id={report.acknowledged_by} />{' '}
                <TimeText value={report.acknowledged_at} />
              </>
            }
          />
        ) : (
          <Alert type="info" showIcon title={t('not_seen')} />
        )}
        <Outcome body={body} />
        <Times body={body} />
        <Reasons body={body} />
        <Carriers body={body} />
        <Codes body={body} />
        <Replies body={body} />
        <Bound report={report} />
      </Flex>
    </Page>
  );
}

export default function ReportPage() {
  const { id = '' } = useParams();
  const query = $api.useQuery('get', '/api/v1/reports/{report_id}', { params: { path: { report_id: id } } });
  return <QueryView query={query}>{(report) => <Whole report={report} />}</QueryView>;
}
