// What a code means: a new one, a change, or a provider's own meaning over the general one.
import { Alert, AutoComplete, Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { codeKey } from './code_key';

export type Code = Schema<'CarrierCodeView'>;
export interface Editing {
  kind: 'add' | 'edit' | 'override';
  code: Partial<Code>;
}

const kStages = ['response', 'receipt'] as const;
const kClasses = [
  'delivered',
  'device_temporary',
  'number_invalid',
  'suspended',
  'blacklist',
  'content',
  'frequency',
  'signature_unfiled',
  'route',
  'ported',
  'throttled',
  'expired',
  'rejected',
] as const;
const kCarriers = ['unknown', 'mobile', 'unicom', 'telecom', 'broadcast'] as const;
const kActions = [
  'none',
  'fail',
  'retry',
  'retry_late',
  'delay',
  'other_channel',
  'refresh_carrier',
  'count_number',
  'cool_down',
  'suppress',
  'freeze_content',
  'freeze_signature',
  'pause',
  'investigate',
] as const;

function useRequired() {
  const { t } = useTranslation();
  return [{ required: true, whitespace: true, message: t('state.required') }];
}

function Key({ editing, providers }: { editing: Editing; providers: string[] }) {
  const { t } = useTranslation('carrier_codes');
  const term = useTerm();
  const required = useRequired();
  const fixed = editing.kind !== 'add';
  return (
    <div className="fields-2">
      <Form.Item
        name="provider"
        label={t('provider')}
        extra={t('provider_hint')}
        rules={editing.kind === 'override' ? required : []}
      >
        <AutoComplete
          disabled={editing.kind === 'edit'}
          options={providers.map((value) => ({ value }))}
          maxLength={64}
        />
      </Form.Item>
      <Form.Item name="carrier" label={t('carrier')} extra={t('carrier_hint')}>
        <Select
          disabled={editing.kind === 'edit'}
          options={kCarriers.map((value) => ({
            value,
            label: value === 'unknown' ? t('every_carrier') : term('carrier', value),
          }))}
        />
      </Form.Item>
      <Form.Item name="stage" label={t('stage')} rules={required}>
        <Select
          disabled={fixed}
          options={kStages.map((value) => ({ value, label: term('code_stage', value) }))}
        />
      </Form.Item>
      <Form.Item name="code" label={t('code')} rules={required} extra={fixed ? undefined : t('code_hint')}>
        <Input disabled={fixed} className="mono" maxLength={32} />
      </Form.Item>
    </div>
  );
}

function Meaning() {
  const { t } = useTranslation('carrier_codes');
  const term = useTerm();
  const required = useRequired();
  const action = Form.useWatch('action') as Code['action'] | undefined;
  return (
    <>
      <div className="fields-2">
        <Form.Item name="code_class" label={t('class')} rules={required}>
          <Select options={kClasses.map((value) => ({ value, label: term('code_class', value) }))} />
        </Form.Item>
        <Form.Item
          name="action"
          label={t('action')}
          rules={required}
          extra={action && t(`action_hint.${action}`)}
        >
          <Select options={kActions.map((value) => ({ value, label: term('code_action', value) }))} />
        </Form.Item>
      </div>
      {action === 'pause' && (
        <Alert type="warning" showIcon style={{ marginBlockEnd: 16 }} title={t('pause_warning')} />
      )}
      <Form.Item name="cause" label={t('cause')} rules={required}>
        <Input maxLength={500} />
      </Form.Item>
      <Form.Item name="remedy" label={t('remedy')}>
        <Input maxLength={500} />
      </Form.Item>
    </>
  );
}

interface Props {
  editing: Editing;
  providers: string[];
  onClose: () => void;
}

export function CodeForm({ editing, providers, onClose }: Props) {
  const { t } = useTranslation('carrier_codes');
  const save = useFormAction(
    (values: Code) =>
      api.PUT('/api/v1/carrier_codes', {
        body: {
          ...values,
          provider: values.provider?.trim() ?? '',
          carrier: values.carrier ?? 'unknown',
          code: codeKey(values.code),
          remedy: values.remedy ?? '',
        },
      }),
    { done: t('saved'), onDone: onClose },
  );
  const titles = {
    add: t('add'),
    edit: t('edit_of', { code: editing.code.code }),
    override: t('override_of', { code: editing.code.code }),
  };
  return (
    <FormDialog
      action={save}
      width={600}
      title={titles[editing.kind]}
      initialValues={editing.code}
      requiredMark
      onClose={onClose}
    >
      <Key editing={editing} providers={providers} />
      <Meaning />
    </FormDialog>
  );
}
