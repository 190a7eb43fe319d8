// What the sectors ask, each item to be answered yes or no with a note.
import { Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { PointForm, PointsView } from './answered_point';
import { type Sector, type SectorAnswers, type SectorItem, titleOf } from './sector_items';

interface Props {
  sectors: readonly Sector[];
  answers: SectorAnswers;
  onChange: (answers: SectorAnswers) => void;
  disabled?: boolean;
}

export function SectorItemsForm({ sectors, answers, onChange, disabled }: Props) {
  const { t } = useTranslation('review');
  const { language } = usePreferences();
  const change = (key: string, part: Partial<NonNullable<SectorAnswers[string]>>) =>
    onChange({ ...answers, [key]: { note: '', ...answers[key], ...part } });
  return (
    <Flex vertical gap={20}>
      {sectors.map((sector) => (
        <section key={sector.id} aria-label={titleOf(sector, language)}>
          <Flex gap={8} wrap align="center" style={{ marginBlockEnd: 8 }}>
            <Typography.Text strong>{titleOf(sector, language)}</Typography.Text>
            {sector.found && <Tag>{t('sectors.found')}</Tag>}
            {sector.declared && <Tag>{t('sectors.declared')}</Tag>}
          </Flex>
          <Flex vertical gap={14}>
            {sector.items.map((item) => (
              <Item
                key={item.key}
                item={item}
                given={answers[item.key]}
                onChange={(part) => change(item.key, part)}
                disabled={disabled}
              />
            ))}
          </Flex>
        </section>
      ))}
    </Flex>
  );
}

interface ItemProps {
  item: SectorItem;
  given: SectorAnswers[string];
  onChange: (part: Partial<NonNullable<SectorAnswers[string]>>) => void;
  disabled?: boolean;
}

function Item({ item, given, onChange, disabled }: ItemProps) {
  const { t } = useTranslation('review');
  const term = useTerm();
  const { language } = usePreferences();
  const name = titleOf(item, language);
  return (
    <PointForm
      id={`item-${item.key}`}
      name={name}
      given={given}
      onChange={onChange}
      placeholder={t('checklist.note_hint')}
      disabled={disabled}
    >
      <Typography.Text type="secondary">{term('sector_item_kind', item.kind)}</Typography.Text>
      <div>{name}</div>
      {item.legal_basis && (
        <Typography.Text type="secondary">{t('finding.basis', { basis: item.legal_basis })}</Typography.Text>
      )}
    </PointForm>
  );
}

/** Given answers, to be read: with what was asked then. */
export function SectorAnswersView({ answers }: { answers: readonly Schema<'SectorAnswerView'>[] }) {
  const { language } = usePreferences();
  if (answers.length === 0) return null;
  return (
    <PointsView
      points={answers.map((item) => ({
        key: item.key,
        name: titleOf(item, language),
        answer: item.answer,
        note: item.note,
      }))}
    />
  );
}
