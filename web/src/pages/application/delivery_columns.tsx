// The columns that receipts and replies have wherever they are listed.
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import type { Column } from '@/components/data_table';
import { IdText, TermTag, TimeText } from '@/components/marks';

export function useDeliveryColumns<T extends Schema<'DeliveryView'>>(): Column<T>[] {
  const { t } = useTranslation('application');
  const { count } = useFormat();
  const can = useCan();
  return [
    { key: 'kind', title: t('kind'), render: (_, d) => t(d.kind === 'receipt' ? 'receipt' : 'reply') },
    { key: 'number', title: t('number'), render: (_, d) => <span className="tabular">{d.number}</span> },
    {
      key: 'status',
      title: t('status'),
      render: (_, d) => (d.status ? <TermTag list="message_state" name={d.status} /> : '—'),
    },
    { key: 'reference', title: t('reference'), render: (_, d) => d.reference ?? '—' },
    { key: 'at', title: t('done_at'), render: (_, d) => <TimeText value={d.done_at} detail="second" /> },
    {
      key: 'attempts',
      title: t('attempts'),
      align: 'right',
      className: 'tabular',
      render: (_, d) => count(d.attempts),
    },
    {
      key: 'message',
      title: t('message'),
      optional: true,
      render: (_, d) => {
        if (!d.message_id) return '—';
        const id = <IdText value={d.message_id} />;
        return can('message.read') ? <Link to={`/messages/${d.message_id}`}>{id}</Link> : id;
      },
    },
  ];
}
