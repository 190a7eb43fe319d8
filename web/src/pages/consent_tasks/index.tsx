// Consents to confirm with customers: asked by marketing or compliance, decided by customer service with proof.
import { Button, Flex, Form, Input, Tag } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction, useReason } from '@/components/action';
import { EvidencePicker, uploadEvidence } from '@/components/customer';
import { type Column, DataTable } from '@/components/data_table';
import { FilterSelect } from '@/components/filters';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { useUrlFilters } from '@/components/url_filters';
import { useNow } from '@/components/use_now';
import { UserName } from '@/components/user_name';
import { ZonedPicker } from '@/components/zoned_picker';

type Task = Schema<'ConsentTaskView'>;
const kStates = ['open', 'confirmed', 'refuted', 'cancelled'] as const;

interface Values {
  method?: string;
  text?: string;
  occurred_at?: string;
  evidence?: File | null;
  note: string;
}

function DecisionForm({
  task,
  answer,
  onClose,
}: {
  task: Task;
  answer: 'confirm' | 'refute';
  onClose: () => void;
}) {
  const { t } = useTranslation(['consent_tasks', 'customer', 'common']);
  const decide = useFormAction(
    async (values: Values) => {
      const evidence = values.evidence ? await uploadEvidence(values.evidence) : null;
      const path = { consent_task_id: task.id };
      if (answer === 'confirm')
        await api.POST('/api/v1/consent_tasks/{consent_task_id}/confirm', {
          params: { path },
          headers: ifMatch(task.version),
          body: {
            method: values.method ?? '',
            text: values.text?.trim() || undefined,
            occurred_at: values.occurred_at,
            evidence_id: evidence?.id,
            note: values.note ?? '',
          },
        });
      else
        await api.POST('/api/v1/consent_tasks/{consent_task_id}/refute', {
          params: { path },
          headers: ifMatch(task.version),
          body: { note: values.note, evidence_id: evidence?.id },
        });
    },
    { done: t('decided'), onDone: onClose },
  );
  const required = { required: true, whitespace: true, message: t('common:state.required') };
  return (
    <FormDialog
      action={decide}
      title={t(answer === 'confirm' ? 'confirm_title' : 'refute_title')}
      okText={t('common:action.submit')}
      okButtonProps={{ danger: answer === 'refute' }}
      initialValues={{ note: '' }}
      onClose={onClose}
    >
      <p className="message-text">{task.question}</p>
      {answer === 'confirm' && (
        <>
          <Form.Item
            name="method"
            label={t('customer:method')}
            extra={t('customer:method_hint')}
            rules={[required]}
          >
            <Input maxLength={64} />
          </Form.Item>
          <Form.Item
            name="text"
            label={t('customer:text')}
            extra={t('customer:text_hint')}
            dependencies={['evidence']}
            rules={[
              ({ getFieldValue }) => ({
                validator: (_, value?: string) =>
                  value?.trim() || getFieldValue('evidence')
                    ? Promise.resolve()
                    : Promise.reject(new Error(t('customer:proof_needed'))),
              }),
            ]}
          >
            <Input.TextArea rows={2} maxLength={2000} />
          </Form.Item>
          <Form.Item name="occurred_at" label={t('customer:occurred_at')}>
            <ZonedPicker />
          </Form.Item>
        </>
      )}
      <Form.Item name="evidence" label={t('customer:evidence')} extra={t('customer:evidence_hint')}>
        <EvidencePicker />
      </Form.Item>
      <Form.Item
        name="note"
        label={t('customer:note')}
        extra={t('customer:note_hint')}
        rules={answer === 'refute' ? [required] : []}
      >
        <Input.TextArea rows={2} maxLength={500} />
      </Form.Item>
    </FormDialog>
  );
}

function Due({ task }: { task: Task }) {
  const { t } = useTranslation('consent_tasks');
  const now = useNow(60_000);
  const late = task.state === 'open' && new Date(task.due_at) < now;
  return (
    <Flex gap={6} align="center">
      <TimeText value={task.due_at} />
      {late && <Tag color="red">{t('overdue')}</Tag>}
    </Flex>
  );
}

