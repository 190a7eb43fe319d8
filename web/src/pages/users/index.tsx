// Users and their roles: who works here, made, changed, shut out and given another one-time password.
import { PlusOutlined } from '@ant-design/icons';
import { Button, Flex, Modal, Tag, Typography } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schema } from '@/api/client';
import { useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { type Column, DataTable } from '@/components/data_table';
import { CopyButton, IdText, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { UserForm } from './user_form';

type User = Schema<'UserView'>;

function RoleTags({ roles }: { roles: User['roles'] }) {
  const term = useTerm();
  return (
    <Flex wrap gap={4}>
      {roles.map((role) => (
        <Tag key={role}>{term('role', role)}</Tag>
      ))}
    </Flex>
  );
}

function Standing({ user }: { user: User }) {
  const { t } = useTranslation('users');
  if (user.disabled) return <Tag>{t('disabled')}</Tag>;
  if (user.locked_until)
    return (
      <Tag color="red">
        {t('locked_until')} <TimeText value={user.locked_until} />
      </Tag>
    );
  if (user.must_change_password) return <Tag color="gold">{t('one_time')}</Tag>;
  return <Tag color="green">{t('active')}</Tag>;
}

/** The password that opens an account once: shown here, kept nowhere. */
export function OneTimePassword({
  login,
  password,
  onClose,
}: {
  login: string;
  password: string;
  onClose: () => void;
}) {
  const { t } = useTranslation(['users', 'common']);
  return (
    <Modal
      open
      title={t('one_time_title', { login })}
      onCancel={onClose}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('noted')}
        </Button>
      }
    >
      <Typography.Paragraph>{t('one_time_text')}</Typography.Paragraph>
      <Flex align="center" gap={8}>
        <Typography.Text strong className="mono" style={{ fontSize: 18 }} data-one-time-password>
          {password}
        </Typography.Text>
        <CopyButton text={password} />
      </Flex>
    </Modal>
  );
}

function useUserColumns(
  edit: (user: User) => void,
  made: (m: Schema<'UserWithPassword'>) => void,
): Column<User>[] {
  const { t } = useTranslation(['users', 'common']);
  const me = useSession().id;
  const reset = useAction(
    async (user: User) =>
      (
        await api.POST('/api/v1/users/{user_id}/reset_password', {
          params: { path: { user_id: user.id }, header: ifMatch(user.version) },
        })
      ).data!,
    { onDone: made },
  );
  const disable = useAction(
    (user: User) =>
      api.PATCH('/api/v1/users/{user_id}', {
        params: { path: { user_id: user.id }, header: ifMatch(user.version) },
        body: { disabled: !user.disabled },
      }),
    { done: t('common:state.saved') },
  );
  const { run: runReset } = reset;
  const { run: runDisable } = disable;
  return useMemo<Column<User>[]>(
    () => [
      {
        key: 'name',
        title: t('name'),
        render: (_, user) => (
          <>
            <Typography.Text strong>{user.display_name}</Typography.Text>
            <br />
            <Typography.Text type="secondary">{user.login}</Typography.Text>
          </>
        ),
      },
      { key: 'roles', title: t('roles'), render: (_, user) => <RoleTags roles={user.roles} /> },
      { key: 'standing', title: t('standing'), render: (_, user) => <Standing user={user} /> },
      { key: 'last', title: t('last_login'), render: (_, user) => <TimeText value={user.last_login_at} /> },
      {
        key: 'created',
        title: t('common:field.created_at'),
        optional: true,
        render: (_, user) => <TimeText value={user.created_at} />,
      },
      { key: 'id', title: t('id'), optional: true, render: (_, user) => <IdText value={user.id} /> },
      {
        key: 'actions',
        title: t('actions'),
        render: (_, user) => (
          <Flex gap={4} wrap>
            <Button size="small" onClick={() => edit(user)}>
              {t('common:action.edit')}
            </Button>
            <Confirmed
              title={t('reset_confirm', { name: user.display_name })}
              onConfirm={() => runReset(user)}
            >
              {t('reset')}
            </Confirmed>
            {user.id !== me && (
              <Confirmed
                title={t(user.disabled ? 'enable_confirm' : 'disable_confirm', { name: user.display_name })}
                onConfirm={() => runDisable(user)}
              >
                {t(user.disabled ? 'enable' : 'disable')}
              </Confirmed>
            )}
          </Flex>
        ),
      },
    ],
    [t, edit, runReset, runDisable, me],
  );
}

function Confirmed({
  title,
  onConfirm,
  children,
}: {
  title: string;
  onConfirm: () => void;
  children: string;
}) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)}>
        {children}
      </Button>
      <Modal
        open={open}
        title={title}
        okText={t('action.confirm')}
        cancelText={t('action.cancel')}
        onCancel={() => setOpen(false)}
        onOk={() => {
          setOpen(false);
          onConfirm();
        }}
      />
    </>
  );
}

export default function Users() {
  const { t } = useTranslation(['users', 'common']);
  const [form, setForm] = useState<'new' | User | null>(null);
  const [made, setMade] = useState<Schema<'UserWithPassword'> | null>(null);
  const columns = useUserColumns(setForm, setMade);
  return (
    <Page
      title={t('title')}
      subtitle={t('subtitle')}
      actions={
        <Button type="primary" icon={<PlusOutlined />} onClick={() => setForm('new')}>
          {t('new')}
        </Button>
      }
    >
      <DataTable<User>
        id="users"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/users']}
        page={async (after, limit) =>
          (await api.GET('/api/v1/users', { params: { query: { after, limit } } })).data!
        }
        columns={columns}
        rowKey="id"
        exportUrl="/api/v1/users.csv"
      />
      {form && (
        <UserForm
          user={form === 'new' ? null : form}
          onClose={() => setForm(null)}
          onMade={(result) => {
            setForm(null);
            setMade(result);
          }}
        />
      )}
      {made && (
        <OneTimePassword
          login={made.user.login}
          password={made.one_time_password}
          onClose={() => setMade(null)}
        />
      )}
    </Page>
  );
}
