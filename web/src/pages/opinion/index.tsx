// The numbered review opinion (审核意见), a page to print: what was decided on which version, on what grounds.
import { DownloadOutlined, PrinterOutlined } from '@ant-design/icons';
import { Button, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { download, queryText } from '@/api/download';
import { asProblem } from '@/api/problem';
import { usePreferences } from '@/app/preferences';
import { useAction } from '@/components/action';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Sheet } from './sheet';

export default function Opinion() {
  const { id = '', review = '' } = useParams();
  const { t } = useTranslation('opinion');
  const { t: common } = useTranslation();
  const query = $api.useQuery('get', '/api/v1/contents/{content_id}/reviews/{review_id}/opinion', {
    params: { path: { content_id: id, review_id: review } },
  });
  const number = query.data?.review.opinion_number;
  return (
    <Page
      back={`/contents/${id}`}
      title={t('title')}
      titleText={number ? `${t('title')} ${number}` : t('title')}
      actions={
        query.data && (
          <>
            <DownloadButton contentId={id} review={query.data.review} />
            <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
              {common('action.print')}
            </Button>
          </>
        )
      }
    >
      {query.error && asProblem(query.error).status === 404 ? (
        <Result status="404" title={t('none')} />
      ) : (
        <QueryView query={query} rows={12}>
          {(opinion) => <Sheet {...opinion} />}
        </QueryView>
      )}
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
