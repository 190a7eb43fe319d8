// A problem of the last rejection as it was named; and what a review said of those before it.
import { Flex, Tag, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { TermTag } from '../marks';
import { formerKey } from './findings';
import type { OpenProblem } from './open_problems';

export function OpenProblemView({ open, children }: { open: OpenProblem; children?: ReactNode }) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const { problem } = open;
  return (
    <div id={formerKey(open.number)} role="group" aria-label={`${open.number + 1}. ${problem.text}`}>
      <span className="tabular">{open.number + 1}.</span> <Tag>{term('category', problem.category)}</Tag>
      {problem.span && <Typography.Text type="secondary">{t(`part.${problem.span.part}`)} </Typography.Text>}
      {open.quote && <span className="text-mark text-mark-problem message-text">“{open.quote}”</span>}{' '}
      <span className="message-text">{problem.text}</span>{' '}
      {problem.carried_from && (
        <Tag color="red">{t('former.carried', { round: problem.carried_from.round })}</Tag>
      )}
      {children}
    </div>
  );
}

export function GivenAnswerView({ answer }: { answer: OpenProblem['answer'] }) {
  const { t } = useTranslation('review');
  if (!answer) return <Typography.Text type="secondary">{t('former.unanswered')}</Typography.Text>;
  return (
    <div>
      {t('former.answered')} <TermTag list="problem_answer" name={answer.answer} />{' '}
      <span className="message-text">{answer.text}</span>
    </div>
  );
}

/** What a review said of each problem of the rejection before it. */
export function JudgementList({ judgements }: { judgements: readonly Schema<'ProblemJudgementView'>[] }) {
  const { t } = useTranslation('review');
  const term = useTerm();
  if (judgements.length === 0) return null;
  return (
    <ol style={{ margin: 0, paddingInlineStart: 22 }}>
      {judgements.map((one) => (
        <li key={one.number} style={{ paddingBlock: 3 }}>
          <Flex gap="2px 8px" wrap>
            <span>
              {term('category', one.category)}
              {one.quote && ` “${one.quote}”`}
              {t('colon')}
              <span className="message-text">{one.text}</span>
            </span>
            <span>
              {t('former.answered')} {term('problem_answer', one.answer)}
              {one.answer_text && `${t('colon')}${one.answer_text}`}
            </span>
            <b>
              {term('problem_outcome', one.outcome)}
              {one.note && `${t('colon')}${one.note}`}
            </b>
          </Flex>
        </li>
      ))}
    </ol>
  );
}
