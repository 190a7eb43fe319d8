// A user made or changed; what excludes itself (separation of duties) is said before the server has to.
import { Alert, Checkbox, Form, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useTerm } from '@/app/terms';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { conflictOf, kRoles, type Role } from './duties';

interface Values {
  login: string;
  display_name: string;
  roles: Role[];
}

interface Props {
  user: Schema<'UserView'> | null;
  onClose: () => void;
  onMade: (made: Schema<'UserWithPassword'>) => void;
}

export function UserForm({ user, onClose, onMade }: Props) {
  const { t } = useTranslation(['users', 'common']);
  const term = useTerm();
  const [key] = useState(newIdempotencyKey);
  const save = useFormAction(async (values: Values) => {
    if (!user) {
      const { data } = await api.POST('/api/v1/users', {
        params: { header: { 'Idempotency-Key': key } },
        body: values,
      });
      onMade(data!);
      return;
    }
    await api.PATCH('/api/v1/users/{user_id}', {
      params: { path: { user_id: user.id }, header: ifMatch(user.version) },
      body: { display_name: values.display_name, roles: values.roles },
    });
    onClose();
  });
  const roles = Form.useWatch('roles', save.form) ?? user?.roles ?? [];
  const conflict = conflictOf(roles);
  const required = { required: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={save}
      title={user ? t('edit', { name: user.display_name }) : t('new')}
      okButtonProps={{ disabled: conflict !== null }}
      initialValues={user ?? { login: '', display_name: '', roles: [] }}
      onClose={onClose}
    >
      <Form.Item
        name="login"
        label={t('login')}
        extra={user ? undefined : t('login_rule')}
        rules={[required]}
      >
        <Input disabled={user !== null} maxLength={64} autoComplete="off" />
      </Form.Item>
      <Form.Item name="display_name" label={t('name')} rules={[required]}>
        <Input maxLength={80} autoComplete="off" />
      </Form.Item>
      <Form.Item name="roles" label={t('roles')} rules={[required]}>
        <Checkbox.Group options={kRoles.map((role) => ({ value: role, label: term('role', role) }))} />
      </Form.Item>
      {conflict && (
        <Alert
          type="warning"
          showIcon
          title={t('conflict', { a: term('role', conflict[0]), b: term('role', conflict[1]) })}
        />
      )}
    </FormDialog>
  );
}
