// Registering a document with its file.
import { Form, Input, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { EvidencePicker } from '@/components/customer/evidence';
import { uploadQualification } from '@/components/customer/upload';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { ZonedPicker } from '@/components/zoned_picker';

interface Values {
  kind: string;
  title: string;
  number: string;
  issuer: string;
  valid_from: string;
  valid_until?: string;
  file?: File | null;
}

interface Props {
  onClose: () => void;
  kinds: readonly string[];
}

export function AddDialog({ onClose, kinds }: Props) {
  const { t } = useTranslation('qualifications');
  const { t: common } = useTranslation();
  const add = useFormAction(({ file, ...document }: Values) => uploadQualification(file!, document), {
    done: t('added'),
    onDone: onClose,
  });
  const required = [{ required: true, whitespace: true, message: common('state.required') }];
  const chosen = [{ required: true, message: common('state.required') }];
  return (
    <FormDialog action={add} title={t('add')} requiredMark onClose={onClose}>
      <Form.Item name="kind" label={t('kind')} extra={t('kind_hint')} rules={chosen}>
        <Select showSearch options={kinds.map((value) => ({ value, label: value }))} />
      </Form.Item>
      <Form.Item name="title" label={t('name')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="number" label={t('number')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="issuer" label={t('issuer')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="valid_from" label={t('valid_from')} rules={chosen}>
        <ZonedPicker />
      </Form.Item>
      <Form.Item name="valid_until" label={t('valid_until')} extra={t('valid_until_hint')}>
        <ZonedPicker />
      </Form.Item>
      <Form.Item name="file" label={t('file')} extra={t('file_hint')} rules={chosen}>
        <EvidencePicker />
      </Form.Item>
    </FormDialog>
  );
}
