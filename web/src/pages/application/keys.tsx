// The keys by which an application calls the API. A key is shown once; it is revoked, never changed.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, DatePicker, Form, Input, InputNumber, Modal, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { toApiTime } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { KeyState } from '@/components/key_state';
import { TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { ShownOnce } from '@/components/shown_once';
import { UserName } from '@/components/user_name';

type Application = Schema<'ApplicationView'>;
type Key = Schema<'ApplicationKeyView'>;

const kLongestDays = 732;
const kMostPerSecond = 100_000;

interface Values {
  name: string;
  message_classes: Schema<'MessageClass'>[];
  messages_per_second: number;
  expires_at: Dayjs;
}

function KeyForm({
  application,
  onClose,
  onMade,
}: {
  application: Application;
  onClose: () => void;
  onMade: (made: Schema<'ApplicationKeyWithToken'>) => void;
}) {
  const { t } = useTranslation(['application', 'common']);
  const term = useTerm();
  const [key] = useState(newIdempotencyKey);
  const create = useFormAction(
    async (values: Values) =>
      (
        await api.POST('/api/v1/applications/{application_id}/keys', {
          params: { path: { application_id: application.id }, header: { 'Idempotency-Key': key } },
          body: { ...values, expires_at: toApiTime(values.expires_at) },
        })
      ).data!,
    { onDone: onMade },
  );
  const required = { required: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={create}
      title={t('new_key')}
      okText={t('common:action.create')}
      initialValues={{
        message_classes: application.message_classes,
        messages_per_second: 0,
        expires_at: dayjs().add(365, 'day'),
      }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('key_name')} extra={t('key_name_hint')} rules={[required]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="message_classes" label={t('message_classes')} rules={[required]}>
        <Checkbox.Group
          options={application.message_classes.map((value) => ({
            value,
            label: term('message_class', value),
          }))}
        />
      </Form.Item>
      <Form.Item name="messages_per_second" label={t('rate')} extra={t('rate_hint')} rules={[required]}>
        <InputNumber min={0} max={kMostPerSecond} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="expires_at" label={t('expires')} rules={[required]}>
        <DatePicker
          allowClear={false}
          minDate={dayjs().add(1, 'day')}
          maxDate={dayjs().add(kLongestDays - 1, 'day')}
          style={{ width: '100%' }}
        />
      </Form.Item>
    </FormDialog>
  );
}

function useColumns(onRevoke: (key: Key) => void): Column<Key>[] {
  const { t } = useTranslation(['application', 'common']);
  const term = useTerm();
  const { count } = useFormat();
  const can = useCan();
  const columns: Column<Key>[] = [
    { key: 'name', title: t('key_name'), dataIndex: 'name' },
    {
      key: 'state',
      title: t('common:field.state'),
      render: (_, k) => <KeyState expiresAt={k.expires_at} revokedAt={k.revoked_at} />,
    },
    {
      key: 'classes',
      title: t('message_classes'),
      render: (_, k) => k.message_classes.map((c) => <Tag key={c}>{term('message_class', c)}</Tag>),
    },
    {
      key: 'rate',
      title: t('rate'),
      align: 'right',
      className: 'tabular',
      render: (_, k) => (k.messages_per_second === 0 ? t('no_limit') : count(k.messages_per_second)),
    },
    { key: 'used', title: t('last_used'), render: (_, k) => <TimeText value={k.last_used_at} /> },
    {
      key: 'expires',
      title: t('expires'),
      render: (_, k) => <TimeText value={k.expires_at} detail="date" />,
    },
    { key: 'by', title: t('common:field.created_by'), render: (_, k) => <UserName id={k.created_by} /> },
  ];
  if (can('application.write'))
    columns.push({
      key: 'actions',
      title: t('actions'),
      render: (_, k) =>
        !k.revoked_at && (
          <Button size="small" danger onClick={() => onRevoke(k)}>
            {t('revoke')}
          </Button>
        ),
    });
  return columns;
}

export function Keys({ application }: { application: Application }) {
  const { t } = useTranslation(['application', 'common']);
  const can = useCan();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Schema<'ApplicationKeyWithToken'> | null>(null);
  const [revoking, setRevoking] = useState<Key | null>(null);
  const path = { application_id: application.id };
  const revoke = useAction(
    (key: Key) =>
      api.POST('/api/v1/applications/{application_id}/keys/{key_id}/revoke', {
        params: { path: { ...path, key_id: key.id } },
      }),
    { done: t('revoked_done'), onDone: () => setRevoking(null) },
  );
  const create = can('application.write') && (
    <Button size="small" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
      {t('new_key')}
    </Button>
  );
  return (
    <Section title={t('keys')} extra={create}>
      <DataTable<Key>
        id="application_keys"
        ariaLabel={t('keys')}
        queryKey={['get', '/api/v1/applications/{application_id}/keys', application.id]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/applications/{application_id}/keys', {
              params: { path, query: { after, limit } },
            })
          ).data!
        }
        columns={useColumns(setRevoking)}
        rowKey="id"
        pageParameter="key_after"
      />
      {open && (
        <KeyForm
          application={application}
          onClose={() => setOpen(false)}
          onMade={(result) => {
            setOpen(false);
            setMade(result);
          }}
        />
      )}
      {made && (
        <ShownOnce
          title={t('key_title', { name: made.application_key.name })}
          warning={t('once')}
          done={t('noted')}
          text={made.token}
          onClose={() => setMade(null)}
        />
      )}
      <Modal
        open={revoking !== null}
        title={t('revoke_confirm', { name: revoking?.name ?? '' })}
        okText={t('revoke')}
        okButtonProps={{ danger: true, loading: revoke.busy }}
        cancelText={t('common:action.cancel')}
        onCancel={() => setRevoking(null)}
        onOk={() => revoking && revoke.run(revoking)}
      >
        {t('revoke_text')}
      </Modal>
    </Section>
  );
}
