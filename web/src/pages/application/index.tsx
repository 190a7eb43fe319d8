// What an application that calls the API has beside its account: keys, a webhook, what waits for it and what no webhook
// took.
import { Empty, Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { $api } from '@/api/client';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { DeadLetters } from './dead_letters';
import { Deliveries } from './deliveries';
import { Keys } from './keys';
import { Webhook } from './webhook';

export default function ApplicationPage() {
  const { t } = useTranslation('application');
  const { id = '' } = useParams();
  const query = $api.useQuery(
    'get',
    '/api/v1/applications/{application_id}',
    { params: { path: { application_id: id } } },
    { refetchInterval: 5_000 },
  );
  const application = query.data;
  return (
    <Page title={application?.name ?? t('title')} subtitle={t('subtitle')} back="/applications">
      <QueryView query={query}>
        {(found) =>
          found.protocols.includes('http') ? (
            <Flex vertical gap={16}>
              <Keys application={found} />
              <Webhook application={found} />
              <Deliveries application={found} />
              <DeadLetters application={found} />
            </Flex>
          ) : (
            <Flex vertical gap={16}>
              <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('no_http')} />
              <Deliveries application={found} />
            </Flex>
          )
        }
      </QueryView>
    </Page>
  );
}
