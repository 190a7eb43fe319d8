// The problems named in this review; a rejection needs at least one.
import { DeleteOutlined } from '@ant-design/icons';
import { Button, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { MessageText } from '@/components/content/findings';
import { ProblemList } from '@/components/content/problem_list';
import { Section } from '@/components/section';
import type { ContentProblem } from './decision';

interface Props {
  problems: ContentProblem[];
  text: MessageText;
  onChange: (problems: ContentProblem[]) => void;
  onAdd: () => void;
  disabled: boolean;
}

export function ProblemsPanel({ problems, text, onChange, onAdd, disabled }: Props) {
  const { t } = useTranslation('review');
  return (
    <Section
      id="problems"
      title={t('problem.title')}
      extra={
        <Button size="small" disabled={disabled} onClick={onAdd}>
          {t('problem.add')}
        </Button>
      }
    >
      {problems.length === 0 ? (
        <Typography.Text type="secondary">{t('problem.none')}</Typography.Text>
      ) : (
        <ProblemList
          problems={problems}
          text={text}
          actions={(index) => (
            <Button
              type="text"
              size="small"
              icon={<DeleteOutlined />}
              disabled={disabled}
              aria-label={t('problem.remove', { number: index + 1 })}
              onClick={() => onChange(problems.filter((_, at) => at !== index))}
            />
          )}
        />
      )}
    </Section>
  );
}
