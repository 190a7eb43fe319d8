// The road as steps: who did what and when, where it stands, what is to be done now.
import { RightOutlined } from '@ant-design/icons';
import { Alert, Button, Steps } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import { useReasonText } from '@/pages/monitor/reason_text';
import type { Campaign } from './campaign_data';
import { kSteps, nextStep, type Step, stepsDone } from './road';

interface Props {
  campaign: Campaign;
  content: Schema<'ContentView'> | undefined;
  test: Schema<'TestView'> | undefined;
  report: Schema<'ReportView'> | undefined;
  /** What may be done here, beside what the next step leads to. */
  deed?: ReactNode;
}

interface Done {
  by?: ReactNode;
  at?: string | null;
}

/** Who and when of each step, as far as the records say. */
function useDone({ campaign, content, test, report }: Props): Record<Step, Done> {
  const term = useTerm();
  const approval = content?.reviews.findLast(
    (review) =>
      review.decision === 'approved' &&
      (!campaign.content_version_id || review.version_id === campaign.content_version_id),
  );
  return {
    plan: { by: <UserName id={campaign.created_by} />, at: campaign.created_at },
    content: {
      by: approval?.reviewer_id ? <UserName id={approval.reviewer_id} /> : term('role', 'compliance'),
      at: approval?.reviewed_at,
    },
    frozen: { by: term('role', 'marketing'), at: campaign.frozen_at },
    handed_over: { by: term('role', 'marketing'), at: campaign.handed_over_at },
    tested: { by: term('role', 'technology'), at: test?.finished_at },
    sending: { by: term('role', 'technology'), at: campaign.started_at },
    report: report?.acknowledged_by
      ? { by: <UserName id={report.acknowledged_by} />, at: report.acknowledged_at }
      : { by: term('role', 'marketing'), at: report?.created_at },
  };
}

export function RoadView(props: Props) {
  const { t } = useTranslation('campaign');
  const { campaign, content } = props;
  const done = stepsDone(campaign, content?.approval);
  const facts = useDone(props);
  const cancelled = campaign.state === 'cancelled' && !campaign.report_id;
  return (
    <Section title={t('road')}>
      <Steps
        size="small"
        current={Math.min(done, kSteps.length - 1)}
        status={cancelled ? 'error' : done >= kSteps.length ? 'finish' : 'process'}
        titlePlacement="vertical"
        responsive
        items={kSteps.map((step, index) => ({
          title: t(`step.${step}`),
          content: (
            <span style={{ fontSize: 13 }}>
              {facts[step].by}
              <br />
              {index < done || facts[step].at ? <TimeText value={facts[step].at} /> : t('to_come')}
            </span>
          ),
        }))}
      />
      <Now {...props} />
    </Section>
  );
}

function Now({ campaign, content, report, deed }: Props) {
  const { t } = useTranslation('campaign');
  const term = useTerm();
  const can = useCan();
  const reason = useReasonText();
  const navigate = useNavigate();
  const next = nextStep(campaign, content?.approval, report && Boolean(report.acknowledged_at));
  const mine = next?.permission !== undefined && can(next.permission);
  const here = next?.to === `/campaigns/${campaign.id}`;
  const waits =
    next?.department && !mine ? t('waits_for', { department: term('role', next.department) }) : '';
  return (
    <Alert
      style={{ marginBlockStart: 16 }}
      type={
        campaign.state === 'paused'
          ? 'warning'
          : mine
            ? 'info'
            : campaign.state === 'completed'
              ? 'success'
              : 'info'
      }
      showIcon
      title={
        next
          ? t('now', { what: t(`next.${next.key}`), waits })
          : t('over', { reason: reason(campaign.state_reason) || '—' })
      }
      description={
        next && (
          <>
            {t(`hint.${next.key}`)}
            {campaign.state_reason && (
              <div>{t('state_reason', { reason: reason(campaign.state_reason) })}</div>
            )}
          </>
        )
      }
      action={
        here
          ? deed
          : next && (
              <Button
                type={mine ? 'primary' : 'default'}
                icon={<RightOutlined />}
                iconPlacement="end"
                onClick={() => navigate(next.to)}
              >
                {t(`go.${next.key}`)}
              </Button>
            )
      }
    />
  );
}
