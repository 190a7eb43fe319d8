// Compliance's review of a submitted content: the text with its findings, what changed, the five points, the decision.
import { Alert, Button, Flex, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useCan, useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { ChecklistForm } from '@/components/content/checklist_form';
import { ReviewHistory } from '@/components/content/review_history';
import { comparableVersions } from '@/components/content/rounds';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { UserName } from '@/components/user_name';
import { Section } from '@/components/section';
import { ContextPanel } from './context_panel';
import { approvalOf, barOf, rejectionOf } from './decision';
import { DecisionPanel } from './decision_panel';
import { DiffPanel } from './diff_panel';
import { FindingsPanel } from './findings_panel';
import { PreviewPanel } from './preview_panel';
import { ProblemDialog } from './problem_dialog';
import { type ProblemStart, startFromFinding } from './problem_place';
import { ProblemsPanel } from './problems_panel';
import { type Neighbours, useNeighbours, useQueueKeys } from './queue';
import { useReviewDraft } from './use_review_draft';
import './review.css';

type Content = Schema<'ContentView'>;

export default function ReviewPage() {
  const { id = '' } = useParams();
  const query = $api.useQuery('get', '/api/v1/contents/{content_id}', {
    params: { path: { content_id: id } },
  });
  const neighbours = useNeighbours(id);
  useQueueKeys(neighbours);
  const { t } = useTranslation('review');
  const content = query.data;
  return (
    <Page
      back="/review"
      title={content?.name ?? t('title')}
      subtitle={content && <Subtitle content={content} />}
      actions={<QueueButtons neighbours={neighbours} />}
    >
      <QueryView query={query} rows={10}>
        {(data) => <Review key={data.version_id} content={data} neighbours={neighbours} />}
      </QueryView>
    </Page>
  );
}

function Subtitle({ content }: { content: Content }) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const submission = content.reviews.findLast((review) => review.kind === 'submission');
  return (
    <>
      <TermTag list="content_state" name={content.state} />
      {term('message_class', content.message_class)} · {t('version', { number: content.version_number })} ·{' '}
      {t('round', { round: content.round })}
      {submission && (
        <>
          {' · '}
          {t('submitted')} <UserName id={submission.reviewer_id} />{' '}
          <TimeText value={submission.reviewed_at} />
        </>
      )}
    </>
  );
}

function QueueButtons({ neighbours }: { neighbours: Neighbours }) {
  const { t } = useTranslation('review');
  const navigate = useNavigate();
  const { previous, next, position, waiting } = neighbours;
  return (
    <Flex gap={8} align="center" wrap>
      <span className="tabular">
        {position > 0 ? t('queue.position', { position, waiting }) : t('queue.waiting', { waiting })}
      </span>
      <Button disabled={!previous} onClick={() => navigate(`/review/${previous}`)}>
        {t('queue.previous')} <kbd>k</kbd>
      </Button>
      <Button disabled={!next} onClick={() => navigate(`/review/${next}`)}>
        {t('queue.next')} <kbd>j</kbd>
      </Button>
    </Flex>
  );
}

function useBar(content: Content, context: Schema<'ReviewContext'> | undefined): string | null {
  const session = useSession();
  const can = useCan();
  if (context) return context.may_decide ? null : (context.why_not ?? 'no_permission');
  return barOf(content, { id: session.id, mayReview: can('content.review') });
}

function useDecision(content: Content, forget: () => void) {
  const { t } = useTranslation('review');
  const params = { path: { content_id: content.id }, header: ifMatch(content.version) };
  const approve = useAction(
    (body: Schema<'ApproveContent'>) => api.POST('/api/v1/contents/{content_id}/approve', { params, body }),
    { done: t('decision.approved'), onDone: forget },
  );
  const reject = useAction(
    (body: Schema<'RejectContent'>) => api.POST('/api/v1/contents/{content_id}/reject', { params, body }),
    { done: t('decision.rejected'), onDone: forget },
  );
  return { approve, reject };
}

