// What this customer answered: the kind at once, the words only for a stated reason.
import { Button } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { TermTag, TimeText } from '@/components/marks';

type Reply = Schema<'CustomerReplyView'>;

export function CustomerReplies({ id }: { id: string }) {
  const { t } = useTranslation(['customer_page', 'customer']);
  const can = useCan();
  const [ask, dialog] = useReason();
  const [texts, setTexts] = useState<Record<string, string>>({});
  const reveal = useAction(
    async (reply: string, reason: string) =>
      (
        await api.POST('/api/v1/customers/{customer_id}/replies/{reply_id}/reveal', {
          params: { path: { customer_id: id, reply_id: reply } },
          body: { reason },
        })
      ).data!,
    { refresh: [], onDone: (shown) => setTexts((before) => ({ ...before, [shown.id]: shown.text })) },
  );
  const { run } = reveal;
  const mayReveal = can('customer.reveal');
  const columns = useMemo<Column<Reply>[]>(
    () => [
      {
        key: 'at',
        title: t('received'),
        render: (_, r) => <TimeText value={r.received_at} detail="second" />,
      },
      { key: 'kind', title: t('kind'), render: (_, r) => <TermTag list="inbound_kind" name={r.kind} /> },
      {
        key: 'campaign',
        title: t('campaign'),
        render: (_, r) =>
          r.campaign_id ? <Link to={`/campaigns/${r.campaign_id}`}>{r.campaign_id}</Link> : '—',
      },
      {
        key: 'text',
        title: t('words'),
        render: (_, r) =>
          texts[r.id] !== undefined ? (
            <div className="message-text">{texts[r.id]}</div>
          ) : mayReveal ? (
            <Button
              size="small"
              onClick={() =>
                void ask({ title: t('reveal_reply'), text: t('customer:reveal_text') }).then((reason) => {
                  if (reason) run(r.id, reason);
                })
              }
            >
              {t('customer:reveal')}
            </Button>
          ) : (
            '—'
          ),
      },
    ],
    [t, texts, mayReveal, ask, run],
  );
  return (
    <>
      <DataTable<Reply>
        id="customer_replies"
        ariaLabel={t('replies')}
        queryKey={['get', '/api/v1/customers/{customer_id}/replies', id]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/customers/{customer_id}/replies', {
              params: { path: { customer_id: id }, query: { after, limit } },
            })
          ).data!
        }
        columns={columns}
        rowKey="id"
        exportUrl={`/api/v1/customers/${id}/replies.csv`}
      />
      {dialog}
    </>
  );
}
