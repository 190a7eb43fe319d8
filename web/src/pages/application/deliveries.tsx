// Receipts and replies that wait until the application takes them, the oldest first.
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '@/api/client';
import { DataTable } from '@/components/data_table';
import { Section } from '@/components/section';
import { useDeliveryColumns } from './delivery_columns';

export function Deliveries({ application }: { application: Schema<'ApplicationView'> }) {
  const { t } = useTranslation('application');
  return (
    <Section title={t('waiting')}>
      <DataTable<Schema<'DeliveryView'>>
        id="deliveries"
        ariaLabel={t('waiting')}
        queryKey={['get', '/api/v1/applications/{application_id}/deliveries', application.id]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/applications/{application_id}/deliveries', {
              params: { path: { application_id: application.id }, query: { after, limit } },
            })
          ).data!
        }
        columns={useDeliveryColumns<Schema<'DeliveryView'>>()}
        rowKey="id"
        pageParameter="waiting_after"
        refetchInterval={5_000}
      />
    </Section>
  );
}
