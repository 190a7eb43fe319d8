// API keys: what programs sign in with. A key's token is shown once; a key is revoked, never changed.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Checkbox, DatePicker, Form, Input, Modal, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, newIdempotencyKey, type Schema } from '@/api/client';
import { toApiTime } from '@/app/format';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { KeyState } from '@/components/key_state';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { ShownOnce } from '@/components/shown_once';
import { UserName } from '@/components/user_name';

type ApiKey = Schema<'ApiKeyView'>;
type Role = Schema<'Role'>;

const kLongestDays = 366;
// A program reviews nothing and administers no one.
const kRoles: Role[] = ['marketing', 'technology', 'customer_service', 'auditor'];

interface Values {
  name: string;
  roles: Role[];
  expires_at: Dayjs;
}

function KeyForm({
  onClose,
  onMade,
}: {
  onClose: () => void;
  onMade: (made: Schema<'ApiKeyWithToken'>) => void;
}) {
  const { t } = useTranslation(['api_keys', 'common']);
  const term = useTerm();
  const [key] = useState(newIdempotencyKey);
  const create = useFormAction(
    async (values: Values) =>
      (
        await api.POST('/api/v1/api_keys', {
          params: { header: { 'Idempotency-Key': key } },
          body: { ...values, expires_at: toApiTime(values.expires_at) },
        })
      ).data!,
    { onDone: onMade },
  );
  const required = { required: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={create}
      title={t('new')}
      okText={t('common:action.create')}
      initialValues={{ roles: [], expires_at: dayjs().add(180, 'day') }}
      onClose={onClose}
    >
      <Form.Item name="name" label={t('name')} extra={t('name_hint')} rules={[required]}>
        <Input maxLength={80} />
      </Form.Item>
      <Form.Item name="roles" label={t('roles')} extra={t('roles_hint')} rules={[required]}>
        <Checkbox.Group options={kRoles.map((role) => ({ value: role, label: term('role', role) }))} />
      </Form.Item>
      <Form.Item name="expires_at" label={t('expires')} extra={t('expires_hint')} rules={[required]}>
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

export default function ApiKeys() {
  const { t } = useTranslation(['api_keys', 'common']);
  const term = useTerm();
  const [open, setOpen] = useState(false);
  const [made, setMade] = useState<Schema<'ApiKeyWithToken'> | null>(null);
  const [revoking, setRevoking] = useState<ApiKey | null>(null);
  const revoke = useAction(
    (apiKey: ApiKey) =>
      api.POST('/api/v1/api_keys/{api_key_id}/revoke', { params: { path: { api_key_id: apiKey.id } } }),
    { done: t('revoked_done'), onDone: () => setRevoking(null) },
  );
  const columns = useMemo<Column<ApiKey>[]>(
    () => [
      { key: 'name', title: t('name'), dataIndex: 'name' },
      {
        key: 'roles',
        title: t('roles'),
        render: (_, k) => k.roles.map((r) => <Tag key={r}>{term('role', r)}</Tag>),
      },
      {
        key: 'state',
        title: t('common:field.state'),
        render: (_, k) => <KeyState expiresAt={k.expires_at} revokedAt={k.revoked_at} />,
      },
      { key: 'used', title: t('last_used'), render: (_, k) => <TimeText value={k.last_used_at} /> },
      {
        key: 'expires',
        title: t('expires'),
        render: (_, k) => <TimeText value={k.expires_at} detail="date" />,
      },
      { key: 'by', title: t('common:field.created_by'), render: (_, k) => <UserName id={k.created_by} /> },
      {
        key: 'at',
        title: t('common:field.created_at'),
        optional: true,
        render: (_, k) => <TimeText value={k.created_at} />,
      },
      {
        key: 'actions',
        title: t('actions'),
        render: (_, k) =>
          !k.revoked_at && (
            <Button size="small" danger onClick={() => setRevoking(k)}>
              {t('revoke')}
            </Button>
          ),
      },
    ],
    [t, term],
  );
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setOpen(true)}>
          {t('new')}
        </Button>
      }
    >
      <DataTable<ApiKey>
        id="api_keys"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/api_keys']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/api_keys', { params: { query: { after, limit } } })).data!
        }
        columns={columns}
        rowKey="id"
        exportUrl="/api/v1/api_keys.csv"
      />
      {open && (
        <KeyForm
          onClose={() => setOpen(false)}
          onMade={(result) => {
            setOpen(false);
            setMade(result);
          }}
        />
      )}
      {made && (
        <ShownOnce
          title={t('token_title', { name: made.api_key.name })}
          warning={t('token_text')}
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
    </Page>
  );
}
