// A point that a reviewer answers yes or no with a note, to be filled in and to be read: of the five and of what sectors ask.
import { Flex, Input, Radio, Typography } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Answer } from './checklist';

interface Given {
  answer: Answer;
  note: string;
}

interface Props {
  id: string;
  name: string;
  /** What is asked, as it is shown. */
  children: ReactNode;
  given: Partial<Given> | undefined;
  onChange: (part: Partial<Given>) => void;
  placeholder: string;
  disabled?: boolean;
}

export function PointForm({ id, name, children, given, onChange, placeholder, disabled }: Props) {
  const { t } = useTranslation('review');
  return (
    <div role="group" aria-label={name} id={id}>
      <Flex justify="space-between" gap={12} wrap align="flex-start">
        <div style={{ flex: '1 1 220px' }}>{children}</div>
        <Radio.Group
          disabled={disabled}
          aria-label={t('checklist.answer_of', { point: name })}
          optionType="button"
          buttonStyle="solid"
          value={given?.answer ?? null}
          onChange={(event) => onChange({ answer: event.target.value })}
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
        placeholder={placeholder}
        maxLength={2000}
        value={given?.note ?? ''}
        onChange={(event) => onChange({ note: event.target.value })}
      />
    </div>
  );
}

export interface AnsweredPoint {
  key: string;
  name: string;
  answer: Answer;
  note: string;
}

export function PointsView({ points }: { points: readonly AnsweredPoint[] }) {
  const { t } = useTranslation('review');
  return (
    <ul style={{ margin: 0, paddingInlineStart: 18 }}>
      {points.map((point) => (
        <li key={point.key}>
          {point.name}{' '}
          <Typography.Text strong type={point.answer === 'yes' ? 'success' : 'danger'}>
            {t(`checklist.${point.answer}`)}
          </Typography.Text>
          {point.note && (
            <Typography.Text type="secondary" className="message-text">
              {' '}
              {point.note}
            </Typography.Text>
          )}
        </li>
      ))}
    </ul>
  );
}
