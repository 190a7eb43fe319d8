// Importing a list in three steps: the file, what its columns mean, the consent it proves. Nothing is kept before the last.
import { InboxOutlined } from '@ant-design/icons';
import { Alert, Button, Flex, Form, Input, Radio, Select, Steps, Table, Typography, Upload } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import type { Schema } from '@/api/client';
import { formatBytes } from '@/app/format';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { previewImport, startImport } from '@/components/customer';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { Section } from '@/components/section';
import { columnsOf, faultOf, kFields, mappingOf, type Mapping } from './mapping';

type Preview = Schema<'ImportPreview'>;

interface Consent {
  purpose: string;
  consent_method: string;
  consent_text: string;
  unknown_columns: Schema<'UnknownColumns'>;
}

function FileStep({ onPreview }: { onPreview: (file: File, preview: Preview) => void }) {
  const { t } = useTranslation('import_wizard');
  const look = useAction(async (file: File) => ({ file, preview: await previewImport(file) }), {
    refresh: [],
    onDone: ({ file, preview }) => onPreview(file, preview),
  });
  return (
    <Flex vertical gap={16}>
      <Upload.Dragger
        accept=".csv,.txt,.xlsx"
        showUploadList={false}
        disabled={look.busy}
        beforeUpload={(file) => {
          look.run(file);
          return false;
        }}
      >
        <p>
          <InboxOutlined style={{ fontSize: 36 }} aria-hidden />
        </p>
        <p>{look.busy ? t('looking') : t('drop')}</p>
        <Typography.Text type="secondary">{t('formats')}</Typography.Text>
      </Upload.Dragger>
      {look.error ? <ProblemAlert error={look.error} /> : null}
    </Flex>
  );
}

function ColumnsStep({
  preview,
  mapping,
  onChange,
}: {
  preview: Preview;
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
}) {
  const { t } = useTranslation('import_wizard');
  const term = useTerm();
  const fault = faultOf(mapping);
  return (
    <Flex vertical gap={12}>
      <Typography.Text type="secondary">
        {preview.file_name} · {preview.encoding} · {formatBytes(preview.bytes)} · {t('samples_masked')}
      </Typography.Text>
      <Table
        size="small"
        rowKey="index"
        pagination={false}
        scroll={{ x: 'max-content' }}
        dataSource={preview.columns}
        columns={[
          {
            key: 'header',
            title: t('header'),
            render: (_, column) => <b>{column.header || `#${column.index + 1}`}</b>,
          },
          {
            key: 'field',
            title: t('meaning'),
            render: (_, column) => (
              <Select
                aria-label={`${column.header} ${t('meaning')}`}
                style={{ width: 180 }}
                value={mapping[column.header] ?? 'unknown'}
                status={mapping[column.header] === 'unknown' ? 'warning' : undefined}
                options={[
                  { value: 'unknown', label: t('unknown') },
                  ...kFields.map((value) => ({ value, label: term('import_field', value) })),
                ]}
                onChange={(value) => onChange({ ...mapping, [column.header]: value })}
              />
            ),
          },
          {
            key: 'samples',
            title: t('samples'),
            render: (_, column) => (
              <span className="tabular">{column.samples.filter(Boolean).slice(0, 3).join('，') || '—'}</span>
            ),
          },
        ]}
      />
      {fault && <Alert type="warning" showIcon title={t(`faults.${fault}`)} />}
    </Flex>
  );
}

function ConsentStep({ form }: { form: ReturnType<typeof Form.useForm<Consent>>[0] }) {
  const { t } = useTranslation('import_wizard');
  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ purpose: '', consent_method: '', consent_text: '', unknown_columns: 'refuse' }}
      style={{ maxWidth: 620 }}
    >
      <Form.Item name="purpose" label={t('purpose')} extra={t('purpose_hint')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="consent_method" label={t('method')} extra={t('method_hint')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="consent_text" label={t('text')} extra={t('text_hint')}>
        <Input.TextArea rows={3} maxLength={2000} />
      </Form.Item>
      <Form.Item name="unknown_columns" label={t('unknown_columns')}>
        <Radio.Group
          options={(['refuse', 'ignore', 'attribute'] as const).map((value) => ({
            value,
            label: t(`unknown_${value}`),
          }))}
        />
      </Form.Item>
      <Alert type="info" showIcon title={t('never_back')} />
    </Form>
  );
}

export default function ImportWizard() {
  const { t } = useTranslation(['import_wizard', 'common']);
  const navigate = useNavigate();
  const [step, setStep] = useState(0);
  const [chosen, setChosen] = useState<{ file: File; preview: Preview } | null>(null);
  const [mapping, setMapping] = useState<Mapping>({});
  const [form] = Form.useForm<Consent>();
  const start = useAction(
    async (values: Consent) => startImport(chosen!.file, { ...values, columns: columnsOf(mapping) }),
    { onDone: (job) => void navigate(`/imports/${job.id}`) },
  );
  const steps = useMemo(
    () => [{ title: t('step_file') }, { title: t('step_columns') }, { title: t('step_consent') }],
    [t],
  );
  return (
    <Page title={t('title')} back="/imports">
      <Flex vertical gap={20}>
        <Steps current={step} items={steps} size="small" />
        <Section title={steps[step]!.title}>
          {step === 0 && (
            <FileStep
              onPreview={(file, preview) => {
                setChosen({ file, preview });
                setMapping(mappingOf(preview.columns));
                setStep(1);
              }}
            />
          )}
          {step === 1 && chosen && (
            <ColumnsStep preview={chosen.preview} mapping={mapping} onChange={setMapping} />
          )}
          {step === 2 && <ConsentStep form={form} />}
        </Section>
        {start.error ? <ProblemAlert error={start.error} /> : null}
        {step > 0 && (
          <Flex gap={8}>
            <Button onClick={() => setStep(step - 1)}>{t('common:action.back')}</Button>
            {step === 1 && (
              <Button type="primary" disabled={faultOf(mapping) !== null} onClick={() => setStep(2)}>
                {t('next')}
              </Button>
            )}
            {step === 2 && (
              <Button
                type="primary"
                loading={start.busy}
                onClick={() => void form.validateFields().then((values) => start.run(values))}
              >
                {t('start')}
              </Button>
            )}
          </Flex>
        )}
      </Flex>
    </Page>
  );
}
