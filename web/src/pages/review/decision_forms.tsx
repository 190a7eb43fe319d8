// What the reviewer fills in: the five points, the problems, the decision.
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schema } from '@/api/client';
import { useAction } from '@/components/action';
import { ChecklistForm } from '@/components/content/checklist_form';
import { Section } from '@/components/section';
import { approvalOf, rejectionOf, type ReviewDraft } from './decision';
import { DecisionPanel } from './decision_panel';
import { ProblemsPanel } from './problems_panel';

interface Props {
  content: Schema<'ContentView'>;
  draft: ReviewDraft;
  change: (part: Partial<ReviewDraft>) => void;
  forget: () => void;
  onAddProblem: () => void;
  bar: string | null;
}

function useDecision(content: Props['content'], forget: () => void) {
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

export function DecisionForms({ content, draft, change, forget, onAddProblem, bar }: Props) {
  const { t } = useTranslation('review');
  const { approve, reject } = useDecision(content, forget);
  const disabled = bar !== null;
  return (
    <>
      <Section title={t('checklist.title')} extra={t('checklist.clause')}>
        <ChecklistForm
          answers={draft.answers}
          onChange={(answers) => change({ answers })}
          disabled={disabled}
        />
      </Section>
      <ProblemsPanel
        problems={draft.problems}
        text={content.latest.text}
        onChange={(problems) => change({ problems })}
        onAdd={onAddProblem}
        disabled={disabled}
      />
      <DecisionPanel
        draft={draft}
        findings={content.latest.screening.findings}
        onOpinion={(opinion) => change({ opinion })}
        onApprove={() => approve.run(approvalOf(draft))}
        onReject={() => reject.run(rejectionOf(draft))}
        busy={approve.busy || reject.busy}
        bar={bar}
      />
    </>
  );
}
