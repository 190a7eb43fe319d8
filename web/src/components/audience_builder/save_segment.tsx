// Saves conditions as a segment, to be used again.
import { SaveOutlined } from '@ant-design/icons';
import { Button, Form, Input } from 'antd';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { FormDialog, useFormAction } from '../form_dialog';
import { type SegmentFilter, tidyFilter } from './filter';

interface Props {
  filter: SegmentFilter;
  disabled?: boolean;
  onSaved: (segment: Schema<'SegmentView'>) => void;
}

function NameDialog({ filter, onSaved, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation('audience');
  // The page around it has a field of the same name.
  const id = useId();
  const save = useFormAction(
    async ({ name }: { name: string }) => {
      const { data } = await api.POST('/api/v1/segments', {
        params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
        body: { name: name.trim(), filter: tidyFilter(filter) },
      });
      return data!;
    },
    {
      done: t('segment_saved'),
      refresh: [['get', '/api/v1/segments']],
      onDone: (segment) => {
        onClose();
        onSaved(segment);
      },
    },
  );
  return (
    <FormDialog action={save} name={id} title={t('save_segment')} onClose={onClose}>
      <Form.Item
        name="name"
        label={t('segment_name')}
        extra={t('segment_name_hint')}
        rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
      >
        <Input maxLength={80} showCount autoFocus />
      </Form.Item>
    </FormDialog>
  );
}

export function SaveSegment(props: Props) {
  const { t } = useTranslation('audience');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={<SaveOutlined />} disabled={props.disabled} onClick={() => setOpen(true)}>
        {t('save_segment')}
      </Button>
      {open && <NameDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}
