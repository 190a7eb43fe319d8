// The difference to the version that was reviewed last, or to the one that was approved last.
import { Segmented, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { VersionDiff } from '@/components/content/version_diff';
import { Section } from '@/components/section';

interface Props {
  contentId: string;
  latest: number;
  reviewed?: number;
  approved?: number;
}

export function DiffPanel({ contentId, latest, reviewed, approved }: Props) {
  const { t } = useTranslation('review');
  const [chosen, setChosen] = useState<'reviewed' | 'approved'>('reviewed');
  const bases = { reviewed, approved };
  const available = (['reviewed', 'approved'] as const).filter((base) => bases[base] !== undefined);
  const shown = available.includes(chosen) ? chosen : available[0];
  return (
    <Section
      title={t('diff.title')}
      extra={
        available.length > 1 && (
          <Segmented
            size="small"
            aria-label={t('diff.base')}
            value={shown}
            onChange={setChosen}
            options={available.map((base) => ({ value: base, label: t(`diff.${base}`) }))}
          />
        )
      }
    >
      {shown === undefined ? (
        <Typography.Text type="secondary">{t('diff.none')}</Typography.Text>
      ) : (
        <>
          {available.length === 1 && (
            <Typography.Text strong style={{ display: 'block' }}>
              {t(`diff.${shown}`)}
            </Typography.Text>
          )}
          <VersionDiff contentId={contentId} from={bases[shown]!} to={latest} />
        </>
      )}
    </Section>
  );
}
