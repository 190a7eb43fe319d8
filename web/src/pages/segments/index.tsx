// Segments: saved conditions that audiences are made of; how many there are in one now is counted live.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input, Modal } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import {
  AudienceBuilder,
  AudienceCount,
  emptyFilter,
  FilterWords,
  type SegmentFilter,
  tidyFilter,
} from '@/components/audience_builder';
import { type Column, DataTable } from '@/components/data_table';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserName } from '@/components/user_name';

type Segment = Schema<'SegmentView'>;

function SegmentForm({ segment, onClose }: { segment: Segment | null; onClose: () => void }) {
  const { t } = useTranslation(['segments', 'common']);
  const [filter, setFilter] = useState<SegmentFilter>(segment?.filter ?? emptyFilter());
  const [key] = useState(newIdempotencyKey);
  const save = useFormAction(
    async ({ name }: { name: string }) => {
      const body = { name, filter: tidyFilter(filter) };
      if (segment)
        await api.PUT('/api/v1/segments/{segment_id}', {
          params: { path: { segment_id: segment.id }, header: ifMatch(segment.version) },
          body,
        });
      else await api.POST('/api/v1/segments', { params: { header: { 'Idempotency-Key': key } }, body });
    },
    { done: t('common:state.saved'), onDone: onClose },
  );
  return (
    <FormDialog
      action={save}
      width={760}
      title={segment ? t('edit', { name: segment.name }) : t('new')}
      initialValues={{ name: segment?.name ?? '' }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('common:field.name')}
        rules={[{ required: true, whitespace: true, message: t('common:state.required') }]}
      >
        <Input maxLength={80} />
      </Form.Item>
      <AudienceBuilder value={filter} onChange={setFilter} />
      <AudienceCount audience={{ filter: tidyFilter(filter) }} />
    </FormDialog>
  );
}

export default function Segments() {
  const { t } = useTranslation(['segments', 'common']);
  const can = useCan();
  const [form, setForm] = useState<'new' | Segment | null>(null);
  const [removing, setRemoving] = useState<Segment | null>(null);
  const remove = useAction(
    (segment: Segment) =>
      api.DELETE('/api/v1/segments/{segment_id}', {
        params: { path: { segment_id: segment.id }, header: ifMatch(segment.version) },
      }),
    { done: t('removed'), onDone: () => setRemoving(null) },
  );
  const mayWrite = can('segment.write');
  const columns = useMemo<Column<Segment>[]>(
    () => [
      { key: 'name', title: t('common:field.name'), dataIndex: 'name' },
      { key: 'filter', title: t('conditions'), render: (_, s) => <FilterWords filter={s.filter} /> },
      { key: 'count', title: t('now'), render: (_, s) => <AudienceCount audience={{ segment_id: s.id }} /> },
      { key: 'by', title: t('common:field.created_by'), render: (_, s) => <UserName id={s.created_by} /> },
      { key: 'at', title: t('common:field.updated_at'), render: (_, s) => <TimeText value={s.updated_at} /> },
      ...(mayWrite
        ? [
            {
              key: 'actions',
              title: t('actions'),
              render: (_: unknown, s: Segment) => (
                <Flex gap={4}>
                  <Button size="small" onClick={() => setForm(s)}>
                    {t('common:action.edit')}
                  </Button>
                  <Button size="small" danger onClick={() => setRemoving(s)}>
                    {t('common:action.remove')}
                  </Button>
                </Flex>
              ),
            },
          ]
        : []),
    ],
    [t, mayWrite],
  );
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        mayWrite && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setForm('new')}>
            {t('new')}
          </Button>
        )
      }
    >
      <DataTable<Segment>
        id="segments"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/segments']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/segments', { params: { query: { after, limit } } })).data!
        }
        columns={columns}
        rowKey="id"
        exportUrl="/api/v1/segments.csv"
      />
      {form && <SegmentForm segment={form === 'new' ? null : form} onClose={() => setForm(null)} />}
      <Modal
        open={removing !== null}
        title={t('remove_confirm', { name: removing?.name ?? '' })}
        okText={t('common:action.remove')}
        okButtonProps={{ danger: true, loading: remove.busy }}
        cancelText={t('common:action.cancel')}
        onCancel={() => setRemoving(null)}
        onOk={() => removing && remove.run(removing)}
      />
    </Page>
  );
}
