// Holding a finding to be false: marketing asks compliance that the words around it be allowed.
import { Button, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey } from '@/api/client';
import { useCan } from '@/app/session';
import type { Finding } from '@/components/content/findings';
import { FormDialog, useFormAction } from '@/components/form_dialog';

interface Values {
  phrase: string;
  reason: string;
}

export function FalsePositive({ finding, contentId }: { finding: Finding; contentId?: string }) {
  const { t } = useTranslation('content');
  const can = useCan();
  const [open, setOpen] = useState(false);
  // A check is about form, not about words that could be ordinary ones.
  if (!can('content.write') || !finding.term || finding.severity === 'info') return null;
  return (
    <>
      <Button size="small" type="link" style={{ paddingInline: 0 }} onClick={() => setOpen(true)}>
        {t('false_positive.ask')}
      </Button>
      {open && <Request finding={finding} contentId={contentId} onClose={() => setOpen(false)} />}
    </>
  );
}

function Request({
  finding,
  contentId,
  onClose,
}: {
  finding: Finding;
  contentId?: string;
  onClose: () => void;
}) {
  const { t } = useTranslation(['content', 'common']);
  const [key] = useState(newIdempotencyKey);
  const request = useFormAction(
    (values: Values) =>
      api.POST('/api/v1/allow_phrases', {
        params: { header: { 'Idempotency-Key': key } },
        body: { ...values, rule_id: finding.rule_id, content_id: contentId },
      }),
    { done: t('false_positive.asked'), onDone: onClose },
  );
  const required = { required: true, whitespace: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={request}
      title={t('false_positive.title', { words: finding.matched })}
      okText={t('common:action.submit')}
      initialValues={{ phrase: finding.matched }}
      onClose={onClose}
    >
      <Form.Item
        name="phrase"
        label={t('false_positive.phrase')}
        extra={t('false_positive.phrase_hint')}
        rules={[required]}
      >
        <Input maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="reason" label={t('common:field.reason')} rules={[required]}>
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}
