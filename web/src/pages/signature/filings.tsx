// How the signature stands with the carrier behind every channel; technology enters it.
import { DownloadOutlined } from '@ant-design/icons';
import { Button, Flex, Form, Input, Select, Table, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schema } from '@/api/client';
import { download } from '@/api/download';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction } from '@/components/action';
import { EvidencePicker } from '@/components/customer/evidence';
import { uploadFilingFile } from '@/components/customer/upload';
import { FormDialog, useFormAction } from '@/components/form_dialog';
import { TermTag, TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import { ZonedPicker } from '@/components/zoned_picker';

type View = Schema<'SignatureView'>;
type Filing = Schema<'SignatureFilingView'>;
type SetFiling = Schema<'SetFiling'>;

interface Values extends SetFiling {
  file?: File | null;
}

/** Expired is what its end makes of a filing: nobody says so. */
const kStates: SetFiling['state'][] = ['not_filed', 'submitted', 'filed', 'rejected', 'withdrawn'];

function FileButton({ signature, filing }: { signature: View; filing: Filing }) {
  const { t } = useTranslation('signature');
  const fetchIt = useAction(() =>
    download(
      `/api/v1/signatures/${signature.id}/filing_files/${filing.evidence_id}`,
      `${signature.text} ${filing.channel_name}`,
    ),
  );
  return (
    <Button
      type="text"
      icon={<DownloadOutlined />}
      loading={fetchIt.busy}
      aria-label={t('file_of', { channel: filing.channel_name })}
      onClick={() => fetchIt.run()}
    />
  );
}

function Entry({ signature, filing, onClose }: { signature: View; filing: Filing; onClose: () => void }) {
  const { t } = useTranslation('signature');
  const { t: common } = useTranslation();
  const term = useTerm();
  const save = useFormAction(
    async ({ file, ...body }: Values) => {
      const path = { signature_id: signature.id, channel_id: filing.channel_id };
      await api.PUT('/api/v1/signatures/{signature_id}/filings/{channel_id}', {
        params: { path, header: ifMatch(filing.version) },
        body,
      });
      if (file) await uploadFilingFile(file, path);
    },
    { done: t('entered'), onDone: onClose },
  );
  return (
    <FormDialog
      action={save}
      title={t('enter_of', { channel: filing.channel_name })}
      initialValues={{
        state: filing.state === 'expired' ? undefined : filing.state,
        reference: filing.reference,
        valid_until: filing.valid_until,
        note: filing.note,
      }}
      requiredMark
      onClose={onClose}
    >
      <Form.Item
        name="state"
        label={t('filing_state')}
        rules={[{ required: true, message: common('state.required') }]}
      >
        <Select options={kStates.map((value) => ({ value, label: term('filing_state', value) }))} />
      </Form.Item>
      <Form.Item name="reference" label={t('reference')}>
        <Input maxLength={64} />
      </Form.Item>
      <Form.Item name="valid_until" label={t('valid_until')} extra={t('valid_until_hint')}>
        <ZonedPicker />
      </Form.Item>
      <Form.Item name="note" label={t('note')}>
        <Input.TextArea rows={2} maxLength={2000} />
      </Form.Item>
      <Form.Item name="file" label={t('file')} extra={t('file_hint')}>
        <EvidencePicker />
      </Form.Item>
    </FormDialog>
  );
}

export function Filings({ signature }: { signature: View }) {
  const { t } = useTranslation('signature');
  const { t: common } = useTranslation();
  const can = useCan();
  const [editing, setEditing] = useState<Filing>();
  return (
    <Section title={t('filings')}>
      <Table<Filing>
        size="small"
        pagination={false}
        scroll={{ x: 'max-content' }}
        rowKey="channel_id"
        dataSource={signature.filings}
        columns={[
          {
            key: 'channel',
            title: t('channel'),
            render: (_, row) => (
              <Flex gap={6} wrap>
                <b>{row.channel_name}</b>
                {row.requires_filed_signature && <Tag>{t('required')}</Tag>}
                {!row.carried && <Tag color="red">{t('not_carried')}</Tag>}
              </Flex>
            ),
          },
          {
            key: 'state',
            title: common('field.state'),
            render: (_, row) => <TermTag list="filing_state" name={row.state} />,
          },
          { key: 'reference', title: t('reference'), render: (_, row) => row.reference || '—' },
          {
            key: 'valid_until',
            title: t('valid_until'),
            render: (_, row) =>
              row.valid_until ? (
                <TimeText value={row.valid_until} detail="date" />
              ) : row.state === 'filed' ? (
                t('without_end')
              ) : (
                '—'
              ),
          },
          {
            key: 'note',
            title: t('note'),
            render: (_, row) => (
              <Typography.Text type="secondary">
                {[row.note, row.code && t('code', { code: row.code })].filter(Boolean).join(' · ') || '—'}
              </Typography.Text>
            ),
          },
          {
            key: 'by',
            title: t('by'),
            render: (_, row) =>
              row.updated_by ? <UserName id={row.updated_by} /> : row.updated_at ? t('system') : '—',
          },
          {
            key: 'file',
            title: t('file'),
            render: (_, row) => (row.evidence_id ? <FileButton signature={signature} filing={row} /> : '—'),
          },
          ...(can('signature.file')
            ? [
                {
                  key: 'enter',
                  title: t('enter'),
                  render: (_: unknown, row: Filing) => (
                    <Button
                      size="small"
                      aria-label={t('enter_of', { channel: row.channel_name })}
                      onClick={() => setEditing(row)}
                    >
                      {t('enter')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {editing && <Entry signature={signature} filing={editing} onClose={() => setEditing(undefined)} />}
    </Section>
  );
}
