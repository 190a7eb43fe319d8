// What the reviewer fills in: the five points, the problems, the decision.
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schema } from '@/api/client';
import { useAction } from '@/components/action';
import { ChecklistForm } from '@/components/content/checklist_form';
import type { Sector } from '@/components/content/sector_items';
import { SectorItemsForm } from '@/components/content/sector_items_form';
import { Section } from '@/components/section';
import { approvalOf, rejectionOf, type ReviewDraft } from './decision';
import { DecisionPanel } from './decision_panel';
import { FormerPanel } from './former_panel';
import { ProblemsPanel } from './problems_panel';

interface Props {
  content: Schema<'ContentView'>;
  draft: ReviewDraft;
  change: (part: Partial<ReviewDraft>) => void;
  forget: () => void;
  onAddProblem: () => void;
  bar: string | null;
  sectors: readonly Sector[];
  needs: readonly Schema<'QualificationNeed'>[];
  /** An approval leads to a second person. */
  passesOn: boolean;
  /** What approving asks for is not known (yet): nothing can be decided. */
  waiting: boolean;
}

function useDecision(content: Props['content'], forget: () => void, passesOn: boolean) {
  const { t } = useTranslation('review');
  const params = { path: { content_id: content.id }, header: ifMatch(content.version) };
  const approve = useAction(
    (body: Schema<'ApproveContent'>) => api.POST('/api/v1/contents/{content_id}/approve', { params, body }),
    { done: t(passesOn ? 'decision.passed_on' : 'decision.approved'), onDone: forget },
  );
  const reject = useAction(
    (body: Schema<'RejectContent'>) => api.POST('/api/v1/contents/{content_id}/reject', { params, body }),
    { done: t('decision.rejected'), onDone: forget },
  );
  return { approve, reject };
}

export function DecisionForms({
  content,
  draft,
  change,
  forget,
  onAddProblem,
  bar,
  sectors,
  needs,
  passesOn,
  waiting,
}: Props) {
  const { t } = useTranslation('review');
  const { approve, reject } = useDecision(content, forget, passesOn);
  const disabled = bar !== null;
  const former = content.open_problems;
  return (
    <>
      <FormerPanel
        problems={former}
        text={content.latest.text}
        judgements={draft.judgements}
        onChange={(judgements) => change({ judgements })}
        disabled={disabled}
      />
      <Section title={t('checklist.title')} extra={t('checklist.clause')}>
        <ChecklistForm
          answers={draft.answers}
          onChange={(answers) => change({ answers })}
          disabled={disabled}
        />
      </Section>
      {sectors.length > 0 && (
        <Section title={t('sectors.title')} extra={t('sectors.clause')}>
          <SectorItemsForm
            sectors={sectors}
            answers={draft.items}
            onChange={(items) => change({ items })}
            disabled={disabled}
          />
        </Section>
      )}
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
        sectors={sectors}
        needs={needs}
        former={former}
        signature={content.signature.word}
        onOpinion={(opinion) => change({ opinion })}
        onApprove={() => approve.run(approvalOf(draft, sectors, former))}
        onReject={() => reject.run(rejectionOf(draft, sectors, former))}
        busy={waiting || approve.busy || reject.busy}
        bar={bar}
      />
    </>
  );
}
