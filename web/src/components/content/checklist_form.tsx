// The five points, each to be answered yes or no with a note.
import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
import { PointForm, PointsView } from './answered_point';
import { type Answers, type CheckAnswer, kPoints, type Point } from './checklist';

interface Props {
  answers: Answers;
  onChange: (answers: Answers) => void;
  disabled?: boolean;
  /** Whether a yes needs a note. */
  notes?: boolean;
}

export function ChecklistForm({ answers, onChange, disabled, notes = true }: Props) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const change = (point: Point, part: Partial<NonNullable<Answers[Point]>>) =>
    onChange({ ...answers, [point]: { note: '', ...answers[point], ...part } });
  return (
    <Flex vertical gap={16}>
      {kPoints.map((point) => {
        const name = term('check_point', point);
        return (
          <PointForm
            key={point}
            id={`point-${point}`}
            name={name}
            given={answers[point]}
            onChange={(part) => change(point, part)}
            placeholder={notes ? t('checklist.note_hint') : t('checklist.note_optional')}
            disabled={disabled}
          >
            <Typography.Text strong>{name}</Typography.Text>
            <Typography.Text type="secondary" style={{ display: 'block' }}>
              {t(`point.${point}`)}
            </Typography.Text>
          </PointForm>
        );
      })}
    </Flex>
  );
}

/** Given answers, to be read. */
export function ChecklistView({ checklist }: { checklist: readonly CheckAnswer[] }) {
  const term = useTerm();
  return (
    <PointsView
      points={checklist.map((item) => ({
        key: item.point,
        name: term('check_point', item.point),
        answer: item.answer,
        note: item.note,
      }))}
    />
  );
}
