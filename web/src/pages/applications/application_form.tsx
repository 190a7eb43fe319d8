// The account of an application in a drawer: setting one up, changing one, reading one.
import { Alert, Button, Drawer, Flex, Form, Input, InputNumber, Select, type SelectProps } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, newIdempotencyKey, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useFormAction } from '@/components/form_dialog';
import { ProblemAlert } from '@/components/problem_view';
import { useChannels, useContents, useRoutes } from './choices';
import {
  type ApplicationSpec,
  type ApplicationValues,
  type ApplicationView,
  kLoginProtocols,
  logsIn,
  mostOf,
  newApplication,
  toSend,
  valuesOf,
} from './spec';

interface Props {
  /** The account to change or read; absent: a new one. */
  application?: ApplicationView;
  onClose: () => void;
}

/** Fields of several values: what is wrong with one of them is said at the field. */
const kWhole = ['/protocols', '/allowed_addresses', '/message_classes', '/contents'];
const kClasses: Schema<'MessageClass'>[] = ['notification', 'verification', 'marketing', 'public_service'];

async function save(application: Props['application'], body: ApplicationSpec, key: string) {
  if (application)
    await api.PUT('/api/v1/applications/{application_id}', {
      params: { path: { application_id: application.id }, header: ifMatch(application.version) },
      body,
    });
  else await api.POST('/api/v1/applications', { params: { header: { 'Idempotency-Key': key } }, body });
}

function useRequired() {
  const { t } = useTranslation();
  return { required: true, message: t('state.required') };
}

function Account({ isEdit }: { isEdit: boolean }) {
  const { t } = useTranslation('applications');
  const term = useTerm();
  const required = useRequired();
  const filled = { ...required, whitespace: true };
  const protocols = (Form.useWatch('protocols') as ApplicationValues['protocols'] | undefined) ?? [];
  const login = mostOf(protocols, 'system_id');
  const secret = mostOf(protocols, 'password');
  const needsSecret = logsIn(protocols) && !isEdit;
  const hint = isEdit ? 'secret_kept' : 'secret_hint';
  return (
    <>
      <Form.Item name="name" label={t('name')} rules={[filled]} className="field-wide">
        <Input maxLength={100} />
      </Form.Item>
      <Form.Item name="protocols" label={t('protocols')} rules={[required]} className="field-wide">
        <Select
          mode="multiple"
          options={kLoginProtocols.map((value) => ({ value, label: term('channel_protocol', value) }))}
        />
      </Form.Item>
      <Form.Item
        name="login"
        label={t('login')}
        extra={t('at_most', { most: login })}
        dependencies={['protocols']}
        rules={[filled, { max: login, message: t('at_most', { most: login }) }]}
      >
        <Input className="mono" autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="secret"
        label={t('secret')}
        extra={logsIn(protocols) ? t(hint, { most: secret }) : t('secret_none')}
        dependencies={['protocols']}
        rules={[...(needsSecret ? [required] : []), { max: secret, message: t('at_most', { most: secret }) }]}
      >
        <Input.Password autoComplete="new-password" visibilityToggle={false} />
      </Form.Item>
      <Form.Item
        name="allowed_addresses"
        label={t('allowed_addresses')}
        extra={t('addresses_hint')}
        className="field-wide"
      >
        <Input.TextArea className="mono" autoSize={{ minRows: 2, maxRows: 8 }} spellCheck={false} />
      </Form.Item>
    </>
  );
}

/** The contents of the classes that are chosen, as far as they have an approved version; what was given stays there. */
function useContentOptions() {
  const term = useTerm();
  const classes = (Form.useWatch('message_classes') as string[] | undefined) ?? [];
  const chosen = new Set((Form.useWatch('contents') as string[] | undefined) ?? []);
  return useContents()
    .filter(
      (content) =>
        chosen.has(content.id) || (content.approved_version_id && classes.includes(content.message_class)),
    )
    .map((content) => ({
      value: content.id,
      label: `${content.name} · ${term('message_class', content.message_class)}`,
    }));
}

