// What the rule packs of now find in an approved content, where that is worse than what was approved: compliance
// confirms the approval, dismissing or permitting each finding with a reason, or withdraws the content.
import { Alert, Button, Flex, Input, Tag } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { DispositionForm } from '@/components/content/disposition_form';
import { type Dispositions, dispositionsOf } from '@/components/content/dispositions';
import { FindingView } from '@/components/content/finding_view';
import { sortedFindings } from '@/components/content/findings';
import { TermTag, TimeText } from '@/components/marks';
import { ProblemAlert } from '@/components/problem_view';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import type { Content } from './draft';
import { leftOpen } from './rescreened';

type Rescreening = Schema<'RescreeningView'>;

// A finding that is a problem is not confirmed: the content is withdrawn.
const kDecisions = ['permitted', 'dismissed'] as const;

export function Rescreening({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const { data } = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/rescreening',
    { params: { path: { content_id: content.id } } },
    { enabled: content.state === 'approved', retry: false },
  );
  if (content.state !== 'approved' || !data) return null;
  if (!data.opened_at) return data.decided_at ? <Confirmed rescreening={data} /> : null;
  return (
    <Section
      title={t('rescreening.title')}
      extra={<TermTag list="verdict" name={data.screening.verdict} />}
      style={{ marginBlockEnd: 16 }}
    >
      {/* What was put down is about the findings of these packs. */}
      <Open key={data.rule_pack_set} content={content} rescreening={data} />
    </Section>
  );
}

function Confirmed({ rescreening }: { rescreening: Rescreening }) {
  const { t } = useTranslation('content');
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBlockEnd: 16 }}
      title={t('rescreening.confirmed')}
      description={
        <>
          <UserName id={rescreening.decided_by} /> <TimeText value={rescreening.decided_at} />
          <div className="message-text">{rescreening.reason}</div>
        </>
      }
    />
  );
}

function Open({ content, rescreening }: { content: Content; rescreening: Rescreening }) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const can = useCan();
  const suspended = rescreening.state === 'suspended';
  const blocked = rescreening.screening.verdict === 'block';
  const { findings } = rescreening.screening;
  const [dispositions, setDispositions] = useState<Dispositions>({});
  const [opinion, setOpinion] = useState('');
  const confirm = useAction(
    () =>
      api.POST('/api/v1/contents/{content_id}/rescreening/confirm', {
        params: { path: { content_id: content.id }, header: ifMatch(content.version) },
        body: { reason: opinion.trim(), dispositions: dispositionsOf(dispositions) },
      }),
    { done: t('rescreening.done'), showsErrors: true },
  );
  const mayDecide = can('content.review') && !blocked;
  const left = leftOpen(findings, dispositions);
  return (
    <Flex vertical gap={14}>
      <Alert
        type={suspended ? 'error' : 'warning'}
        showIcon
        title={t(suspended ? 'rescreening.suspended' : 'rescreening.worse')}
        description={
          <>
            {t('rescreening.since')} <TimeText value={rescreening.opened_at} />
            {blocked && <div>{t('rescreening.blocked')}</div>}
          </>
        }
      />
      <div>
        {rescreening.screening.rule_packs.map((pack) => (
          <Tag key={pack.id}>
            {pack.id} {pack.version}
          </Tag>
        ))}
      </div>
      {sortedFindings(findings).map((finding) => (
        <FindingView key={finding.index} finding={finding}>
          {mayDecide && finding.severity === 'review' && (
            <DispositionForm
              finding={finding}
              given={dispositions[finding.index]}
              decisions={kDecisions}
              onChange={(given) => setDispositions({ ...dispositions, [finding.index]: given })}
            />
          )}
        </FindingView>
      ))}
      {mayDecide && (
        <Flex gap={8} align="flex-start" wrap>
          <Input.TextArea
            rows={2}
            style={{ flex: '1 1 260px' }}
            maxLength={2000}
            aria-label={t('rescreening.opinion')}
            placeholder={t('rescreening.opinion')}
            value={opinion}
            onChange={(event) => setOpinion(event.target.value)}
          />
          <Button
            type="primary"
            loading={confirm.busy}
            disabled={!opinion.trim() || left > 0}
            title={left > 0 ? t('rescreening.left', { left }) : common('action.confirm')}
            onClick={() => confirm.run()}
          >
            {t('rescreening.confirm')}
          </Button>
        </Flex>
      )}
      {confirm.error && <ProblemAlert error={confirm.error} />}
    </Flex>
  );
}