export default function ConsentTasks() {
  const { t } = useTranslation(['consent_tasks', 'customer', 'common']);
  const term = useTerm();
  const can = useCan();
  const [filters, setFilters] = useUrlFilters(['state', 'customer_id'] as const);
  const [deciding, setDeciding] = useState<{ task: Task; answer: 'confirm' | 'refute' } | null>(null);
  const [ask, dialog] = useReason();
  const cancel = useAction(
    (task: Task, reason: string) =>
      api.POST('/api/v1/consent_tasks/{consent_task_id}/cancel', {
        params: { path: { consent_task_id: task.id } },
        headers: ifMatch(task.version),
        body: { reason },
      }),
    { done: t('cancelled') },
  );
  const { run: runCancel } = cancel;
  const columns = useMemo<Column<Task>[]>(
    () => [
      { key: 'due', title: t('due'), render: (_, task) => <Due task={task} /> },
      {
        key: 'customer',
        title: t('customer:customer'),
        render: (_, task) => (
          <Link to={`/customers/${task.customer_id}`} className="tabular">
            {task.number_masked} {task.name_masked}
          </Link>
        ),
      },
      {
        key: 'class',
        title: t('customer:class'),
        render: (_, task) => term('message_class', task.message_class),
      },
      {
        key: 'question',
        title: t('question'),
        render: (_, task) => (
          <div className="message-text" style={{ maxWidth: 320 }}>
            {task.question}
          </div>
        ),
      },
      {
        key: 'state',
        title: t('common:field.state'),
        render: (_, task) => <TermTag list="consent_task_state" name={task.state} />,
      },
      { key: 'by', title: t('asked_by'), render: (_, task) => <UserName id={task.requested_by} /> },
      { key: 'decided', title: t('decided_by'), render: (_, task) => <UserName id={task.decided_by} /> },
      { key: 'note', title: t('customer:note'), optional: true, render: (_, task) => task.note || '—' },
      {
        key: 'actions',
        title: t('actions'),
        render: (_, task) =>
          task.state === 'open' && (
            <Flex gap={4} wrap>
              {can('consent.confirm') && (
                <>
                  <Button
                    size="small"
                    type="primary"
                    onClick={() => setDeciding({ task, answer: 'confirm' })}
                  >
                    {t('confirm')}
                  </Button>
                  <Button size="small" danger onClick={() => setDeciding({ task, answer: 'refute' })}>
                    {t('refute')}
                  </Button>
                </>
              )}
              {can('consent.request') && (
                <Button
                  size="small"
                  onClick={() =>
                    void ask({ title: t('cancel_title') }).then((reason) => {
                      if (reason) runCancel(task, reason);
                    })
                  }
                >
                  {t('take_back')}
                </Button>
              )}
            </Flex>
          ),
      },
    ],
    [t, term, can, ask, runCancel],
  );
  return (
    <Page title={t('title')} subtitle={t('subtitle')}>
      <DataTable<Task>
        id="consent_tasks"
        ariaLabel={t('title')}
        queryKey={['get', '/api/v1/consent_tasks', filters]}
        page={async (after, limit) =>
          (
            await api.GET('/api/v1/consent_tasks', {
              params: { query: { ...filters, after, limit } as never },
            })
          ).data!
        }
        columns={columns}
        rowKey="id"
        filters={
          <FilterSelect
            label={t('common:field.state')}
            value={filters.state}
            options={kStates.map((value) => ({ value, label: term('consent_task_state', value) }))}
            onChange={(state) => setFilters({ state })}
          />
        }
        filtered={Object.keys(filters).length > 0}
        exportUrl="/api/v1/consent_tasks.csv"
        exportQuery={filters}
      />
      {deciding && <DecisionForm {...deciding} onClose={() => setDeciding(null)} />}
      {dialog}
    </Page>
  );
}
