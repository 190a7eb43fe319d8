// A message text: an editor for those who write, a page to read for everyone else.
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { $api } from '@/api/client';
import { useCan } from '@/app/session';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Deeds } from './deeds';
import { Editor } from './editor';
import { Reader } from './reader';
import { Subtitle } from './subtitle';
import './content.css';

export default function ContentPage() {
  const { id } = useParams();
  return id ? <Existing key={id} id={id} /> : <Editor key="new" content={null} />;
}

function Existing({ id }: { id: string }) {
  const { t } = useTranslation('content');
  const can = useCan();
  const query = $api.useQuery('get', '/api/v1/contents/{content_id}', {
    params: { path: { content_id: id } },
  });
  if (!query.data)
    return (
      <Page back="/contents" title={t('title')}>
        <QueryView query={query} rows={10}>
          {() => null}
        </QueryView>
      </Page>
    );
  if (can('content.write')) return <Editor content={query.data} />;
  return (
    <Page
      back="/contents"
      title={query.data.name}
      subtitle={<Subtitle content={query.data} />}
      actions={<Deeds content={query.data} dirty={false} />}
    >
      <Reader content={query.data} />
    </Page>
  );
}
