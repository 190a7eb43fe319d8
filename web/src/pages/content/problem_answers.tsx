// The problems of a rejection, each to be answered by whoever revises the text; to be read by the others.
import { Button, Flex, Input, Radio, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { GivenAnswerView, OpenProblemView } from '@/components/content/open_problem_view';
import {
  allContested,
  type AnswerDraft,
  changedAnswers,
  draftsOf,
  type OpenProblem,
  unanswered,
} from '@/components/content/open_problems';
import type { Content } from './draft';

export function ProblemAnswers({ content }: { content: Content }) {
  const can = useCan();
  const problems = content.open_problems;
  if (can('content.write')) return <Form key={problems[0]?.review_id} content={content} />;
  return (
    <Flex vertical gap={10}>
      {problems.map((open) => (
        <OpenProblemView key={open.number} open={open}>
          <GivenAnswerView answer={open.answer} />
        </OpenProblemView>
      ))}
    </Flex>
  );
}

function Form({ content }: { content: Content }) {
  const { t } = useTranslation('content');
  const problems = content.open_problems;
  const [drafts, setDrafts] = useState(() => draftsOf(problems));
  const changed = changedAnswers(problems, drafts);
  const left = unanswered(content).length;
  const save = useAction(
    () =>
      api.POST('/api/v1/contents/{content_id}/problem_answers', {
        params: { path: { content_id: content.id }, header: ifMatch(content.version) },
        body: { review_id: problems[0]!.review_id, answers: changed },
      }),
    { done: t('answers.saved') },
  );
  return (
    <Flex vertical gap={12} role="group" aria-label={t('answers.title')}>
      <Typography.Text strong>{t('answers.title')}</Typography.Text>
      {problems.map((open) => (
        <AnswerForm
          key={open.number}
          open={open}
          draft={drafts[open.number] ?? { text: '' }}
          onChange={(draft) => setDrafts({ ...drafts, [open.number]: draft })}
        />
      ))}
      <Flex gap={12} wrap align="center">
        <Button type="primary" disabled={changed.length === 0} loading={save.busy} onClick={() => save.run()}>
          {t('answers.save')}
        </Button>
        <Typography.Text type="secondary">
          {left > 0 ? t('answers.left', { left }) : t('answers.done')}
        </Typography.Text>
      </Flex>
      {allContested(content) && content.state === 'rejected' && <div>{t('answers.all_contested')}</div>}
    </Flex>
  );
}

interface AnswerProps {
  open: OpenProblem;
  draft: AnswerDraft;
  onChange: (draft: AnswerDraft) => void;
}

function AnswerForm({ open, draft, onChange }: AnswerProps) {
  const { t } = useTranslation('content');
  const term = useTerm();
  const number = open.number + 1;
  return (
    <OpenProblemView open={open}>
      <Flex gap={8} wrap style={{ marginBlockStart: 6 }}>
        <Radio.Group
          optionType="button"
          size="small"
          aria-label={t('answers.answer_of', { number })}
          value={draft.answer ?? null}
          onChange={(event) => onChange({ ...draft, answer: event.target.value })}
          options={(['resolved', 'contested'] as const).map((value) => ({
            value,
            label: term('problem_answer', value),
          }))}
        />
        <Input
          size="small"
          style={{ flex: '1 1 220px' }}
          aria-label={t('answers.text_of', { number })}
          placeholder={draft.answer ? t(`answers.hint_${draft.answer}`) : undefined}
          maxLength={2000}
          value={draft.text}
          onChange={(event) => onChange({ ...draft, text: event.target.value })}
        />
      </Flex>
    </OpenProblemView>
  );
}
