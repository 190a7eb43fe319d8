// One campaign while its messages go out: how many, how fast, how long still, what failed and why, how the
// channels stand; and the means to stop it.
import { ApiOutlined, LoadingOutlined, SyncOutlined } from '@ant-design/icons';
import { Alert, Flex, Progress, Tag, Tooltip, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { formatDuration } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { Figure, TermTag, TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { Sparkline } from '@/components/sparkline';
import { StateBar } from '@/components/state_bar';
import { ChannelStandings } from '@/pages/monitor/channel_standings';
import { Conservation } from '@/pages/monitor/conservation';
import { CampaignControl } from '@/pages/monitor/control';
import { EmergencyNotice, EmergencyStopButton } from '@/pages/monitor/emergency_stop';
import { useReasonText } from '@/pages/monitor/reason_text';
import { Errors } from './errors';
import { EventList } from './event_list';
import { FunnelTable } from './funnel';
import {
  type Connection,
  countOf,
  isOver,
  kSpanMilliseconds,
  progressOf,
  remainingOf,
  type Sample,
  secondsLeft,
  type Snapshot,
  sumOf,
  waitingForWindow,
} from './live';
import { useLive } from './use_live';

function ConnectionMark({ connection }: { connection: Connection }) {
  const { t } = useTranslation('campaign_monitor');
  const icon = {
    connecting: <LoadingOutlined />,
    live: <ApiOutlined />,
    reconnecting: <SyncOutlined spin />,
    polling: <SyncOutlined />,
  }[connection];
  return (
    <Tooltip title={t(`connection.${connection}_hint`)}>
      <Tag
        icon={icon}
        color={connection === 'live' ? 'green' : connection === 'connecting' ? 'default' : 'orange'}
        role="status"
        tabIndex={0}
      >
        {t(`connection.${connection}`)}
      </Tag>
    </Tooltip>
  );
}

function Counters({ snapshot }: { snapshot: Snapshot }) {
  const { t } = useTranslation('campaign_monitor');
  const { count } = useFormat();
  const navigate = useNavigate();
  const can = useCan();
  const messages = (state: string) => navigate(`/campaigns/${snapshot.campaign_id}/messages?state=${state}`);
  return (
    <Section title={t('counts.title')}>
      <Flex gap="12px 20px" wrap style={{ marginBlockEnd: 12 }}>
        <Figure name={t('counts.targeted')} value={count(snapshot.targeted)} />
        <Figure name={t('counts.delivered')} value={count(countOf(snapshot, 'delivered'))} />
        <Figure
          name={t('counts.failed')}
          hint={t('counts.failed_hint')}
          value={count(countOf(snapshot, 'failed', 'expired', 'unknown'))}
        />
        <Figure name={t('counts.refused')} value={count(countOf(snapshot, 'refused'))} />
        <Figure
          name={t('counts.open')}
          hint={t('counts.open_hint')}
          value={count(remainingOf(snapshot) + countOf(snapshot, 'sent'))}
        />
      </Flex>
      <StateBar
        counts={snapshot.by_state}
        total={snapshot.targeted}
        height={14}
        onPick={can('message.read') ? messages : undefined}
      />
      <div style={{ marginBlockStart: 12 }}>
        <Conservation sum={sumOf(snapshot)} whole={snapshot.targeted} holds={snapshot.sum === 'holds'} />
      </div>
    </Section>
  );
}

function TimeLeft({ snapshot, samples }: { snapshot: Snapshot; samples: Sample[] }) {
  const { t } = useTranslation('campaign_monitor');
  const { language, count } = useFormat();
  const left = secondsLeft(snapshot, samples);
  const waiting = waitingForWindow(snapshot);
  const lines = [
    left !== null && t('pace.left', { time: formatDuration(Math.max(1, left), language) }),
    left === null && snapshot.state === 'running' && remainingOf(snapshot) > waiting && t('pace.unknown'),
    snapshot.state === 'paused' && t('pace.paused'),
    snapshot.state === 'finishing' &&
      t('pace.finishing', { count: count(countOf(snapshot, 'sent')) as never }),
    isOver(snapshot) && t('pace.over'),
    waiting > 0 && t('pace.waiting', { count: count(waiting) as never }),
  ].filter((line): line is string => Boolean(line));
  return (
    <>
      {lines.map((line) => (
        <div key={line} className="tabular">
          {line}
        </div>
      ))}
    </>
  );
}

function Pace({ snapshot, samples }: { snapshot: Snapshot; samples: Sample[] }) {
  const { t } = useTranslation('campaign_monitor');
  const { language } = useFormat();
  const number = (value: number) =>
    new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en-GB', { maximumFractionDigits: 1 }).format(value);
  const rate = isOver(snapshot) ? 0 : snapshot.messages_per_second;
  const top = Math.max(0, ...samples.map((sample) => sample.value));
  return (
    <Section title={t('pace.title')}>
      <Flex gap={20} align="flex-end">
        <Figure name={t('pace.rate')} value={number(rate)} />
        <div style={{ flex: 1, minWidth: 120 }}>
          <Sparkline
            points={samples}
            spanMilliseconds={kSpanMilliseconds}
            summary={t('pace.spark', { now: number(rate), top: number(top) })}
          />
          <Typography.Text type="secondary" className="tabular">
            {t('pace.span', { top: number(top) })}
          </Typography.Text>
        </div>
      </Flex>
      <Progress
        percent={progressOf(snapshot)}
        status={snapshot.state === 'running' ? 'active' : 'normal'}
        aria-label={t('pace.progress')}
        style={{ marginBlockStart: 8 }}
      />
      <TimeLeft snapshot={snapshot} samples={samples} />
      <Typography.Text type="secondary">
        {t('pace.started')} <TimeText value={snapshot.started_at} detail="second" />
        {snapshot.finished_at && (
          <>
            {' · '}
            {t('pace.finished')} <TimeText value={snapshot.finished_at} detail="second" />
          </>
        )}
      </Typography.Text>
    </Section>
  );
}

function PausedNotice({ snapshot }: { snapshot: Snapshot }) {
  const { t } = useTranslation('campaign_monitor');
  const text = useReasonText();
  if (snapshot.state !== 'paused' && snapshot.state !== 'cancelled') return null;
  const byItself = ['failure_rate', 'carrier_code'].includes(snapshot.state_reason);
  return (
    <Alert
      type={byItself ? 'error' : 'warning'}
      showIcon
      title={t(`notice.${snapshot.state}${byItself ? '_by_itself' : ''}`)}
      description={snapshot.state_reason && t('notice.reason', { reason: text(snapshot.state_reason) })}
    />
  );
}

export default function CampaignMonitor() {
  const { t } = useTranslation('campaign_monitor');
  const { id = '' } = useParams();
  const live = useLive(id);
  const snapshot = live.snapshot;
  const name = snapshot?.name ?? t('title');
  return (
    <Page
      back="/monitor"
      titleText={name}
      title={
        <Flex component="span" gap={10} align="center" wrap>
          {name}
          {snapshot && <TermTag list="campaign_state" name={snapshot.state} />}
          <ConnectionMark connection={live.connection} />
        </Flex>
      }
      subtitle={<Link to={`/campaigns/${id}`}>{t('to_campaign')}</Link>}
      actions={
        <>
          {snapshot && <CampaignControl campaign={{ id, name: snapshot.name, state: snapshot.state }} />}
          <EmergencyStopButton />
        </>
      }
    >
      <EmergencyNotice />
      <QueryView
        query={{
          data: snapshot ?? undefined,
          error: live.problem,
          isPending: !snapshot && !live.problem,
          refetch: () => window.location.reload(),
        }}
        rows={10}
      >
        {(seen) => (
          <div className="column">
            <PausedNotice snapshot={seen} />
            <div className="columns-2">
              <div className="column">
                <Counters snapshot={seen} />
                <Pace snapshot={seen} samples={live.samples} />
                <FunnelTable snapshot={seen} />
              </div>
              <div className="column">
                <ChannelStandings channels={seen.channels} usedId={seen.channel_id} />
                <Errors errors={seen.errors} />
                <EventList events={live.events} />
              </div>
            </div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}
