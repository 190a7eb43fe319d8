// One campaign as one row: what and whose it is, how far it is, how fast it goes, what comes next.
import { RightOutlined } from '@ant-design/icons';
import { Button, Card, Col, Flex, Row, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import type { Schema } from '@/api/client';
import { formatDuration, formatShare } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { TermTag, TimeText } from '@/components/marks';
import { StateBar } from '@/components/state_bar';
import { UserName } from '@/components/user_name';
import { nextStep } from '@/pages/campaign/road';
import { leftOf, secondsLeft } from './rate';

type Campaign = Schema<'CampaignView'>;

function What({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const term = useTerm();
  return (
    <div style={{ minWidth: 0 }}>
      <Flex align="center" gap={6} wrap>
        <TermTag list="campaign_state" name={campaign.state} />
        <Typography.Text strong style={{ fontSize: 15, overflowWrap: 'anywhere' }}>
          <Link to={`/campaigns/${campaign.id}`}>{campaign.name}</Link>
        </Typography.Text>
      </Flex>
      <Flex gap="0 12px" wrap style={{ marginBlockStart: 4 }}>
        <Typography.Text type="secondary">{term('message_class', campaign.message_class)}</Typography.Text>
        <Typography.Text type="secondary">
          {t('owner')} <UserName id={campaign.owner_id} />
        </Typography.Text>
        <Typography.Text type="secondary">
          {t('planned_at')} <TimeText value={campaign.planned_at} />
        </Typography.Text>
      </Flex>
    </div>
  );
}

function Progress({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const { count, language } = useFormat();
  const counts = campaign.by_state ?? {};
  const total = campaign.audience_count;
  if (total === 0) return <Typography.Text type="secondary">{t('not_frozen')}</Typography.Text>;
  const delivered = counts.delivered ?? 0;
  const bad = (counts.failed ?? 0) + (counts.expired ?? 0) + (counts.unknown ?? 0);
  return (
    <div>
      <StateBar counts={counts} total={total} legend={false} height={12} />
      <Flex gap="0 14px" wrap style={{ marginBlockStart: 4 }} className="tabular">
        <span>{t('people', { number: count(total) })}</span>
        {campaign.started_at && (
          <>
            <span>
              {t('delivered')} <b>{count(delivered)}</b>{' '}
              <Typography.Text type="secondary">{formatShare(delivered, total, language)}</Typography.Text>
            </span>
            {bad > 0 && (
              <span>
                {t('bad')} <b>{count(bad)}</b>
              </span>
            )}
            {(counts.refused ?? 0) > 0 && (
              <span>
                {t('refused')} <b>{count(counts.refused)}</b>
              </span>
            )}
          </>
        )}
      </Flex>
    </div>
  );
}

function Speed({ campaign, rate }: { campaign: Campaign; rate: number | undefined }) {
  const { t } = useTranslation('campaigns');
  const term = useTerm();
  const { language, count } = useFormat();
  const counts = campaign.by_state ?? {};
  if (campaign.state === 'running') {
    const waiting = (counts.held ?? 0) + (counts.queued ?? 0) + (counts.in_flight ?? 0);
    const rest = secondsLeft(waiting, rate);
    return (
      <div className="tabular">
        <Tooltip title={t('rate_hint')}>
          <span>
            <b style={{ fontSize: 18 }}>{rate === undefined ? '…' : count(Math.round(rate * 10) / 10)}</b>{' '}
            {t('per_second')}
          </span>
        </Tooltip>
        <br />
        <Typography.Text type="secondary">
          {rate === undefined
            ? t('measuring')
            : rest === undefined
              ? t('no_estimate')
              : t('rest', { time: formatDuration(Math.ceil(rest), language) })}
        </Typography.Text>
      </div>
    );
  }
  if (campaign.started_at && campaign.finished_at) {
    const seconds =
      (new Date(campaign.finished_at).getTime() - new Date(campaign.started_at).getTime()) / 1000;
    return (
      <div className="tabular">
        {formatDuration(seconds, language)}
        <br />
        <Typography.Text type="secondary">
          {t('average', { rate: count(Math.round(leftOf(counts) / Math.max(seconds, 1))) })}
        </Typography.Text>
      </div>
    );
  }
  if (campaign.state === 'paused')
    return <Typography.Text type="secondary">{term('state_reason', campaign.state_reason)}</Typography.Text>;
  return null;
}

function Next({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaigns');
  const term = useTerm();
  const can = useCan();
  const navigate = useNavigate();
  const next = nextStep(campaign);
  if (!next) return null;
  const mine = next.permission !== undefined && can(next.permission);
  if (mine)
    return (
      <Button
        type="primary"
        icon={<RightOutlined />}
        iconPlacement="end"
        onClick={() => navigate(next.to)}
        aria-label={`${t(`next.${next.key}`)}：${campaign.name}`}
      >
        {t(`next.${next.key}`)}
      </Button>
    );
  return (
    <div style={{ textAlign: 'end' }}>
      <Link to={next.to} aria-label={`${t(`next.${next.key}`)}：${campaign.name}`}>
        {t(`next.${next.key}`)} <RightOutlined aria-hidden style={{ fontSize: 11 }} />
      </Link>
      {next.department && (
        <>
          <br />
          <Typography.Text type="secondary">
            {t('waits_for', { department: term('role', next.department) })}
          </Typography.Text>
        </>
      )}
    </div>
  );
}

export function CampaignCard({ campaign, rate }: { campaign: Campaign; rate: number | undefined }) {
  return (
    <Card size="small" styles={{ body: { paddingBlock: 12 } }}>
      <Row gutter={[20, 8]} align="middle">
        <Col xs={24} lg={8}>
          <What campaign={campaign} />
        </Col>
        <Col xs={24} sm={14} lg={9}>
          <Progress campaign={campaign} />
        </Col>
        <Col xs={12} sm={5} lg={3}>
          <Speed campaign={campaign} rate={rate} />
        </Col>
        <Col xs={12} sm={5} lg={4} style={{ display: 'flex', justifyContent: 'flex-end' }}>
          <Next campaign={campaign} />
        </Col>
      </Row>
    </Card>
  );
}
