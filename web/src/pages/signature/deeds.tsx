// What can be done with a signature as it stands, by whom: marketing asks, compliance decides.
import { Button, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, ifMatch, type Schema } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { DraftDialog } from '@/components/signature/draft_dialog';

type View = Schema<'SignatureView'>;
type Deed = 'approve' | 'reject' | 'suspend' | 'resume' | 'withdraw';

const kDeeds: Partial<Record<View['state'], Deed[]>> = {
  submitted: ['approve', 'reject'],
  approved: ['suspend', 'withdraw'],
  suspended: ['resume', 'withdraw'],
};
/** Not by whoever asked for it, changed or submitted it. */
const kDecisions: Deed[] = ['approve', 'reject', 'resume'];

function Decide({ signature, deed }: { signature: View; deed: Deed }) {
  const { t } = useTranslation('signature');
  const [ask, dialog] = useReason();
  const run = useAction(
    (reason: string, version: number) =>
      api.POST(`/api/v1/signatures/{signature_id}/${deed}`, {
        params: { path: { signature_id: signature.id }, header: ifMatch(version) },
        body: { reason },
      }),
    { done: t(`done.${deed}`) },
  );
  const barred = kDecisions.includes(deed) && !signature.may_decide;
  const danger = deed !== 'approve' && deed !== 'resume';
  const decide = async () => {
    const { version } = signature; // what is decided on, whatever comes while the reason is written
    const reason = await ask({
      title: t(`deed.${deed}`),
      text: t(`means.${deed}`),
      confirm: t(`deed.${deed}`),
      danger,
    });
    if (reason) run.run(reason, version);
  };
  return (
    <>
      {dialog}
      <Tooltip title={barred ? t('own') : undefined}>
        <Button
          type={danger ? 'default' : 'primary'}
          danger={danger}
          disabled={barred}
          loading={run.busy}
          onClick={() => void decide()}
        >
          {t(`deed.${deed}`)}
        </Button>
      </Tooltip>
    </>
  );
}

export function Deeds({ signature }: { signature: View }) {
  const { t } = useTranslation('signature');
  const { t: common } = useTranslation();
  const can = useCan();
  const [editing, setEditing] = useState<View | null>(null); // as it was then
  const submit = useAction(
    () =>
      api.POST('/api/v1/signatures/{signature_id}/submit', {
        params: { path: { signature_id: signature.id }, header: ifMatch(signature.version) },
      }),
    { done: t('done.submit') },
  );
  return (
    <>
      {can('signature.write') && signature.state !== 'submitted' && (
        <Button onClick={() => setEditing(signature)}>{common('action.edit')}</Button>
      )}
      {can('signature.write') && signature.state === 'draft' && (
        <Button type="primary" loading={submit.busy} onClick={() => submit.run()}>
          {t('deed.submit')}
        </Button>
      )}
      {can('signature.review') &&
        (kDeeds[signature.state] ?? []).map((deed) => (
          <Decide key={deed} signature={signature} deed={deed} />
        ))}
      {editing && <DraftDialog onClose={() => setEditing(null)} signature={editing} />}
    </>
  );
}
