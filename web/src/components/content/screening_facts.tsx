// What screening says of the text as a whole: whether a promotion says what it must, and which regulated sectors
// the text is about.
import { Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { usePreferences } from '@/app/preferences';
import { useTerm } from '@/app/terms';
import { Section } from '../section';
import { essentialsOf, type EssentialState } from './essentials';

type Screening = Schema<'ScreeningView'>;

export function ScreeningFacts({ screening }: { screening: Screening }) {
  const essentials = essentialsOf(screening);
  if (essentials.length === 0 && screening.sectors.length === 0) return null;
  return (
    <Flex vertical gap={16}>
      {essentials.length > 0 && <Promotion essentials={essentials} />}
      {screening.sectors.length > 0 && <Sectors sectors={screening.sectors} />}
    </Flex>
  );
}

function Promotion({ essentials }: { essentials: EssentialState[] }) {
  const { t } = useTranslation('screened');
  const { t: review } = useTranslation('review');
  return (
    <Section
      title={t('promotion.title')}
      extra={<Typography.Text type="secondary">{t('promotion.clause')}</Typography.Text>}
    >
      <Flex vertical gap={8}>
        {essentials.map((one) => (
          <Flex key={one.essential} gap={8} wrap align="baseline">
            <b style={{ minWidth: 72 }}>{t(`promotion.${one.essential}`)}</b>
            <Tag color={one.stated ? 'green' : 'red'}>
              {one.stated ? t('promotion.stated') : t('promotion.missing')}
            </Tag>
            <span className="message-text">
              {one.texts.map((text) => `“${text}”`).join(review('separator'))}
            </span>
          </Flex>
        ))}
      </Flex>
    </Section>
  );
}

function Sectors({ sectors }: { sectors: Schema<'FoundSectorView'>[] }) {
  const { t } = useTranslation('screened');
  const { t: review } = useTranslation('review');
  const { language } = usePreferences();
  const term = useTerm();
  return (
    <Section
      title={t('sectors.title')}
      extra={<Typography.Text type="secondary">{t('sectors.clause')}</Typography.Text>}
    >
      <Flex vertical gap={8}>
        {sectors.map((sector) => (
          <div key={sector.id}>
            <b>{(language === 'zh' ? sector.title_zh : sector.title_en) || sector.id}</b>{' '}
            <span className="mono">{sector.id}</span>
            <div>
              {sector.required_qualifications.length > 0
                ? t('sectors.qualifications', {
                    list: sector.required_qualifications
                      .map((any) => any.join(review('or')))
                      .join(review('separator')),
                  })
                : t('sectors.no_qualification')}
            </div>
            {sector.second_reviewer && (
              <div>
                {t('sectors.second_reviewer', { reviewer: term('second_reviewer', sector.second_reviewer) })}
              </div>
            )}
          </div>
        ))}
      </Flex>
    </Section>
  );
}
