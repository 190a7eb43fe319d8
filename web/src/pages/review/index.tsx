// Compliance's review of a submitted content: the text with its findings, what changed, the five points, the decision.
import { Alert, Button, Flex, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useCan, useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import type { Dispositions } from '@/components/content/dispositions';
import { QualificationNeeds } from '@/components/content/qualification_needs';
import { ReviewHistory } from '@/components/content/review_history';
import { comparableVersions, isCompliance } from '@/components/content/rounds';
import { ScreeningFacts } from '@/components/content/screening_facts';
import { SecondReviewNotice } from '@/components/content/second_review';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { QueryView } from '@/components/query_view';
import { UserName } from '@/components/user_name';
import { Section } from '@/components/section';
import { ContextPanel } from './context_panel';
import { awaitsDecision, barOf, type ReviewDraft } from './decision';
import { DecisionForms } from './decision_forms';
import { DiffPanel } from './diff_panel';
import { FindingsPanel } from './findings_panel';
import { PreviewPanel, type StandingProblem } from './preview_panel';
import { ProblemDialog } from './problem_dialog';
import { anchored, type ProblemStart, startFromFinding } from './problem_place';
import { SignaturePanel } from './signature_panel';
import { type Neighbours, useNeighbours, useQueueKeys } from './queue';
import { useReviewDraft } from './use_review_draft';
import './review.css';

type Content = Schema<'ContentView'>;
type Requirements = Schema<'ContentRequirements'>;

// Who comes back to a content in its next round is not to be shown the last one.
const kAlways = { refetchOnMount: 'always' } as const;

export default function ReviewPage() {
  const { id = '' } = useParams();
  const query = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}',
    { params: { path: { content_id: id } } },
    kAlways,
  );
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
      <TermTag list="content_state" name={content.state} /> {term('message_class', content.message_class)} ·{' '}
      {t('version', { number: content.version_number })} · {t('round', { round: content.round })}
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
  // The context may be a moment older than the content.
  if (!awaitsDecision(content)) return 'not_submitted';
  if (context) return context.may_decide ? null : (context.why_not ?? 'no_permission');
  return barOf(content, { id: session.id, mayReview: can('content.review') });
}

function Review({ content, neighbours }: { content: Content; neighbours: Neighbours }) {
  const { t } = useTranslation('review');
  const { language } = usePreferences();
  const { draft, change, forget } = useReviewDraft(content.version_id);
  const [active, setActive] = useState<string>();
  const [start, setStart] = useState<ProblemStart | null>(null);
  const context = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/review_context',
    { params: { path: { content_id: content.id } } },
    kAlways,
  );
  const bar = useBar(content, context.data);
  const { latest } = content;
  const known = comparableVersions(content.reviews, latest.number);
  const disabled = bar !== null;
  // Once decided, what was put down stands in the history and in the opinion.
  const open = awaitsDecision(content);
  const asked = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/requirements',
    { params: { path: { content_id: content.id } } },
    { ...kAlways, enabled: open },
  );
  const sectors = asked.data?.sectors ?? [];
  const show = (key: string) => {
    setActive(key);
    document.getElementById(key)?.scrollIntoView({ block: 'nearest' });
  };
  return (
    <>
      <Decided content={content} neighbours={neighbours} />
      {open && <SignaturePanel signature={content.signature} text={latest.text.signature} />}
      {open && <Asked content={content} query={asked} />}
      <div className="review-grid">
        <div className="review-preview">
          <PreviewPanel
            version={latest}
            problems={draft.problems}
            standing={open ? standingOf(content, draft) : []}
            active={active}
            onPick={show}
            onAdd={(selection) => setStart({ selection })}
            onAnchor={(number, selection) =>
              change({
                judgements: {
                  ...draft.judgements,
                  [number]: anchored(
                    draft.judgements[number] ?? { note: '' },
                    latest.text,
                    selection.text,
                    selection,
                  ),
                },
              })
            }
            disabled={disabled}
          />
        </div>
        <div className="review-column">
          <ContextPanel query={context} />
          <div id="findings">
            <FindingsPanel
              findings={latest.screening.findings}
              dispositions={open ? draft.dispositions : recorded(content)}
              onDispose={(finding, disposition) =>
                change({ dispositions: { ...draft.dispositions, [finding]: disposition } })
              }
              onProblem={(finding) => setStart(startFromFinding(finding, latest.text, language))}
              active={active}
              onShow={setActive}
              disabled={disabled}
            />
          </div>
          <ScreeningFacts screening={latest.screening} />
          <DiffPanel contentId={content.id} latest={latest.number} {...known} />
          {open && (
            <DecisionForms
              content={content}
              draft={draft}
              change={change}
              forget={forget}
              onAddProblem={() => setStart({})}
              bar={bar}
              sectors={sectors}
              needs={asked.data?.qualifications ?? []}
              passesOn={content.state === 'submitted' && (asked.data?.second_review_reasons.length ?? 0) > 0}
              waiting={!asked.data}
            />
          )}
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

/** The problems of the round before that the reviewer says stand. */
function standingOf(content: Content, draft: ReviewDraft): StandingProblem[] {
  return content.open_problems.flatMap(({ number, problem }) => {
    const given = draft.judgements[number];
    return given?.outcome === 'stands'
      ? [{ number, text: given.note.trim() || problem.text, span: given.span }]
      : [];
  });
}

/** Why a second person decides, and what cannot be said of the requirements. */
function Asked({ content, query }: { content: Content; query: { data?: Requirements; error: unknown } }) {
  const { t } = useTranslation('review');
  const first = content.reviews.findLast((review) => review.decision === 'passed_on');
  if (query.error) return <ProblemAlert error={query.error} />;
  if (!query.data) return null;
  return (
    <Flex vertical gap={12} style={{ marginBlockEnd: 16 }}>
      {content.latest.carries_personal_data && <Alert type="warning" showIcon title={t('personal_data')} />}
      <QualificationNeeds needs={query.data.qualifications} />
      <SecondReviewNotice
        contentId={content.id}
        reasons={query.data.second_review_reasons}
        first={query.data.second_review}
        reviewId={first?.id}
      />
    </Flex>
  );
}

/** The dispositions of the review that decided on the latest version. */
function recorded(content: Content): Dispositions {
  const last = content.reviews.findLast((review) => review.version_id === content.version_id);
  return Object.fromEntries((last?.dispositions ?? []).map(({ finding, ...given }) => [finding, given]));
}

/** After the decision: its opinion, and the way on. */
function Decided({ content, neighbours }: { content: Content; neighbours: Neighbours }) {
  const { t } = useTranslation('review');
  const navigate = useNavigate();
  const last = content.reviews.findLast((review) => review.version_id === content.version_id);
  if (awaitsDecision(content)) return null;
  if (!last || !isCompliance(last))
    return <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('bar.not_submitted')} />;
  const approved = last.decision === 'approved';
  return (
    <Alert
      style={{ marginBlockEnd: 16 }}
      type={approved ? 'success' : 'warning'}
      showIcon
      title={t(approved ? 'decided.approved' : 'decided.rejected', { number: last.opinion_number })}
      action={
        <Flex gap={8} wrap>
          <Link to={`/contents/${content.id}/opinions/${last.id}`} style={{ textDecoration: 'underline' }}>
            {t('decided.opinion')}
          </Link>
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
