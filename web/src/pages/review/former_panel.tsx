// The problems of the round before beside the new text: each is accepted as resolved, or stands, at a place of it.
import { Flex, Input, Radio, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { GivenAnswerView, OpenProblemView } from '@/components/content/open_problem_view';
import type { MessageText } from '@/components/content/findings';
import type { Judgement, Judgements, OpenProblem } from '@/components/content/open_problems';
import { Section } from '@/components/section';
import { anchored, standing } from './problem_place';

interface Props {
  problems: readonly OpenProblem[];
  /** The new one. */
  text: MessageText;
  judgements: Judgements;
  onChange: (judgements: Judgements) => void;
  disabled: boolean;
}

export function FormerPanel({ problems, text, judgements, onChange, disabled }: Props) {
  const { t } = useTranslation('review');
  if (problems.length === 0) return null;
  return (
    <Section title={t('former.title')} extra={t('former.clause')}>
      <Flex vertical gap={16}>
        <Typography.Text type="secondary">{t('former.hint')}</Typography.Text>
        {problems.map((open) => (
          <OpenProblemView key={open.number} open={open}>
            <GivenAnswerView answer={open.answer} />
            <JudgementForm
              problem={open}
              text={text}
              given={judgements[open.number] ?? { note: '' }}
              onChange={(given) => onChange({ ...judgements, [open.number]: given })}
              disabled={disabled}
            />
          </OpenProblemView>
        ))}
      </Flex>
    </Section>
  );
}

interface FormProps {
  problem: OpenProblem;
  text: MessageText;
  given: Judgement;
  onChange: (given: Judgement) => void;
  disabled: boolean;
}

function JudgementForm({ problem, text, given, onChange, disabled }: FormProps) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const number = problem.number + 1;
  const absent = Boolean(given.words && !given.span);
  return (
    <Flex gap={8} wrap style={{ marginBlockStart: 6 }}>
      <Radio.Group
        size="small"
        optionType="button"
        disabled={disabled}
        aria-label={t('former.outcome_of', { number })}
        value={given.outcome ?? null}
        onChange={({ target }) =>
          onChange(
            target.value === 'stands'
              ? standing(given, problem, text)
              : { outcome: target.value, note: given.note },
          )
        }
        options={(['accepted', 'stands'] as const).map((value) => ({
          value,
          label: term('problem_outcome', value),
        }))}
      />
      {given.outcome && (
        <Input
          size="small"
          style={{ flex: '1 1 260px' }}
          disabled={disabled}
          aria-label={t('former.note_of', { number })}
          placeholder={t(`former.note_${given.outcome}`)}
          maxLength={2000}
          value={given.note}
          onChange={(event) => onChange({ ...given, note: event.target.value })}
        />
      )}
      {given.outcome === 'stands' && (
        <Input
          size="small"
          style={{ flex: '1 1 260px' }}
          disabled={disabled}
          status={absent ? 'error' : undefined}
          suffix={absent && <Typography.Text type="danger">{t('former.words_absent')}</Typography.Text>}
          aria-label={t('former.words_of', { number })}
          aria-invalid={absent}
          placeholder={t('former.words')}
          value={given.words ?? ''}
          onChange={(event) => onChange(anchored(given, text, event.target.value))}
        />
      )}
    </Flex>
  );
}
