// One import: progress while it runs (a reload changes nothing), its counts, the refused rows as a file.
import { DownloadOutlined } from '@ant-design/icons';
import { Alert, Button, Descriptions, Flex, Progress, Table } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { download } from '@/api/download';
import { formatBytes } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { EvidenceLink } from '@/components/customer';
import { Figure, Figures, HashText, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';

type Import = Schema<'ImportView'>;

function Counts({ job }: { job: Import }) {
  const { t } = useTranslation('import');
  const { count } = useFormat();
  return (
    <Figures>
      <Figure name={t('read')} value={count(job.rows_read)} />
      <Figure name={t('new')} value={count(job.rows_new)} />
      <Figure name={t('changed')} value={count(job.rows_changed)} />
      <Figure name={t('unchanged')} value={count(job.rows_unchanged)} />
      <Figure name={t('duplicate')} value={count(job.rows_duplicate)} />
      <Figure name={t('refused')} value={count(job.rows_refused)} />
      <Figure name={t('granted')} value={count(job.consents_granted)} />
      <Figure name={t('withdrawn')} value={count(job.consents_withdrawn)} />
      <Figure name={t('opt_outs_kept')} value={count(job.opt_outs_kept)} hint={t('opt_outs_kept_hint')} />
    </Figures>
  );
}

function Refused({ job }: { job: Import }) {
  const { t } = useTranslation('import');
  const { count } = useFormat();
  const fetchRows = useAction(
    () => download(`/api/v1/imports/${job.id}/refused_rows.csv`, `refused_rows_${job.id}.csv`),
    { refresh: [] },
  );
  const codes = Object.entries(job.refused_by_code ?? {}).sort((a, b) => b[1] - a[1]);
  if (job.rows_refused === 0) return null;
  return (
    <Section
      title={t('refused_title')}
      extra={
        <Button
          size="small"
          icon={<DownloadOutlined />}
          loading={fetchRows.busy}
          onClick={() => fetchRows.run()}
        >
          {t('refused_download')}
        </Button>
      }
    >
      <Table
        size="small"
        pagination={false}
        rowKey={([code]) => code}
        dataSource={codes}
        columns={[
          { key: 'code', title: t('why'), render: (_, [code]) => t(`codes.${code}`, { defaultValue: code }) },
          { key: 'count', title: t('rows'), className: 'tabular', render: (_, [, rows]) => count(rows) },
        ]}
      />
    </Section>
  );
}

function Job({ job }: { job: Import }) {
  const { t } = useTranslation(['import', 'common']);
  const term = useTerm();
  const part = job.bytes_total ? Math.min(100, Math.floor((100 * job.bytes_read) / job.bytes_total)) : 0;
  return (
    <Flex vertical gap={16}>
      {job.state === 'running' && (
        <Section title={t('running')}>
          <Progress percent={part} status="active" aria-label={t('running')} />
        </Section>
      )}
      {job.state === 'failed' && <Alert type="error" showIcon title={t('failed')} description={job.error} />}
      <Section title={t('counts')}>
        <Counts job={job} />
      </Section>
      <Refused job={job} />
      <Section title={t('file')}>
        <Descriptions
          size="small"
          column={{ xs: 1, md: 2 }}
          items={[
            {
              key: 'state',
              label: t('common:field.state'),
              children: <TermTag list="import_state" name={job.state} />,
            },
            { key: 'encoding', label: t('encoding'), children: job.encoding || '—' },
            { key: 'size', label: t('size'), children: formatBytes(job.bytes_total) },
            { key: 'hash', label: 'SHA-256', children: <HashText value={job.file_sha256} /> },
            { key: 'by', label: t('common:field.created_by'), children: <UserName id={job.created_by} /> },
            { key: 'at', label: t('started'), children: <TimeText value={job.created_at} detail="second" /> },
            { key: 'end', label: t('ended'), children: <TimeText value={job.finished_at} detail="second" /> },
            { key: 'purpose', label: t('purpose'), children: job.options.purpose || t('any_purpose') },
            {
              key: 'columns',
              label: t('columns'),
              children:
                Object.entries(job.options.columns ?? {})
                  .map(([header, field]) => `${header} → ${term('import_field', field)}`)
                  .join('；') || t('by_header'),
            },
            {
              key: 'evidence',
              label: t('evidence'),
              children: <EvidenceLink id={job.evidence_id} name={job.file_name} />,
            },
          ]}
        />
      </Section>
    </Flex>
  );
}

export default function ImportPage() {
  const { t } = useTranslation('import');
  const { id = '' } = useParams();
  const query = $api.useQuery(
    'get',
    '/api/v1/imports/{import_id}',
    { params: { path: { import_id: id } } },
    { refetchInterval: ({ state }) => (state.data?.state === 'running' ? 1000 : false) },
  );
  return (
    <Page
      title={query.data?.file_name ?? t('title')}
      titleText={t('title')}
      back="/imports"
      actions={
        query.data?.state === 'finished' && (
          <Link to={`/customers?import_id=${id}`}>{t('see_customers')}</Link>
        )
      }
    >
      <QueryView query={query}>{(job) => <Job job={job} />}</QueryView>
    </Page>
  );
}
