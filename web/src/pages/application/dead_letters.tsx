// Receipts and replies that no webhook took: to be sent once more, or given up.
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { useDeliveryColumns } from './delivery_columns';

type DeadLetter = Schema<'DeadLetterView'>;

const kAtOnce = 500;

export function DeadLetters({ application }: { application: Schema<'ApplicationView'> }) {
  const { t } = useTranslation('application');
  const { modal } = App.useApp();
  const mayWrite = useCan()('application.write');
  const [chosen, setChosen] = useState<string[]>([]);
  const params = { path: { application_id: application.id } };
  const done = () => setChosen([]);
  const redeliver = useAction(
    () =>
      api.POST('/api/v1/applications/{application_id}/dead_letters/redeliver', {
        params,
        body: { ids: chosen },
      }),
    { done: t('redelivered'), onDone: done },
  );
  const discard = useAction(
    () =>
      api.POST('/api/v1/applications/{application_id}/dead_letters/discard', {
        params,
        body: { ids: chosen },
      }),
    { done: t('discarded'), onDone: done },
  );
  const ask = () =>
    modal.confirm({
      title: t('discard_ask', { count: chosen.length }),
      content: t('discard_text'),
      okText: t('discard'),
      okButtonProps: { danger: true },
      onOk: () => discard.runAsync().catch(() => undefined),
    });
  const columns: Column<DeadLetter>[] = [
    ...useDeliveryColumns<DeadLetter>(),
    { key: 'error', title: t('error'), dataIndex: 'last_error' },
    { key: 'died', title: t('died_at'), render: (_, d) => <TimeText value={d.died_at} /> },
  ];
  return (
    <Section title={t('dead_letters')}>
      <DataTable<DeadLetter>
        id="dead_letters"
        ariaLabel={t('dead_letters')}
        queryKey={['get', '/api/v1/applications/{application_id}/dead_letters', application.id]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/applications/{application_id}/dead_letters', {
              params: { ...params, query: { after, limit } },
            })
          ).data!
        }
        columns={columns}
        rowKey="id"
        pageParameter="dead_after"
        refetchInterval={5_000}
        exportUrl={`/api/v1/applications/${application.id}/dead_letters.csv`}
        rowSelection={mayWrite ? { selectedRowKeys: chosen, onChange: setChosen, max: kAtOnce } : undefined}
        actions={
          mayWrite && (
            <>
              <Button disabled={chosen.length === 0} loading={redeliver.busy} onClick={() => redeliver.run()}>
                {t('redeliver')}
              </Button>
              <Button danger disabled={chosen.length === 0} loading={discard.busy} onClick={ask}>
                {t('discard')}
              </Button>
            </>
          )
        }
      />
    </Section>
  );
}
