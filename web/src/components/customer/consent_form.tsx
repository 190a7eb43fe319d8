// Consent or its withdrawal, recorded on the customer's own word with its proof.
import { Alert, AutoComplete, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { ZonedPicker } from '@/components/zoned_picker';
import { EvidencePicker } from './evidence';
import { kPrivacyPurpose } from './purpose';
import { uploadEvidence } from './upload';

interface Values {
  message_class: Schema<'MessageClass'>;
  purpose?: string;
  method: string;
  occurred_at?: string;
  text?: string;
  evidence?: File | null;
  note?: string;
}

interface Props {
  customerId: string;
  kind: 'granted' | 'withdrawn';
  onClose: () => void;
}

const kClasses = ['marketing', 'notification', 'public_service', 'verification'] as const;

export function ConsentForm({ customerId, kind, onClose }: Props) {
  const { t } = useTranslation(['customer', 'common']);
  const term = useTerm();
  const [key] = useState(newIdempotencyKey);
  const record = useFormAction(
    async (values: Values) => {
      const evidence = values.evidence ? await uploadEvidence(values.evidence) : null;
      await api.POST('/api/v1/customers/{customer_id}/consents', {
        params: { path: { customer_id: customerId }, header: { 'Idempotency-Key': key } },
        body: {
          kind,
          message_class: values.message_class,
          method: values.method,
          purpose: values.purpose ?? '',
          note: values.note ?? '',
          occurred_at: values.occurred_at,
          text: values.text?.trim() || undefined,
          evidence_id: evidence?.id,
        },
      });
    },
    { done: t('recorded'), onDone: onClose },
  );
  const required = { required: true, whitespace: true, message: t('common:state.required') };
  const granted = kind === 'granted';
  return (
    <FormDialog
      action={record}
      title={t(granted ? 'opt_in' : 'opt_out')}
      okButtonProps={{ danger: !granted }}
      initialValues={{ message_class: 'marketing' }}
      onClose={onClose}
    >
      <Alert
        type={granted ? 'info' : 'warning'}
        title={t(granted ? 'proof_needed' : 'opt_out_text')}
        style={{ marginBlockEnd: 16 }}
      />
      <Form.Item name="message_class" label={t('class')}>
        <Select options={kClasses.map((value) => ({ value, label: term('message_class', value) }))} />
      </Form.Item>
      <Form.Item name="method" label={t('method')} extra={t('method_hint')} rules={[required]}>
        <Input maxLength={64} />
      </Form.Item>
      {granted && (
        <>
          <Form.Item
            name="text"
            label={t('text')}
            extra={t('text_hint')}
            dependencies={['evidence']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value?: string) =>
                  value?.trim() || getFieldValue('evidence')
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('proof_needed'))),
              }),
            ]}
          >
            <Input.TextArea rows={2} maxLength={2000} />
          </Form.Item>
        </>
      )}
      <Form.Item name="purpose" label={t('purpose')} extra={t(granted ? 'privacy_hint' : 'privacy_out_hint')}>
        <AutoComplete
          options={[{ value: kPrivacyPurpose, label: t('privacy_authorisation') }]}
          maxLength={64}
          placeholder={t('any_purpose')}
        />
      </Form.Item>
      <Form.Item name="occurred_at" label={t('occurred_at')}>
        <ZonedPicker />
      </Form.Item>
      <Form.Item name="evidence" label={t('evidence')} extra={t('evidence_hint')}>
        <EvidencePicker />
      </Form.Item>
      <Form.Item name="note" label={t('note')} extra={t('note_hint')}>
        <Input maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
