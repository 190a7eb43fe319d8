// Marketing or compliance asks customer service to confirm a consent with the customer (policy 2.3.3).
import { Button, Form, Input, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { toApiTime } from '@/app/format';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { ZonedPicker } from '@/components/zoned_picker';

interface Values {
  message_class: Schema<'MessageClass'>;
  question: string;
  due_at: string;
}

const kDefaultDays = 5;

function AskForm({ customerId, onClose }: { customerId: string; onClose: () => void }) {
  const { t } = useTranslation(['customer_page', 'customer', 'common']);
  const term = useTerm();
  const [key] = useState(newIdempotencyKey);
  const ask = useFormAction(
    (values: Values) =>
      api.POST('/api/v1/consent_tasks', {
        headers: { 'Idempotency-Key': key },
        body: { customer_id: customerId, ...values },
      }),
    { done: t('asked'), onDone: onClose },
  );
  const required = { required: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={ask}
      title={t('ask')}
      okText={t('common:action.submit')}
      initialValues={{
        message_class: 'marketing',
        due_at: toApiTime(dayjs().add(kDefaultDays, 'day').minute(0)),
      }}
      onClose={onClose}
    >
      <Form.Item name="message_class" label={t('customer:class')}>
        <Select
          options={(['marketing', 'notification', 'public_service'] as const).map((value) => ({
            value,
            label: term('message_class', value),
          }))}
        />
      </Form.Item>
      <Form.Item name="question" label={t('question')} extra={t('customer:note_hint')} rules={[required]}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
      <Form.Item name="due_at" label={t('due')} rules={[required]}>
        <ZonedPicker />
      </Form.Item>
    </FormDialog>
  );
}

export function AskConfirmation({ customerId }: { customerId: string }) {
  const { t } = useTranslation('customer_page');
  const can = useCan();
  const [open, setOpen] = useState(false);
  if (!can('consent.request')) return null;
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('ask')}</Button>
      {open && <AskForm customerId={customerId} onClose={() => setOpen(false)} />}
    </>
  );
}
