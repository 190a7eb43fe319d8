// The suppression list: who gets nothing of a class, whatever any list says.
import { PlusOutlined } from '@ant-design/icons';
import { Alert, Button, Form, Input, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction, useReason } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { useUrlFilters } from '@/components/url_filters';
import { UserName } from '@/components/user_name';

type Suppression = Schema<'SuppressionView'>;
type MessageClass = Schema<'MessageClass'>;

const kClasses: MessageClass[] = ['marketing', 'notification', 'public_service', 'verification'];

interface Values {
  number: string;
  message_class: MessageClass;
  reason: string;
}

function AddForm({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(['suppressions', 'customer', 'common']);
  const term = useTerm();
  const [key] = useState(newIdempotencyKey);
  const add = useFormAction(
    (values: Values) =>
      api.POST('/api/v1/suppressions', { params: { header: { 'Idempotency-Key': key } }, body: values }),
    { done: t('added'), onDone: onClose },
  );
  const required = { required: true, whitespace: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={add}
      title={t('add')}
      okText={t('add')}
      okButtonProps={{ danger: true }}
      initialValues={{ message_class: 'marketing' }}
      onClose={onClose}
    >
      <Alert type="warning" title={t('at_once')} style={{ marginBlockEnd: 16 }} />
      <Form.Item name="number" label={t('customer:number')} rules={[required]}>
        <Input maxLength={32} autoComplete="off" />
      </Form.Item>
      <Form.Item name="message_class" label={t('customer:class')}>
        <Select options={kClasses.map((value) => ({ value, label: term('message_class', value) }))} />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('common:field.reason')}
        extra={t('common:field.reason_hint')}
        rules={[required]}
      >
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

export default function Suppressions() {
  const { t } = useTranslation(['suppressions', 'customer', 'common']);
  const term = useTerm();
  const can = useCan();
  const [filters, setFilters] = useUrlFilters(['message_class'] as const);
  const [adding, setAdding] = useState(false);
  const [ask, dialog] = useReason();
  const remove = useAction(
    (id: string, reason: string) =>
      api.POST('/api/v1/suppressions/{suppression_id}/remove', {
        params: { path: { suppression_id: id } },
        body: { reason },
      }),
    { done: t('removed') },
  );
  const { run: runRemove } = remove;
  const mayWrite = can('suppression.write');
  const columns = useMemo<Column<Suppression>[]>(
    () => [
      {
        key: 'number',
        title: t('customer:number'),
        className: 'tabular',
        render: (_, s) =>
          s.customer_id ? <Link to={`/customers/${s.customer_id}`}>{s.number_masked}</Link> : s.number_masked,
      },
      { key: 'class', title: t('customer:class'), render: (_, s) => term('message_class', s.message_class) },
      {
        key: 'reason',
        title: t('common:field.reason'),
        render: (_, s) => <div className="message-text">{term('written_by_server', s.reason)}</div>,
      },
      { key: 'source', title: t('customer:source'), render: (_, s) => term('consent_source', s.source) },
      { key: 'by', title: t('customer:operator'), render: (_, s) => <UserName id={s.created_by} /> },
      { key: 'at', title: t('since'), render: (_, s) => <TimeText value={s.created_at} detail="second" /> },
      ...(mayWrite
        ? [
            {
              key: 'actions',
              title: t('actions'),
              render: (_: unknown, s: Suppression) => (
                <Button
                  size="small"
                  onClick={() =>
                    void ask({ title: t('remove_title'), text: t('remove_text'), danger: true }).then(
                      (reason) => {
                        if (reason) runRemove(s.id, reason);
                      },
                    )
                  }
                >
                  {t('remove')}
                </Button>
              ),
            },
          ]
        : []),
    ],
    [t, term, mayWrite, ask, runRemove],
  );
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        mayWrite && (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t('add')}
          </Button>
        )
      }
    >
      <DataTable<Suppression>
        id="suppressions"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/suppressions', filters]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/suppressions', {
              params: { query: { ...filters, after, limit } as never },
            })
          ).data!
        }
        columns={columns}
        rowKey="id"
        filters={
          <FilterSelect
            label={t('customer:class')}
            value={filters.message_class}
            options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
            onChange={(message_class) => setFilters({ message_class })}
          />
        }
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/suppressions.csv"
        exportQuery={filters}
      />
      {adding && <AddForm onClose={() => setAdding(false)} />}
      {dialog}
    </Page>
  );
}
