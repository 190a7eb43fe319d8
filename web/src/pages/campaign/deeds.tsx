// What may be done with a campaign: hidden from those whose job it never is, off with the reason where only the state
// forbids it.
import { App, Button, Modal, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { $api, api, ifMatch, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { useAction, useReason } from '@/components/action';
import { useAudienceCount } from '@/components/audience_builder';
import { needsNotice } from '@/pages/prepare/road';
import type { Campaign } from './campaign_data';
import { allowedDeeds } from './road';

function Deed({
  name,
  why,
  primary,
  ...button
}: {
  name: string;
  /** Why it cannot be done now; none: it can. */
  why?: string;
  danger?: boolean;
  primary?: boolean;
  loading?: boolean;
  onClick: () => void;
}) {
  return (
    <Tooltip title={why}>
      <Button {...button} type={primary && !why ? 'primary' : 'default'} disabled={Boolean(why)}>
        {name}
      </Button>
    </Tooltip>
  );
}

function FreezeDialog({ campaign, onClose }: { campaign: Campaign; onClose: () => void }) {
  const { t } = useTranslation('campaign');
  const { count } = useFormat();
  const people = useAudienceCount(campaign.audience).count;
  const freeze = useAction(
    () =>
      api.POST('/api/v1/campaigns/{campaign_id}/freeze', {
        params: { path: { campaign_id: campaign.id }, header: ifMatch(campaign.version) },
      }),
    { done: t('done.freeze'), onDone: onClose },
  );
  return (
    <Modal
      open
      title={t('deed.freeze')}
      okText={t('deed.freeze')}
      cancelText={t('common:action.cancel')}
      confirmLoading={freeze.busy}
      onOk={() => freeze.run()}
      onCancel={onClose}
    >
      <p>{t('ask.freeze', { number: count(people) })}</p>
    </Modal>
  );
}

/** `approval`: of the content; unknown while it is being fetched. */
export function useDeeds(campaign: Campaign, approval: Schema<'Approval'> | undefined) {
  const { t } = useTranslation('campaign');
  const term = useTerm();
  const can = useCan();
  const navigate = useNavigate();
  const [askReason, reasonDialog] = useReason();
  const [freezing, setFreezing] = useState(false);
  const { modal } = App.useApp();
  const allowed = allowedDeeds(campaign);
  const path = { campaign_id: campaign.id };
  const header = ifMatch(campaign.version);
  const state = t('why.state', { state: term('campaign_state', campaign.state) });
  const notApproved = approval !== undefined && approval !== 'stands' ? t('why.not_approved') : undefined;

  const handOver = useAction(
    () => api.POST('/api/v1/campaigns/{campaign_id}/hand_over', { params: { path, header } }),
    { done: t('done.hand_over') },
  );
  const reopen = useAction(
    (reason: string) =>
      api.POST('/api/v1/campaigns/{campaign_id}/reopen', { params: { path, header }, body: { reason } }),
    { done: t('done.reopen') },
  );
  const cancel = useAction(
    (reason: string) =>
      api.POST('/api/v1/campaigns/{campaign_id}/cancel', { params: { path }, body: { reason } }),
    { done: t('done.cancel') },
  );
  const waive = useAction(
    (reason: string) =>
      api.POST('/api/v1/campaigns/{campaign_id}/notice_waiver', {
        params: { path, header },
        body: { reason },
      }),
    { done: t('done.waive_notice') },
  );
  const { data: settings } = $api.useQuery(
    'get',
    '/api/v1/settings/sending',
    {},
    { enabled: can('notice.waive') && can('setting.read') },
  );
  const mayWaive =
    can('notice.waive') &&
    needsNotice(campaign, settings?.notice_threshold) &&
    campaign.frozen_at !== undefined &&
    campaign.started_at === undefined &&
    campaign.notice_waiver === undefined &&
    campaign.state !== 'cancelled';
  const askWaiver = async () => {
    const reason = await askReason({
      title: t('deed.waive_notice'),
      text: t('ask.waive_notice'),
      confirm: t('deed.waive_notice'),
    });
    if (reason) waive.run(reason);
  };
  const ask = async (deed: 'reopen' | 'cancel') => {
    const reason = await askReason({
      title: t(`deed.${deed}`),
      text: t(deed === 'cancel' && campaign.started_at ? 'ask.cancel_started' : `ask.${deed}`),
      confirm: t(`deed.${deed}`),
      danger: true,
    });
    if (reason) (deed === 'reopen' ? reopen : cancel).run(reason);
  };

  const freezeButton = can('campaign.freeze') && allowed.freeze && (
    <Deed name={t('deed.freeze')} why={notApproved} primary onClick={() => setFreezing(true)} />
  );
  const handOverButton = can('campaign.hand_over') && allowed.hand_over && (
    <Deed
      name={t('deed.hand_over')}
      why={notApproved}
      primary
      loading={handOver.busy}
      onClick={() =>
        void modal.confirm({
          title: t('deed.hand_over'),
          content: t('ask.hand_over'),
          okText: t('deed.hand_over'),
          onOk: () => handOver.run(),
        })
      }
    />
  );
  const over = ['completed', 'cancelled'].includes(campaign.state);
  return {
    /** What comes next, to be done here. */
    next: freezeButton || handOverButton || undefined,
    all: (
      <>
        {can('campaign.plan') && allowed.edit && (
          <Deed name={t('deed.edit')} onClick={() => void navigate(`/campaigns/${campaign.id}/edit`)} />
        )}
        {can('campaign.plan') && !allowed.edit && !over && (
          <Deed
            name={t('deed.reopen')}
            why={allowed.reopen ? undefined : campaign.started_at ? t('why.started') : state}
            loading={reopen.busy}
            onClick={() => void ask('reopen')}
          />
        )}
        {mayWaive && (
          <Deed name={t('deed.waive_notice')} loading={waive.busy} onClick={() => void askWaiver()} />
        )}
        {can('campaign.control') && !over && (
          <Deed
            name={t('deed.cancel')}
            danger
            why={allowed.cancel ? undefined : state}
            loading={cancel.busy}
            onClick={() => void ask('cancel')}
          />
        )}
        {reasonDialog}
        {freezing && <FreezeDialog campaign={campaign} onClose={() => setFreezing(false)} />}
      </>
    ),
  };
}
