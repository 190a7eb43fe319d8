// The pre-send test: starting it, how far it is, what it found, how long it holds, why it failed. All of it comes
// from the server, so that it is the same after a reload and for everybody who looks.
import { ExperimentOutlined } from '@ant-design/icons';
import { Alert, Button, Empty, Flex, Steps, Table, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { formatDuration } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { TermTag, TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { useNow } from '@/components/use_now';
import { ScreenedPanel } from './screened_panel';
import { TestFunnel } from './test_funnel';

type Test = Schema<'TestView'>;
type Campaign = Schema<'CampaignView'>;

/** The server's own words for what went wrong. */
const kFailures: Record<string, string> = {
  'a handset was not reached': 'not_reached',
  "a handset's receipt did not come": 'no_receipt',
  'no test handset is registered': 'no_handsets',
  'nobody in the audience may receive this message': 'nobody',
  'the server stopped during the test': 'interrupted',
  'other rule packs find worse in the text': 'rescreened',
};

function isRunning(test: Test): boolean {
  return test.state === 'dry_run' || test.state === 'waiting_for_handsets';
}

function Progress({ test }: { test: Test }) {
  const { t } = useTranslation('prepare');
  const { language } = useFormat();
  const now = useNow(1000);
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(test.started_at)) / 1000));
  const answered = test.handsets.filter((handset) => handset.state === 'delivered').length;
  const failed = test.state === 'failed';
  const current = test.state === 'dry_run' || (failed && !test.funnel) ? 0 : test.state === 'passed' ? 3 : 1;
  return (
    <Steps
      size="small"
      current={current}
      status={failed ? 'error' : undefined}
      items={[
        {
          title: t('test.step_dry_run'),
          content:
            test.state === 'dry_run'
              ? t('test.elapsed', { time: formatDuration(seconds, language) })
              : undefined,
        },
        {
          title: t('test.step_handsets'),
          content:
            test.handsets.length > 0
              ? t('test.answered', { answered, all: test.handsets.length })
              : undefined,
        },
        { title: t('test.step_result') },
      ]}
    />
  );
}

function Verdict({ test, campaign }: { test: Test; campaign: Campaign }) {
  const { t } = useTranslation('prepare');
  const { language } = useFormat();
  const now = useNow(1000);
  if (isRunning(test)) return null;
  if (test.state === 'failed') {
    const known = kFailures[test.failure];
    return (
      <Alert
        type="error"
        showIcon
        title={t('test.failed')}
        description={
          <>
            <div>{known ? t(`test.failure_${known}`) : test.failure}</div>
            {known && <div>{t(`test.remedy_${known}`)}</div>}
            <TimeText value={test.finished_at} detail="second" />
          </>
        }
      />
    );
  }
  const left = test.expires_at ? (Date.parse(test.expires_at) - now.getTime()) / 1000 : Infinity;
  if (test.binding_hash !== campaign.binding_hash)
    return <Alert type="warning" showIcon title={t('test.outdated')} description={t('test.outdated_hint')} />;
  if (left <= 0)
    return <Alert type="warning" showIcon title={t('test.expired')} description={t('test.expired_hint')} />;
  return (
    <Alert
      type="success"
      showIcon
      title={t('test.passed')}
      description={
        <span className="tabular">
          {t('test.valid_until')} <TimeText value={test.expires_at} />
          {t('test.valid_left', { time: formatDuration(left, language) })}
        </span>
      }
    />
  );
}

function Handsets({ test }: { test: Test }) {
  const { t } = useTranslation('prepare');
  const term = useTerm();
  return (
    <Table
      size="small"
      pagination={false}
      rowKey={(row) => row.label + row.number}
      dataSource={test.handsets}
      aria-label={t('test.handsets')}
      scroll={{ x: 'max-content' }}
      locale={{
        emptyText: <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('test.handsets_none')} />,
      }}
      columns={[
        { key: 'label', title: t('test.handset'), dataIndex: 'label' },
        { key: 'number', title: t('test.number'), dataIndex: 'number', className: 'tabular' },
        {
          key: 'state',
          title: t('test.result'),
          render: (_, row) => <TermTag list="message_state" name={row.state} />,
        },
        { key: 'reason', title: t('test.why'), render: (_, row) => term('reason', row.reason) },
      ]}
    />
  );
}

interface Props {
  campaign: Campaign;
  test: Test | undefined;
  whyNot: string | null;
}

export function TestPanel({ campaign, test, whyNot }: Props) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  const can = useCan();
  const start = useAction(() =>
    api.POST('/api/v1/campaigns/{campaign_id}/pre_send_tests', {
      params: {
        path: { campaign_id: campaign.id },
        header: { ...ifMatch(campaign.version), 'Idempotency-Key': newIdempotencyKey() },
      },
    }),
  );
  return (
    <Section
      title={t('test.title')}
      extra={
        can('campaign.test') && (
          <Tooltip title={whyNot ? t(`why.${whyNot}`) : ''}>
            <Button
              icon={<ExperimentOutlined />}
              type={campaign.state === 'handed_over' && !whyNot ? 'primary' : 'default'}
              disabled={whyNot !== null}
              loading={start.busy}
              onClick={() => start.run()}
            >
              {test ? t('test.again') : t('test.start')}
            </Button>
          </Tooltip>
        )
      }
    >
      {!test ? (
        <Empty
          image={Empty.PRESENTED_IMAGE_SIMPLE}
          description={
            <>
              {start.busy ? t('test.running') : t('test.none')}
              <br />
              <Typography.Text type="secondary">{t('test.none_hint')}</Typography.Text>
            </>
          }
        />
      ) : (
        <div className="column">
          <Progress test={test} />
          <Verdict test={test} campaign={campaign} />
          {test.funnel && (
            <div>
              <Typography.Title level={3} style={{ fontSize: 14 }}>
                {t('test.funnel')}
              </Typography.Title>
              <TestFunnel funnel={test.funnel} />
              <Typography.Text type="secondary" className="tabular">
                {t('test.segments', { segments: count(test.funnel.segments) })}
              </Typography.Text>
            </div>
          )}
          {test.screening && <ScreenedPanel screened={test.screening} />}
          <div>
            <Flex justify="space-between" align="baseline">
              <Typography.Title level={3} style={{ fontSize: 14 }}>
                {t('test.handsets')}
              </Typography.Title>
              <Link to="/test-handsets">{t('test.handsets_all')}</Link>
            </Flex>
            <Handsets test={test} />
          </div>
          <Typography.Text type="secondary">
            {t('test.started')} <TimeText value={test.started_at} detail="second" />
          </Typography.Text>
        </div>
      )}
    </Section>
  );
}
