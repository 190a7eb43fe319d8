// What was and was not sent to this customer, and why: the answer to "why did I get this" and "why did I not".
import { Typography } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';

type Message = Schema<'CustomerMessageView'>;

export function CustomerMessages({ id }: { id: string }) {
  const { t } = useTranslation(['customer_page', 'customer']);
  const term = useTerm();
  const columns = useMemo<Column<Message>[]>(
    () => [
      { key: 'at', title: t('made'), render: (_, m) => <TimeText value={m.submitted_at ?? m.created_at} /> },
      {
        key: 'campaign',
        title: t('campaign'),
        render: (_, m) =>
          m.campaign_id ? (
            <Link to={`/campaigns/${m.campaign_id}`}>{m.campaign_name || m.campaign_id}</Link>
          ) : (
            term('batch_origin', m.origin)
          ),
      },
      { key: 'class', title: t('customer:class'), render: (_, m) => term('message_class', m.message_class) },
      {
        key: 'state',
        title: t('result'),
        render: (_, m) => (
          <>
            <TermTag list="message_state" name={m.state} />
            {m.reason !== 'none' && (
              <Typography.Text type="secondary">{term('reason', m.reason)}</Typography.Text>
            )}
          </>
        ),
      },
      {
        key: 'text',
        title: t('text'),
        render: (_, m) => (
          <div className="message-text" style={{ maxWidth: 360 }}>
            {m.text_template}
          </div>
        ),
      },
      { key: 'segments', title: t('segments'), dataIndex: 'segments', className: 'tabular', optional: true },
      { key: 'attempts', title: t('attempts'), dataIndex: 'attempts', className: 'tabular', optional: true },
      {
        key: 'detail',
        title: t('detail'),
        render: (_, m) => <Link to={`/messages/${m.id}`}>{t('why')}</Link>,
      },
    ],
    [t, term],
  );
  return (
    <DataTable<Message>
      id="customer_messages"
      ariaLabel={t('messages')}
      queryKey={['get', '/api/v1/customers/{customer_id}/messages', id]}
      page={async (after, limit) =>
        (
          await api.GET('/api/v1/customers/{customer_id}/messages', {
            params: { path: { customer_id: id }, query: { after, limit } },
          })
        ).data!
      }
      columns={columns}
      rowKey="id"
      exportUrl={`/api/v1/customers/${id}/messages.csv`}
    />
  );
}
