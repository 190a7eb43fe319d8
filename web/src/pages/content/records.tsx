// Below the text: sampling, versions, reviews.
import { Tabs } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { ReviewHistory } from '@/components/content/review_history';
import { Section } from '@/components/section';
import type { Content } from './draft';
import { SamplesPanel } from './samples_panel';
import { VersionsPanel } from './versions_panel';

interface Props {
  content: Content | null;
  text: Schema<'ContentTextSpec'>;
}

export function Records({ content, text }: Props) {
  const { t } = useTranslation('content');
  if (!content)
    return (
      <Section title={t('tab.samples')}>
        <SamplesPanel text={text} />
      </Section>
    );
  return (
    <Section title={t('records')}>
      <Tabs
        items={[
          { key: 'samples', label: t('tab.samples'), children: <SamplesPanel text={text} /> },
          {
            key: 'versions',
            label: t('tab.versions', { number: content.versions.length }),
            children: <VersionsPanel content={content} />,
          },
          { key: 'reviews', label: t('tab.reviews'), children: <ReviewHistory content={content} /> },
        ]}
      />
    </Section>
  );
}
