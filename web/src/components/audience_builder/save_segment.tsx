// Saves conditions as a segment, to be used again.
import { SaveOutlined } from '@ant-design/icons';
import { Button, Form, Input, Modal } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { useAction } from '../action';
import { leftToSay } from '../form_faults';
import { ProblemAlert } from '../problem_view';
import { type SegmentFilter, tidyFilter } from './filter';

interface Props {
  filter: SegmentFilter;
  disabled?: boolean;
  onSaved: (segment: Schema<'SegmentView'>) => void;
}

export function SaveSegment({ filter, disabled, onSaved }: Props) {
  const { t } = useTranslation('audience');
  const [open, setOpen] = useState(false);
  const [form] = Form.useForm<{ name: string }>();
  // The page around it has a field of the same name.
  const id = useId();
  const [problem, setProblem] = useState<unknown>();
  const save = useAction(
    async (name: string) => {
      const { data } = await api.POST('/api/v1/segments', {
        params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
        body: { name, filter: tidyFilter(filter) },
      });
      return data!;
    },
    { done: t('segment_saved'), showsErrors: true, refresh: [['get', '/api/v1/segments']] },
  );
  const submit = async () => {
    try {
      const { name } = await form.validateFields();
      const segment = await save.runAsync(name.trim());
      setOpen(false);
      onSaved(segment);
    } catch (error) {
      // What the form itself found is at its field already.
      if (!(error instanceof Error)) return;
      setProblem(leftToSay(form, error));
    }
  };
  return (
    <>
      <Button
        icon={<SaveOutlined />}
        disabled={disabled}
        onClick={() => {
          form.resetFields();
          setProblem(undefined);
          setOpen(true);
        }}
      >
        {t('save_segment')}
      </Button>
      <Modal
        open={open}
        title={t('save_segment')}
        okText={t('common:action.save')}
        cancelText={t('common:action.cancel')}
        confirmLoading={save.busy}
        onOk={() => void submit()}
        onCancel={() => setOpen(false)}
        forceRender
      >
        <ProblemAlert error={problem} />
        <Form form={form} name={id} layout="vertical" requiredMark={false}>
          <Form.Item
            name="name"
            label={t('segment_name')}
            extra={t('segment_name_hint')}
            rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
          >
            <Input maxLength={80} showCount autoFocus onPressEnter={() => void submit()} />
          </Form.Item>
        </Form>
      </Modal>
    </>
  );
}
