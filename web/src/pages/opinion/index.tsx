// The numbered review opinion (审核意见), a page to print: what was decided on which version, on what grounds.
import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { download, queryText } from '@/api/download';
import { usePreferences } from '@/app/preferences';
import { useAction } from '@/components/action';
import { useVersion } from '@/components/content/problem_list';
import { isCompliance } from '@/components/content/rounds';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Sheet } from './sheet';

export default function Opinion() {
  const { id = '', review: reviewId = '' } = useParams();
  const { t } = useTranslation('opinion');
  const { t: common } = useTranslation();
  const query = $api.useQuery('get', '/api/v1/contents/{content_id}', {
    params: { path: { content_id: id } },
  });
  const review = query.data?.reviews.find((one) => one.id === reviewId && isCompliance(one));
  return (
    <Page
      back={`/contents/${id}`}
      title={t('title')}
      titleText={review?.opinion_number ? `${t('title')} ${review.opinion_number}` : t('title')}
      actions={
        review && (
          <>
            <DownloadButton contentId={id} review={review} />
            <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
              {common('action.print')}
            </Button>
          </>
        )
      }
    >
      <QueryView query={query} rows={12}>
        {(content) =>
          review ? (
            <WithVersion content={content} review={review} />
          ) : (
            <Result status="404" title={t('none')} />
          )
        }
      </QueryView>
    </Page>
  );
}

function DownloadButton({ contentId, review }: { contentId: string; review: Schema<'ReviewView'> }) {
  const { t } = useTranslation('opinion');
  const { language } = usePreferences();
  const fetchIt = useAction(() =>
    download(
      `/api/v1/contents/${contentId}/reviews/${review.id}/opinion.pdf${queryText({ language })}`,
      `${review.opinion_number}.pdf`,
    ),
  );
  return (
    <Button icon={<DownloadOutlined />} loading={fetchIt.busy} onClick={() => fetchIt.run()}>
      {t('download')}
    </Button>
  );
}

function WithVersion({ content, review }: { content: Schema<'ContentView'>; review: Schema<'ReviewView'> }) {
  const query = useVersion(content.id, review.version_number);
  return (
    <QueryView query={query} rows={12}>
      {(version) => <Sheet content={content} review={review} version={version} />}
    </QueryView>
  );
}
