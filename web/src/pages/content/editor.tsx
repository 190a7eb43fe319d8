// Writing a content: the form, with screening, cost and preview beside it as one writes.
import { Button, Form, Modal, Tooltip } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBlocker, useNavigate } from 'react-router';
import { api, ifMatch, newIdempotencyKey } from '@/api/client';
import { asProblem, type Problem } from '@/api/problem';
import { useAction } from '@/components/action';
import { findingSpans, type Part } from '@/components/content/findings';
import { useFindingLabel } from '@/components/content/finding_view';
import { showFaults } from '@/components/form_faults';
import { shiftSpans, type TextSpan } from '@/components/highlight_spans';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { Section } from '@/components/section';
import { Conflict } from './conflict';
import { Deeds } from './deeds';
import {
  type Content,
  type Draft,
  draftOf,
  emptyValues,
  fieldOf,
  sameDraft,
  savedMeanwhile,
  textOf,
  type Values,
  valuesOf,
  withCompliance,
} from './draft';
import { Fields } from './fields';
import { PreviewSide } from './preview_side';
import { Records } from './records';
import { Reader } from './reader';
import { problemSpans } from './rejection';
import { Rescreening } from './rescreening';
import { Road } from './road';
import { Subtitle } from './subtitle';
import { type Measured, useMeasured } from './use_measured';
import { VariablesTable } from './variables_table';

async function save(base: Content | null, draft: Draft): Promise<Content> {
  if (!base) {
    const params = { header: { 'Idempotency-Key': newIdempotencyKey() } };
    return (await api.POST('/api/v1/contents', { params, body: draft })).data!;
  }
  const params = { path: { content_id: base.id }, header: ifMatch(base.version) };
  return (await api.PUT('/api/v1/contents/{content_id}', { params, body: draft })).data!;
}

/** Findings of what was measured and problems of what was sent back, on the text as it stands now. */
function useSpans(
  measured: Measured | undefined,
  draft: Draft,
  base: Content | null,
): (part: Part) => TextSpan[] {
  const label = useFindingLabel();
  return (part) => {
    const found = measured ? findingSpans(measured.screening.findings, part, label) : [];
    return [
      ...shiftSpans(measured?.text[part] ?? '', draft[part], found),
      ...(base ? problemSpans(base, draft, part) : []),
    ];
  };
}

/** Asks before text that is not saved is left. */
function useGuard(dirty: boolean, leaving: React.RefObject<boolean>) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      dirty && !leaving.current && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!dirty) return;
    const listener = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener('beforeunload', listener);
    return () => window.removeEventListener('beforeunload', listener);
  }, [dirty]);
  return (
    <Modal
      open={blocker.state === 'blocked'}
      title={t('leave.title')}
      okText={t('leave.leave')}
      okButtonProps={{ danger: true }}
      cancelText={common('action.cancel')}
      onOk={() => blocker.proceed?.()}
      onCancel={() => blocker.reset?.()}
    >
      {t('leave.means')}
    </Modal>
  );
}

export function Editor({ content }: { content: Content | null }) {
  const { t } = useTranslation('content');
  const { t: common } = useTranslation();
  const navigate = useNavigate();
  const [form] = Form.useForm<Values>();
  const [saved, setBase] = useState(content);
  const leaving = useRef(false);
  // A step of the review that left the text alone is no conflict: go on from there.
  const conflict = savedMeanwhile(saved, content);
  const base = content && saved && content.version > saved.version && !conflict ? content : saved;
  const [initial] = useState(() => (content ? valuesOf(content) : emptyValues(t('opt_out_default'))));
  const watched = Form.useWatch([], { form, preserve: true }) as Values | undefined;
  const values = watched?.message_class ? watched : initial;
  const draft = draftOf(values);
  const dirty = !sameDraft(draft, draftOf(base ? valuesOf(base) : emptyValues(t('opt_out_default'))));
  const locked = base !== null && withCompliance(base);
  // What nobody may change now is easier to read as a page than as a form.
  const readable = locked && !dirty && base;
  const { measured, error, current } = useMeasured(textOf(draft));
  const spansOf = useSpans(measured, draft, base);
  const guard = useGuard(dirty, leaving);
  const [problem, setProblem] = useState<Problem | null>(null);

  const saving = useAction((next: Draft) => save(base, next), {
    done: common('state.saved'),
    onDone: (result) => {
      setProblem(null);
      setBase(result);
      if (base) return;
      leaving.current = true;
      void navigate(`/contents/${result.id}`, { replace: true });
    },
  });
  const run = () =>
    saving.runAsync(draft).catch((cause: unknown) => {
      const found = asProblem(cause);
      found.errors.forEach((fault) => (fault.field = fieldOf(fault.field, draft)));
      const left = showFaults(form, found);
      setProblem(found.errors.length > 0 && left.length === 0 ? null : found);
    });
  const take = () => {
    if (!content) return;
    form.setFieldsValue(valuesOf(content));
    setBase(content);
    setProblem(null);
  };
  return (
    <Page
      back="/contents"
      title={base?.name ?? t('new')}
      subtitle={base && <Subtitle content={base} />}
      actions={
        <>
          {base && <Deeds content={base} dirty={dirty} />}
          <Tooltip title={locked ? t('road.locked') : undefined}>
            <Button
              type={dirty ? 'primary' : 'default'}
              disabled={locked || !dirty || conflict}
              loading={saving.busy}
              onClick={() => form.submit()}
            >
              {common('action.save')}
            </Button>
          </Tooltip>
        </>
      }
    >
      {base && !readable && <Road content={base} />}
      {base && !readable && <Rescreening content={base} />}
      {conflict && content && (
        <Conflict theirs={content} mine={draft} onKeep={() => setBase(content)} onTake={take} />
      )}
      {problem && !conflict && <ProblemAlert error={problem} />}
      {readable ? (
        <Reader content={readable} />
      ) : (
        <div className="content-grid">
          <div className="content-column">
            <Form<Values>
              form={form}
              layout="vertical"
              initialValues={initial}
              disabled={locked}
              onFinish={() => void run()}
              scrollToFirstError
            >
              <Section title={t('text')}>
                <Fields
                  spansOf={spansOf}
                  faults={measured?.faults ?? []}
                  values={values}
                  shipped={base?.origin === 'system'}
                  found={measured?.sectors ?? []}
                  signature={measured?.signature}
                />
              </Section>
              <Section title={t('variables.title')} style={{ marginBlockStart: 16 }}>
                <VariablesTable variables={draft.variables} />
              </Section>
            </Form>
            <Records content={base} text={textOf(draft)} />
          </div>
          <PreviewSide
            text={textOf(draft)}
            measured={measured}
            spansOf={spansOf}
            error={error}
            current={current}
            contentId={base?.id}
          />
        </div>
      )}
      {guard}
    </Page>
  );
}
