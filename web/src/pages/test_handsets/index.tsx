// The company's own phones that pre-send tests go to.
import { DeleteOutlined, PlusOutlined } from '@ant-design/icons';
import { Alert, App, Button, Empty, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserName } from '@/components/user_name';

type Handset = Schema<'TestHandsetView'>;
type Registration = Schema<'RegisterTestHandset'>;

function RegisterDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('test_handsets');
  const { t: common } = useTranslation();
  const register = useFormAction(
    (body: Registration) =>
      api.POST('/api/v1/test_handsets', {
        params: { header: { 'Idempotency-Key': newIdempotencyKey() } },
        body,
      }),
    { done: t('registered'), onDone: onClose },
  );
  const required = [{ required: true, whitespace: true, message: common('state.required') }];
  return (
    <FormDialog action={register} title={t('register')} okText={t('register')} requiredMark onClose={onClose}>
      <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('consent_note')} />
      <Form.Item name="label" label={t('label')} extra={t('label_hint')} rules={required}>
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="number" label={t('number')} extra={t('number_hint')} rules={required}>
        <Input maxLength={32} inputMode="tel" autoComplete="off" />
      </Form.Item>
    </FormDialog>
  );
}

function useColumns(onRemove: (row: Handset) => void): Column<Handset>[] {
  const { t } = useTranslation('test_handsets');
  const can = useCan();
  const columns: Column<Handset>[] = [
    { key: 'label', title: t('label'), render: (_, row) => <b>{row.label}</b> },
    {
      key: 'number',
      title: t('number'),
      className: 'tabular',
      render: (_, row) =>
        can('customer.read') ? (
          <Link to={`/customers/${row.customer_id}`}>{row.number_masked}</Link>
        ) : (
          row.number_masked
        ),
    },
    {
      key: 'created_by',
      title: t('registered_by'),
      render: (_, row) => <UserName id={row.created_by} />,
    },
    { key: 'created_at', title: t('registered_at'), render: (_, row) => <TimeText value={row.created_at} /> },
  ];
  if (can('campaign.test'))
    columns.push({
      key: 'remove',
      title: t('remove'),
      render: (_, row) => (
        <Button
          danger
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t('remove_of', { label: row.label })}
          onClick={() => onRemove(row)}
        />
      ),
    });
  return columns;
}

export default function TestHandsets() {
  const { t } = useTranslation('test_handsets');
  const can = useCan();
  const { modal } = App.useApp();
  const [open, setOpen] = useState(false);
  const remove = useAction(
    (id: string) =>
      api.DELETE('/api/v1/test_handsets/{test_handset_id}', { params: { path: { test_handset_id: id } } }),
    { done: t('removed') },
  );
  const askRemove = (row: Handset) =>
    modal.confirm({
      title: t('remove_of', { label: row.label }),
      content: t('remove_text'),
      okText: t('remove'),
      okButtonProps: { danger: true },
      onOk: () => remove.runAsync(row.id).catch(() => undefined),
    });
  const register = can('campaign.test') && (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
      {t('register')}
    </Button>
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={register}>
      <Alert
        type="info"
        showIcon
        style={{ marginBlockEnd: 16 }}
        title={t('whose')}
        description={t('whose_detail')}
      />
      <DataTable<Handset>
        id="test_handsets"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/test_handsets']}
        page={async () => (await api.GET('/api/v1/test_handsets')).data!}
        columns={useColumns(askRemove)}
        rowKey="id"
        empty={
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('empty')}>
            {register}
          </Empty>
        }
      />
      {open && <RegisterDialog onClose={() => setOpen(false)} />}
    </Page>
  );
}
