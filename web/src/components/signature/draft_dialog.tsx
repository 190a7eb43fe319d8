// Asking for a signature, and changing what was asked: the text, what it is the name of, what it is for, by what right.
import { Alert, Checkbox, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';

type Draft = Schema<'SignatureDraft'>;
type View = Schema<'SignatureView'>;

const kClasses: Schema<'MessageClass'>[] = ['marketing', 'notification', 'verification', 'public_service'];
const kSources: Schema<'SignatureSource'>[] = [
  'company_name',
  'trade_mark',
  'app',
  'website',
  'official_account',
  'mini_program',
  'online_shop',
  'institution',
  'other',
];

interface Props {
  onClose: () => void;
  /** What is changed; none: a new one is asked for. */
  signature?: View;
  onDone?: (signature: View) => void;
}

async function send(signature: View | undefined, body: Draft): Promise<View> {
  if (!signature) {
    const params = { header: { 'Idempotency-Key': newIdempotencyKey() } };
    return (await api.POST('/api/v1/signatures', { params, body })).data!;
  }
  const params = { path: { signature_id: signature.id }, header: ifMatch(signature.version) };
  return (await api.PUT('/api/v1/signatures/{signature_id}', { params, body })).data!;
}

function valuesOf(signature: View | undefined): Partial<Draft> {
  if (!signature) return { message_classes: ['marketing', 'notification', 'verification'] };
  return {
    text: signature.text,
    source: signature.source,
    explanation: signature.explanation,
    message_classes: signature.message_classes,
    qualification_ids: signature.qualifications.map((one) => one.id),
  };
}

export function DraftDialog({ onClose, signature, onDone }: Props) {
  const { t } = useTranslation('signatures');
  const { t: common } = useTranslation();
  const term = useTerm();
  // What compliance has approved is only explained and proved better.
  const fixed = signature?.state === 'approved' || signature?.state === 'suspended';
  const save = useFormAction(
    (values: Draft) =>
      send(signature, {
        ...values,
        text: values.text.trim(),
        explanation: values.explanation ?? '',
        qualification_ids: values.qualification_ids ?? [],
      }),
    {
      whole: ['/qualification_ids'],
      done: common('state.saved'),
      onDone: (result) => {
        onClose();
        onDone?.(result);
      },
    },
  );
  return (
    <FormDialog
      action={save}
      title={signature ? t('change') : t('ask')}
      initialValues={valuesOf(signature)}
      requiredMark
      onClose={onClose}
    >
      {fixed && <Alert type="info" showIcon style={{ marginBlockEnd: 12 }} title={t('fixed')} />}
      <Form.Item
        name="text"
        label={t('text')}
        extra={t('text_hint')}
        rules={[{ required: true, whitespace: true, message: common('state.required') }]}
      >
        <Input prefix="【" suffix="】" maxLength={20} disabled={fixed} />
      </Form.Item>
      <Form.Item
        name="source"
        label={t('source')}
        rules={[{ required: true, message: common('state.required') }]}
      >
        <Select
          disabled={fixed}
          options={kSources.map((value) => ({ value, label: term('signature_source', value) }))}
        />
      </Form.Item>
      <Form.Item
        name="message_classes"
        label={t('classes')}
        rules={[
          {
            validator: (_, value: string[] | undefined) =>
              value?.length ? Promise.resolve() : Promise.reject(new Error(common('state.required'))),
          },
        ]}
      >
        <Checkbox.Group
          disabled={fixed}
          options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
        />
      </Form.Item>
      <Form.Item name="explanation" label={t('explanation')} extra={t('explanation_hint')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
      <Form.Item name="qualification_ids" label={t('documents')} extra={t('documents_hint')}>
        <DocumentSelect />
      </Form.Item>
    </FormDialog>
  );
}

/** Form.Item hands value and onChange in. */
function DocumentSelect(props: { value?: string[]; onChange?: (value: string[]) => void; id?: string }) {
  const known = $api.useQuery('get', '/api/v1/qualifications', { params: { query: { limit: 200 } } });
  return (
    <Select
      {...props}
      mode="multiple"
      optionFilterProp="label"
      maxCount={20}
      options={(known.data?.items ?? [])
        .filter((one) => one.standing !== 'revoked')
        .map((one) => ({ value: one.id, label: `${one.kind} · ${one.title}` }))}
    />
  );
}
