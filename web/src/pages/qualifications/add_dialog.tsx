// Registering a document with its file.
import { Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '@/api/problem';
import { useAction } from '@/components/action';
import { EvidencePicker } from '@/components/customer/evidence';
import { uploadQualification } from '@/components/customer/upload';
import { leftToSay } from '@/components/form_faults';
import { ProblemAlert } from '@/components/problem_view';
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
  open: boolean;
  onClose: () => void;
  kinds: readonly string[];
}

export function AddDialog({ open, onClose, kinds }: Props) {
  const { t } = useTranslation('qualifications');
  const { t: common } = useTranslation();
  const [form] = Form.useForm<Values>();
  const [fault, setFault] = useState<Problem>();
  const add = useAction(
    async ({ file, ...document }: Values) => {
      setFault(undefined);
      try {
        await uploadQualification(file!, document);
      } catch (error) {
        setFault(leftToSay(form, error));
        throw error;
      }
    },
    { done: t('added'), onDone: onClose, showsErrors: true },
  );
  const required = [{ required: true, whitespace: true, message: common('state.required') }];
  const chosen = [{ required: true, message: common('state.required') }];
  return (
    <Modal
      open={open}
      title={t('add')}
      okText={common('action.save')}
      cancelText={common('action.cancel')}
      confirmLoading={add.busy}
      onCancel={onClose}
      onOk={() => form.submit()}
      afterOpenChange={(isOpen) => {
        if (isOpen) return;
        form.resetFields();
        setFault(undefined);
      }}
      destroyOnHidden
    >
      <ProblemAlert error={fault} />
      <Form<Values> form={form} layout="vertical" onFinish={add.run}>
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
      </Form>
    </Modal>
  );
}
