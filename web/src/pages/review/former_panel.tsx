// The problems of the round before beside the new text: each is accepted as resolved, or stands.
import { Flex, Input, Radio, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { GivenAnswerView, OpenProblemView } from '@/components/content/open_problem_view';
import type { Judgement, Judgements, OpenProblem } from '@/components/content/open_problems';
import { Section } from '@/components/section';

interface Props {
  problems: readonly OpenProblem[];
  judgements: Judgements;
  onChange: (judgements: Judgements) => void;
  disabled: boolean;
}

export function FormerPanel({ problems, judgements, onChange, disabled }: Props) {
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
              number={open.number + 1}
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
  number: number;
  given: Judgement;
  onChange: (given: Judgement) => void;
  disabled: boolean;
}

function JudgementForm({ number, given, onChange, disabled }: FormProps) {
  const { t } = useTranslation('review');
  const term = useTerm();
  return (
    <Flex gap={8} wrap style={{ marginBlockStart: 6 }}>
      <Radio.Group
        size="small"
        optionType="button"
        disabled={disabled}
        aria-label={t('former.outcome_of', { number })}
        value={given.outcome ?? null}
        onChange={(event) => onChange({ ...given, outcome: event.target.value })}
        options={(['accepted', 'stands'] as const).map((value) => ({
          value,
          label: term('problem_outcome', value),
        }))}
      />
      {given.outcome && (
        <Input
          size="small"
          style={{ flex: '1 1 180px' }}
          disabled={disabled}
          aria-label={t('former.note_of', { number })}
          placeholder={t(`former.note_${given.outcome}`)}
          maxLength={2000}
          value={given.note}
          onChange={(event) => onChange({ ...given, note: event.target.value })}
        />
      )}
    </Flex>
  );
}
