// Evidence of consent: a file chosen for a form, and a link to one that is kept (a download asks why and is audited).
import { DownloadOutlined, UploadOutlined } from '@ant-design/icons';
import { Button, Upload } from 'antd';
import { useTranslation } from 'react-i18next';
import { download } from '@/api/download';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';

interface PickerProps {
  id?: string;
  value?: File | null;
  onChange?: (file: File | null) => void;
}

/** A form field that holds a file until the form is sent. */
export function EvidencePicker({ id, value, onChange }: PickerProps) {
  const { t } = useTranslation('customer');
  return (
    <Upload
      id={id}
      maxCount={1}
      beforeUpload={(file) => {
        onChange?.(file);
        return false;
      }}
      onRemove={() => onChange?.(null)}
      fileList={value ? [{ uid: '1', name: value.name, status: 'done' }] : []}
    >
      <Button icon={<UploadOutlined />}>{t('evidence_choose')}</Button>
    </Upload>
  );
}

export function EvidenceLink({ id, name }: { id: string | null | undefined; name?: string | null }) {
  const { t } = useTranslation('customer');
  const can = useCan();
  const [ask, dialog] = useReason();
  const fetchIt = useAction(async (reason: string) => {
    await download(`/api/v1/evidence/${id}/download`, name ?? 'evidence', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ reason }),
    });
  });
  if (!id) return <>{t('evidence_none')}</>;
  if (!can('customer.reveal')) return <>{name ?? id}</>;
  return (
    <>
      <Button
        size="small"
        icon={<DownloadOutlined />}
        loading={fetchIt.busy}
        title={name ?? undefined}
        onClick={() =>
          void ask({ title: t('evidence_download'), text: t('reveal_text') }).then((reason) => {
            if (reason) fetchIt.run(reason);
          })
        }
      >
        {t('evidence_download')}
      </Button>
      {dialog}
    </>
  );
}
