// The start, now or at the set time: what it waits for, each with its standing, and the button with its reason.
import {
  CheckCircleFilled,
  ClockCircleOutlined,
  CloseCircleFilled,
  QuestionCircleOutlined,
  SendOutlined,
} from '@ant-design/icons';
import { App, Button, Flex, theme, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { api, ifMatch } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useAction } from '@/components/action';
import { Section } from '@/components/section';
import { type Check, type StartFacts, startChecks, startsLater, whyNoStart } from './road';

function CheckLine({ check }: { check: Check }) {
  const { t } = useTranslation('prepare');
  const { token } = theme.useToken();
  const icon = {
    ok: <CheckCircleFilled style={{ color: token.colorSuccess }} />,
    missing: <CloseCircleFilled style={{ color: token.colorError }} />,
    unknown: <QuestionCircleOutlined />,
  }[check.standing];
  return (
    <li style={{ display: 'flex', gap: 8, paddingBlock: 3 }}>
      <span aria-hidden>{icon}</span>
      <span>{t(`start.check_${check.name}_${check.standing}`)}</span>
    </li>
  );
}

export function StartPanel({ facts, wouldSend }: { facts: StartFacts; wouldSend: number | null }) {
  const { t } = useTranslation('prepare');
  const { count, time } = useFormat();
  const { modal } = App.useApp();
  const can = useCan();
  const navigate = useNavigate();
  const { campaign } = facts;
  const later = startsLater(campaign, facts.now);
  const whyNot = whyNoStart(facts);
  const start = useAction(
    () =>
      api.POST('/api/v1/campaigns/{campaign_id}/start', {
        params: { path: { campaign_id: campaign.id }, header: ifMatch(campaign.version) },
      }),
    {
      done: t(later ? 'start.scheduled' : 'start.started'),
      onDone: ({ data }) => {
        if (data?.state === 'running') void navigate(`/monitor/${campaign.id}`);
      },
    },
  );
  const people = count(wouldSend ?? campaign.audience_count);
  const at = time(campaign.parameters?.scheduled_at);
  const ask = () =>
    modal.confirm({
      title: t(later ? 'start.confirm_later' : 'start.confirm_now', { name: campaign.name }),
      content: t(later ? 'start.confirm_later_text' : 'start.confirm_now_text', { people, at }),
      okText: t(later ? 'start.schedule' : 'start.now'),
      onOk: () => start.runAsync().catch(() => undefined),
    });
  return (
    <Section title={t('start.title')}>
      <ul style={{ listStyle: 'none', margin: 0, padding: 0 }}>
        {startChecks(facts).map((check) => (
          <CheckLine key={check.name} check={check} />
        ))}
      </ul>
      {campaign.state === 'scheduled' && (
        <Typography.Paragraph strong style={{ marginBlock: 8 }}>
          {t('start.waits', { at })}
        </Typography.Paragraph>
      )}
      {can('campaign.start') && (
        <Flex justify="flex-end" align="center" gap={12} wrap>
          {whyNot && <Typography.Text type="secondary">{t(`why.${whyNot}`)}</Typography.Text>}
          <Tooltip title={whyNot ? t(`why.${whyNot}`) : ''}>
            <Button
              type="primary"
              icon={later ? <ClockCircleOutlined /> : <SendOutlined />}
              disabled={whyNot !== null}
              loading={start.busy}
              onClick={ask}
            >
              {later
                ? t('start.schedule_at', { at })
                : t(campaign.state === 'scheduled' ? 'start.now_instead' : 'start.now')}
            </Button>
          </Tooltip>
        </Flex>
      )}
    </Section>
  );
}
