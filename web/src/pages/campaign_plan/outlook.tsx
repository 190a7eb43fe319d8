// Beside the form: what the recipients will read and what it comes to.
import { Card, Descriptions, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { type Audience, useAudienceCount } from '@/components/audience_builder';
import { ContentPreview, useContentVersion } from '@/components/content_preview';

interface Props {
  content: Schema<'ContentView'> | undefined;
  audience: Audience | undefined;
  budgetYuan: number | null | undefined;
}

export function Outlook({ content, audience, budgetYuan }: Props) {
  const { t } = useTranslation('campaign_plan');
  const { count } = useFormat();
  const people = useAudienceCount(audience).count;
  const version = useContentVersion(content, content?.approved_version_id);
  const each = version?.measure.longest_segments;
  const segments = people !== undefined && each !== undefined ? people * each : undefined;
  return (
    <Flex vertical gap={16} style={{ position: 'sticky', top: 16 }}>
      <Card title={<h2 style={{ margin: 0, fontSize: 16 }}>{t('preview')}</h2>} size="small">
        {content ? (
          <ContentPreview contentId={content.id} />
        ) : (
          <Typography.Text type="secondary">{t('preview_empty')}</Typography.Text>
        )}
      </Card>
      <Card title={<h2 style={{ margin: 0, fontSize: 16 }}>{t('outlook')}</h2>} size="small">
        <Descriptions
          column={1}
          size="small"
          className="tabular"
          items={[
            { key: 'people', label: t('outlook_people'), children: count(people) },
            { key: 'each', label: t('outlook_each'), children: count(each) },
            { key: 'segments', label: t('outlook_segments'), children: <b>{count(segments)}</b> },
            ...(budgetYuan && segments
              ? [
                  {
                    key: 'price',
                    label: t('outlook_price'),
                    children: t('outlook_price_value', { yuan: (budgetYuan / segments).toFixed(4) }),
                  },
                ]
              : []),
          ]}
        />
        <Typography.Paragraph type="secondary" style={{ margin: '8px 0 0' }}>
          {t('outlook_note')}
        </Typography.Paragraph>
      </Card>
    </Flex>
  );
}
