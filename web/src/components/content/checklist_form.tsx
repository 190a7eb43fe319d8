// The five points, each to be answered yes or no with a note.
import { Flex, Input, Radio, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useTerm } from '@/app/terms';
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
        const given = answers[point];
        const name = term('check_point', point);
        return (
          <div key={point} role="group" aria-label={name} id={`point-${point}`}>
            <Flex justify="space-between" gap={12} wrap align="flex-start">
              <div style={{ flex: '1 1 220px' }}>
                <Typography.Text strong>{name}</Typography.Text>
                <Typography.Text type="secondary" style={{ display: 'block' }}>
                  {t(`point.${point}`)}
                </Typography.Text>
              </div>
              <Radio.Group
                disabled={disabled}
                aria-label={t('checklist.answer_of', { point: name })}
                optionType="button"
                buttonStyle="solid"
                value={given?.answer ?? null}
                onChange={(event) => change(point, { answer: event.target.value })}
                options={[
                  { value: 'yes', label: t('checklist.yes') },
                  { value: 'no', label: t('checklist.no') },
                ]}
              />
            </Flex>
            <Input
              style={{ marginBlockStart: 6 }}
              disabled={disabled}
              aria-label={t('checklist.note_of', { point: name })}
              placeholder={notes ? t('checklist.note_hint') : t('checklist.note_optional')}
              maxLength={2000}
              value={given?.note ?? ''}
              onChange={(event) => change(point, { note: event.target.value })}
            />
          </div>
        );
      })}
    </Flex>
  );
}

/** Given answers, to be read. */
export function ChecklistView({ checklist }: { checklist: readonly CheckAnswer[] }) {
  const { t } = useTranslation('review');
  const term = useTerm();
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {checklist.map((item) => (
        <li key={item.point}>
          {term('check_point', item.point)}{' '}
          <Typography.Text strong type={item.answer === 'yes' ? 'success' : 'danger'}>
            {t(`checklist.${item.answer}`)}
          </Typography.Text>
          {item.note && (
            <Typography.Text type="secondary" className="message-text">
              {' '}
              {item.note}
            </Typography.Text>
          )}
        </li>
      ))}
    </ul>
  );
}