function Review({ content, neighbours }: { content: Content; neighbours: Neighbours }) {
  const { t } = useTranslation('review');
  const { language } = usePreferences();
  const { draft, change, forget } = useReviewDraft(content.version_id);
  const [active, setActive] = useState<string>();
  const [start, setStart] = useState<ProblemStart | null>(null);
  const context = $api.useQuery('get', '/api/v1/contents/{content_id}/review_context', {
    params: { path: { content_id: content.id } },
  });
  const bar = useBar(content, context.data);
  const { approve, reject } = useDecision(content, forget);
  const { latest } = content;
  const known = comparableVersions(content.reviews, latest.number);
  const disabled = bar !== null;
  const show = (key: string) => {
    setActive(key);
    document.getElementById(key)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <Decided content={content} neighbours={neighbours} />
      <div className="review-grid">
        <div className="review-preview">
          <PreviewPanel
            version={latest}
            problems={draft.problems}
            active={active}
            onPick={show}
            onAdd={(selection) => setStart({ selection })}
            disabled={disabled}
          />
        </div>
        <div className="review-column">
          <ContextPanel query={context} />
          <div id="findings">
            <FindingsPanel
              findings={latest.screening.findings}
              dispositions={draft.dispositions}
              onDispose={(finding, disposition) =>
                change({ dispositions: { ...draft.dispositions, [finding]: disposition } })
              }
              onProblem={(finding) => setStart(startFromFinding(finding, latest.text, language))}
              active={active}
              onShow={setActive}
              disabled={disabled}
            />
          </div>
          <DiffPanel contentId={content.id} latest={latest.number} {...known} />
          <Section title={t('checklist.title')} extra={t('checklist.clause')}>
            <ChecklistForm
              answers={draft.answers}
              onChange={(answers) => change({ answers })}
              disabled={disabled}
            />
          </Section>
          <ProblemsPanel
            problems={draft.problems}
            text={latest.text}
            onChange={(problems) => change({ problems })}
            onAdd={() => setStart({})}
            disabled={disabled}
          />
          <DecisionPanel
            draft={draft}
            findings={latest.screening.findings}
            onOpinion={(opinion) => change({ opinion })}
            onApprove={() => approve.run(approvalOf(draft))}
            onReject={() => reject.run(rejectionOf(draft))}
            busy={approve.busy || reject.busy}
            bar={bar}
          />
          <Section title={t('history.title')} extra={t('round', { round: content.round })}>
            <ReviewHistory content={content} />
          </Section>
        </div>
      </div>
      <ProblemDialog
        start={start}
        text={latest.text}
        onAdd={(problem) => change({ problems: [...draft.problems, problem] })}
        onClose={() => setStart(null)}
      />
    </>
  );
}

/** After the decision: its opinion, and the way on. */
function Decided({ content, neighbours }: { content: Content; neighbours: Neighbours }) {
  const { t } = useTranslation('review');
  const navigate = useNavigate();
  const last = content.reviews.findLast((review) => review.version_id === content.version_id);
  if (last?.kind !== 'compliance') return null;
  const approved = last.decision === 'approved';
  return (
    <Alert
      style={{ marginBlockEnd: 16 }}
      type={approved ? 'success' : 'warning'}
      showIcon
      title={t(approved ? 'decided.approved' : 'decided.rejected', { number: last.opinion_number })}
      action={
        <Flex gap={8} wrap>
          <Link to={`/contents/${content.id}/opinions/${last.id}`}>{t('decided.opinion')}</Link>
          {neighbours.next && (
            <Tooltip title="j">
              <Button size="small" onClick={() => navigate(`/review/${neighbours.next}`)}>
                {t('queue.next')}
              </Button>
            </Tooltip>
          )}
        </Flex>
      }
    />
  );
}
