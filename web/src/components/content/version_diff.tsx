// What changed from one saved version to another, as the server compares them.
import { Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api } from '@/api/client';
import { DiffText, isChanged } from '../diff_text';
import { QueryView } from '../query_view';
import { kParts } from './findings';

export function VersionDiff({ contentId, from, to }: { contentId: string; from: number; to: number }) {
  const { t } = useTranslation('review');
  const query = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/differences',
    { params: { path: { content_id: contentId }, query: { from, to } } },
    // Versions never change once saved.
    { staleTime: Infinity },
  );
  return (
    <QueryView query={query} rows={2}>
      {(diff) => (
        <Flex vertical gap={10}>
          <Typography.Text type="secondary">{t('diff.between', { from, to })}</Typography.Text>
          {kParts.every((part) => !isChanged(diff[part])) && <div>{t('diff.same')}</div>}
          {kParts
            .filter((part) => isChanged(diff[part]))
            .map((part) => (
              <div key={part}>
                <Typography.Text type="secondary">{t(`part.${part}`)}</Typography.Text>
                <div style={{ lineHeight: 1.8 }}>
                  <DiffText pieces={diff[part]} />
                </div>
              </div>
            ))}
        </Flex>
      )}
    </QueryView>
  );
}