function Traffic() {
  const { t } = useTranslation('applications');
  const { t: common } = useTranslation();
  const term = useTerm();
  const required = useRequired();
  const { channels, nameOf } = useChannels();
  const { routes, nameOf: nameOfRoute } = useRoutes();
  const way = Form.useWatch('way') as string | undefined;
  const contents = useContentOptions();
  const known = channels.map(({ id, name, use }) => ({
    value: id,
    label: use === 'disabled' ? `${name} · ${term('channel_use', use)}` : name,
  }));
  // One that this person cannot look up still has to be shown.
  const ofRoutes = routes.map(({ id, name }) => ({ value: id, label: name }));
  if (way && ![...known, ...ofRoutes].some(({ value }) => value === way))
    known.push({ value: way, label: nameOfRoute(way) ?? nameOf(way) });
  const choices: SelectProps['options'] =
    ofRoutes.length === 0
      ? known
      : [
          { label: t('routes'), options: ofRoutes },
          { label: t('channels'), options: known },
        ];
  return (
    <>
      <Form.Item
        name="message_classes"
        label={t('message_classes')}
        rules={[required]}
        className="field-wide"
      >
        <Select
          mode="multiple"
          options={kClasses.map((value) => ({ value, label: term('message_class', value) }))}
        />
      </Form.Item>
      <Form.Item name="contents" label={t('contents')} extra={t('contents_hint')} className="field-wide">
        <Select mode="multiple" options={contents} showSearch={{ optionFilterProp: 'label' }} />
      </Form.Item>
      <Form.Item
        name="access_code"
        label={t('access_code')}
        extra={t('access_code_hint')}
        rules={[required, { pattern: /^\s*\d+\s*$/, message: t('digits') }]}
      >
        <Input className="mono" maxLength={20} inputMode="numeric" autoComplete="off" />
      </Form.Item>
      <Form.Item name="way" label={t('channel')} extra={t('channel_hint')} rules={[required]}>
        <Select
          options={choices}
          showSearch={{ optionFilterProp: 'label' }}
          notFoundContent={common('state.empty')}
        />
      </Form.Item>
      <Form.Item name="segments_per_second" label={t('rate')} extra={t('rate_hint')} rules={[required]}>
        <InputNumber min={0} max={1_000_000} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="window" label={t('window')} extra={t('window_hint')} rules={[required]}>
        <InputNumber min={1} max={4096} precision={0} style={{ width: '100%' }} />
      </Form.Item>
      <Form.Item name="max_sessions" label={t('max_sessions')} rules={[required]}>
        <InputNumber min={1} max={64} precision={0} style={{ width: '100%' }} />
      </Form.Item>
    </>
  );
}

/** Made anew each time it is opened: a secret that was entered and left is forgotten. */
export function ApplicationForm({ application, onClose }: Props) {
  const { t } = useTranslation('applications');
  const { t: common } = useTranslation();
  const mayWrite = useCan()('application.write');
  const [key] = useState(newIdempotencyKey);
  const isEdit = application !== undefined;
  const { form, run, busy, fault } = useFormAction(
    (values: ApplicationValues) => save(application, toSend(values), key),
    { whole: kWhole, done: t(isEdit ? 'changed' : 'created'), onDone: onClose },
  );
  const footer = mayWrite && (
    <Flex justify="end" gap={8}>
      <Button onClick={onClose}>{common('action.cancel')}</Button>
      <Button type="primary" loading={busy} onClick={() => form.submit()}>
        {common('action.save')}
      </Button>
    </Flex>
  );
  return (
    <Drawer open onClose={onClose} size={640} title={application?.name ?? t('create')} footer={footer}>
      {isEdit && mayWrite && (
        <Alert type="info" showIcon style={{ marginBlockEnd: 16 }} title={t('relogin')} />
      )}
      <ProblemAlert error={fault} />
      <Form<ApplicationValues>
        form={form}
        layout="vertical"
        disabled={!mayWrite}
        scrollToFirstError
        initialValues={application ? valuesOf(application) : newApplication()}
        onFinish={run}
      >
        <div className="fields-2">
          <Account isEdit={isEdit} />
          <Traffic />
        </div>
      </Form>
    </Drawer>
  );
}
