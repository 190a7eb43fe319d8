// Pause, resume and cancel, each with its reason; what the state or the emergency stop forbids is disabled and
// says why.
import { CloseCircleOutlined, PauseCircleOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { api } from '@/api/client';
import { useCan } from '@/app/session';
import { useAction, useReason } from '@/components/action';
import { useEmergencyStop } from './emergency_stop';

type Deed = 'pause' | 'resume' | 'cancel';

const kPaths = {
  pause: '/api/v1/campaigns/{campaign_id}/pause',
  resume: '/api/v1/campaigns/{campaign_id}/resume',
  cancel: '/api/v1/campaigns/{campaign_id}/cancel',
} as const;
const kIcons: Record<Deed, ReactNode> = {
  pause: <PauseCircleOutlined />,
  resume: <PlayCircleOutlined />,
  cancel: <CloseCircleOutlined />,
};

interface Props {
  campaign: { id: string; name: string; state: string };
  /** Without words, for rows of a list. */
  compact?: boolean;
  deeds?: Deed[];
}

/** Which deeds a state has; 'cancel' stands for all that is not over. */
export function deedsOf(state: string): Deed[] {
  if (state === 'completed' || state === 'cancelled' || state === 'freezing') return [];
  if (state === 'running') return ['pause', 'cancel'];
  if (state === 'paused') return ['resume', 'cancel'];
  return ['cancel'];
}

export function CampaignControl({ campaign, compact, deeds }: Props) {
  const { t } = useTranslation('monitor');
  const can = useCan();
  const { data: emergency } = useEmergencyStop();
  const [ask, dialog] = useReason();
  const action = useAction((deed: Deed, reason: string) =>
    api.POST(kPaths[deed], { params: { path: { campaign_id: campaign.id } }, body: { reason } }),
  );
  if (!can('campaign.control')) return null;
  const run = async (deed: Deed) => {
    const reason = await ask({
      title: t(`control.${deed}_title`, { name: campaign.name }),
      text: t(`control.${deed}_text`),
      confirm: t(`control.${deed}`),
      danger: deed !== 'resume',
    });
    if (reason) action.run(deed, reason);
  };
  const shown = deedsOf(campaign.state).filter((deed) => !deeds || deeds.includes(deed));
  return (
    <>
      {shown.map((deed) => {
        const halted = deed === 'resume' && emergency?.active === true;
        return (
          <Tooltip key={deed} title={halted ? t('control.halted') : compact ? t(`control.${deed}`) : ''}>
            <Button
              icon={kIcons[deed]}
              danger={deed === 'cancel'}
              type={deed === 'resume' && !compact ? 'primary' : 'default'}
              disabled={halted}
              loading={action.busy}
              aria-label={compact ? t(`control.${deed}_title`, { name: campaign.name }) : undefined}
              onClick={() => void run(deed)}
            >
              {compact ? null : t(`control.${deed}`)}
            </Button>
          </Tooltip>
        );
      })}
      {dialog}
    </>
  );
}
