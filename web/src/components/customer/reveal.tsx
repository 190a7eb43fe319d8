// A customer's data in clear: asked for with a reason, audited by the server, forgotten when the page is left.
import { EyeInvisibleOutlined, EyeOutlined } from '@ant-design/icons';
import { Alert, Button, Descriptions } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';

export function Reveal({ customerId }: { customerId: string }) {
  const { t } = useTranslation('customer');
  const can = useCan();
  const [ask, dialog] = useReason();
  const [clear, setClear] = useState<Schema<'RevealedCustomer'> | null>(null);
  const reveal = useAction(
    async (reason: string) =>
      (
        await api.POST('/api/v1/customers/{customer_id}/reveal', {
          params: { path: { customer_id: customerId } },
          body: { reason },
        })
      ).data!,
    { onDone: setClear, refresh: [] },
  );
  if (!can('customer.reveal')) return null;
  if (clear)
    return (
      <Alert
        type="warning"
        title={t('revealed')}
        description={
          <Descriptions
            size="small"
            column={{ xs: 1, md: 2 }}
            items={[
              { key: 'number', label: t('number'), children: <b className="tabular">{clear.number}</b> },
              { key: 'name', label: t('name'), children: clear.name || '—' },
              { key: 'birth', label: t('birth_date'), children: clear.birth_date || '—' },
              { key: 'remark', label: t('remark'), children: clear.remark || '—' },
            ]}
          />
        }
        action={
          <Button icon={<EyeInvisibleOutlined />} onClick={() => setClear(null)}>
            {t('hide')}
          </Button>
        }
      />
    );
  return (
    <>
      <Button
        icon={<EyeOutlined />}
        loading={reveal.busy}
        onClick={() =>
          void ask({ title: t('reveal_title'), text: t('reveal_text') }).then((reason) => {
            if (reason) reveal.run(reason);
          })
        }
      >
        {t('reveal')}
      </Button>
      {dialog}
    </>
  );
}
