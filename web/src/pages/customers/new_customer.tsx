// One customer added by hand; consent is recorded afterwards on his page, with its proof.
import { PlusOutlined } from '@ant-design/icons';
import { Button, DatePicker, Form, Input } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, newIdempotencyKey } from '@/api/client';
import { useCan } from '@/app/session';
import { FormDialog, useFormAction } from '@/components/form_dialog';

interface Values {
  number: string;
  name?: string;
  birth_date?: Dayjs;
  city?: string;
  member_level?: string;
  remark?: string;
}

function CustomerForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['customers', 'customer', 'common']);
  const navigate = useNavigate();
  const [key] = useState(newIdempotencyKey);
  const create = useFormAction(
    async (values: Values) =>
      (
        await api.POST('/api/v1/customers', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            number: values.number,
            name: values.name || undefined,
            birth_date: values.birth_date?.format('YYYY-MM-DD'),
            city: values.city,
            member_level: values.member_level,
            remark: values.remark,
          },
        })
      ).data!,
    { onDone: (customer) => void navigate(`/customers/${customer.id}`) },
  );
  return (
    <FormDialog action={create} title={t('new')} okText={t('common:action.create')} onClose={onClose}>
      <Form.Item
        name="number"
        label={t('customer:number')}
        rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
      >
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item name="name" label={t('customer:name')}>
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="birth_date" label={t('customer:birth_date')}>
        <DatePicker style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="city" label={t('customer:city')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="member_level" label={t('customer:member_level')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="remark" label={t('customer:remark')}>
        <Input maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

export function NewCustomer() {
  const { t } = useTranslation('customers');
  const can = useCan();
  const [open, setOpen] = useState(false);
  if (!can('customer.import')) return null;
  return (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
        {t('new')}
      </Button>
      {open && <CustomerForm onClose={() => setOpen(false)} />}
    </>
  );
}
