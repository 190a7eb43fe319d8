// What was planned, what is bound, what technology set and found: to be read.
import { Descriptions, type DescriptionsProps, Flex, Table, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { formatMinuteOfDay } from '@/app/format';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { AudienceWords } from '@/components/audience_builder';
import { ContentPreview } from '@/components/content_preview';
import { HashText, TermTag, TimeText } from '@/components/marks';
import { Section } from '@/components/section';
import { spanParts } from '@/components/span';
import { UserName } from '@/components/user_name';
import type { Campaign } from './campaign_data';

function Facts({ items }: { items: NonNullable<DescriptionsProps['items']> }) {
  return <Descriptions column={1} size="small" items={items} styles={{ label: { minWidth: 96 } }} />;
}

export function PlanFacts({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign');
  const term = useTerm();
  const { count } = useFormat();
  return (
    <Section title={t('step.plan')}>
      <Facts
        items={[
          {
            key: 'goal',
            label: t('plan.goal'),
            children: <span className="message-text">{campaign.goal}</span>,
          },
          { key: 'class', label: t('plan.class'), children: term('message_class', campaign.message_class) },
          { key: 'planned', label: t('plan.planned_at'), children: <TimeText value={campaign.planned_at} /> },
          { key: 'owner', label: t('plan.owner'), children: <UserName id={campaign.owner_id} /> },
          {
            key: 'budget',
            label: t('plan.budget'),
            children: campaign.budget_fen ? `¥${count(campaign.budget_fen / 100)}` : t('none'),
          },
        ]}
      />
    </Section>
  );
}

export function AudienceFacts({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign');
  const { count } = useFormat();
  const frozen = Boolean(campaign.audience_hash);
  return (
    <Section title={t('audience.title')}>
      <Facts
        items={[
          { key: 'who', label: t('audience.who'), children: <AudienceWords audience={campaign.audience} /> },
          {
            key: 'count',
            label: t('audience.count'),
            children: frozen ? <b className="tabular">{count(campaign.audience_count)}</b> : t('not_frozen'),
          },
          ...(frozen
            ? [
                {
                  key: 'at',
                  label: t('audience.frozen_at'),
                  children: <TimeText value={campaign.frozen_at} />,
                },
                {
                  key: 'hash',
                  label: t('audience.hash'),
                  children: <HashText value={campaign.audience_hash} />,
                },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

export function ContentFacts({
  campaign,
  content,
}: {
  campaign: Campaign;
  content: Schema<'ContentView'> | undefined;
}) {
  const { t } = useTranslation('campaign');
  const can = useCan();
  const opinion = content?.reviews.findLast(
    (review) =>
      review.decision === 'approved' &&
      (!campaign.content_version_id || review.version_id === campaign.content_version_id),
  );
  if (!can('content.read')) return null;
  return (
    <Section title={t('content.title')}>
      <ContentPreview contentId={campaign.content_id} versionId={campaign.content_version_id} />
      <div style={{ marginBlockStart: 12 }}>
        <Facts
          items={[
            {
              key: 'opinion',
              label: t('content.opinion'),
              children: opinion ? (
                <Flex gap={8} wrap>
                  <Link to={`/contents/${campaign.content_id}/opinions/${opinion.id}`}>
                    {opinion.opinion_number ?? t('content.opinion')}
                  </Link>
                  <UserName id={opinion.reviewer_id} />
                  <TimeText value={opinion.reviewed_at} />
                </Flex>
              ) : (
                t('none')
              ),
            },
            {
              key: 'hash',
              label: t('content.hash'),
              children: campaign.content_hash ? (
                <HashText value={campaign.content_hash} />
              ) : (
                t('content.unbound')
              ),
            },
          ]}
        />
      </div>
    </Section>
  );
}

function useChannelName(id: string | undefined): string | undefined {
  const can = useCan();
  const { data } = $api.useQuery(
    'get',
    '/api/v1/channels/{channel_id}',
    { params: { path: { channel_id: id ?? '' } } },
    { enabled: Boolean(id) && can('channel.read') },
  );
  return data?.name ?? id;
}

function useLimitText() {
  const { t } = useTranslation(['campaign', 'common']);
  return (rule: { span_seconds: number; maximum: number }) => {
    const { amount, unit } = spanParts(rule.span_seconds);
    return t('technology.limit', {
      maximum: rule.maximum,
      amount,
      unit: t(`common:span.counted.${unit}`, { count: amount }),
    });
  };
}

/** What the campaign announces, and why it may go unannounced itself. */
export function NoticeFacts({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign');
  const limit = useLimitText();
  const { time } = useFormat();
  const { announces, notice_waiver: waiver } = campaign;
  if (!announces && !waiver) return null;
  return (
    <Section title={t('notice.title')}>
      <Facts
        items={[
          ...(announces
            ? [
                { key: 'announces', label: t('notice.announces'), children: limit(announces) },
                {
                  key: 'valid',
                  label: t('notice.valid'),
                  children: t('notice.until', {
                    from: time(announces.valid_from),
                    until: time(announces.valid_until),
                  }),
                },
              ]
            : []),
          ...(waiver
            ? [
                { key: 'waiver', label: t('notice.waiver'), children: waiver.reason },
                { key: 'by', label: t('notice.by'), children: <UserName id={waiver.by} /> },
              ]
            : []),
        ]}
      />
    </Section>
  );
}

export function TechnologyFacts({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign');
  const { count } = useFormat();
  const p = campaign.parameters;
  const channel = useChannelName(p?.channel_id);
  const limit = useLimitText();
  return (
    <Section
      title={t('technology.title')}
      extra={<Link to={`/hand-over/${campaign.id}`}>{t('technology.page')}</Link>}
    >
      <Facts
        items={[
          {
            key: 'handed',
            label: t('technology.handed_over_at'),
            children: <TimeText value={campaign.handed_over_at} />,
          },
          ...(p
            ? [
                { key: 'channel', label: t('technology.channel'), children: channel },
                {
                  key: 'at',
                  label: t('technology.scheduled_at'),
                  children: p.scheduled_at ? <TimeText value={p.scheduled_at} /> : t('technology.at_once'),
                },
                {
                  key: 'window',
                  label: t('technology.window'),
                  children: `${formatMinuteOfDay(p.window_start_minute)}–${formatMinuteOfDay(p.window_end_minute)}`,
                },
                {
                  key: 'rate',
                  label: t('technology.rate'),
                  children: p.segments_per_second
                    ? t('technology.per_second', { number: count(p.segments_per_second) })
                    : t('technology.channel_rate'),
                },
                ...(p.frequency?.length
                  ? [
                      {
                        key: 'frequency',
                        label: t('technology.frequency'),
                        children: p.frequency.map((rule) => limit(rule)).join(', '),
                      },
                    ]
                  : []),
                ...(p.expires_at
                  ? [
                      {
                        key: 'expires',
                        label: t('technology.expires_at'),
                        children: <TimeText value={p.expires_at} />,
                      },
                    ]
                  : []),
                ...(p.announcement_id
                  ? [
                      {
                        key: 'announcement',
                        label: t('technology.announcement'),
                        children: <Link to={`/campaigns/${p.announcement_id}`}>{p.announcement_id}</Link>,
                      },
                    ]
                  : []),
                {
                  key: 'binding',
                  label: t('technology.binding'),
                  children: <HashText value={campaign.binding_hash} />,
                },
              ]
            : [{ key: 'none', label: t('technology.parameters'), children: t('technology.not_set') }]),
        ]}
      />
    </Section>
  );
}

export function TestFacts({ test }: { test: Schema<'TestView'> }) {
  const { t } = useTranslation('campaign');
  const term = useTerm();
  const { count } = useFormat();
  const funnel = test.funnel;
  const rows = funnel
    ? [
        { key: 'would_send', name: t('test.would_send'), value: funnel.would_send },
        ...Object.entries(funnel.held).map(([reason, value]) => ({
          key: `held/${reason}`,
          name: t('test.held', { reason: term('reason', reason) }),
          value,
        })),
        ...Object.entries(funnel.refused).map(([reason, value]) => ({
          key: `refused/${reason}`,
          name: t('test.refused', { reason: term('reason', reason) }),
          value,
        })),
      ]
    : [];
  return (
    <Section title={t('test.title')} extra={<TermTag list="test_state" name={test.state} />}>
      {test.failure && <Typography.Paragraph type="danger">{test.failure}</Typography.Paragraph>}
      {funnel && (
        <Table
          size="small"
          pagination={false}
          rowKey="key"
          dataSource={rows}
          columns={[
            { title: t('test.outcome'), dataIndex: 'name' },
            {
              title: t('test.people'),
              dataIndex: 'value',
              align: 'right',
              className: 'tabular',
              render: (value: number) => count(value),
            },
          ]}
          summary={() => (
            <Table.Summary.Row>
              <Table.Summary.Cell index={0}>
                <b>{t('test.audience')}</b>
              </Table.Summary.Cell>
              <Table.Summary.Cell index={1} align="right" className="tabular">
                <b>{count(funnel.audience)}</b>
              </Table.Summary.Cell>
            </Table.Summary.Row>
          )}
        />
      )}
      <div style={{ marginBlockStart: 12 }}>
        <Facts
          items={[
            {
              key: 'handsets',
              label: t('test.handsets'),
              children: test.handsets.length ? (
                <Flex vertical gap={4}>
                  {test.handsets.map((handset) => (
                    <Flex key={handset.label + handset.number} gap={8} wrap align="center">
                      {handset.label} <span className="mono">{handset.number}</span>
                      <TermTag list="message_state" name={handset.state} />
                      {handset.reason !== 'none' && term('reason', handset.reason)}
                    </Flex>
                  ))}
                </Flex>
              ) : (
                t('none')
              ),
            },
            { key: 'at', label: t('test.finished_at'), children: <TimeText value={test.finished_at} /> },
            { key: 'until', label: t('test.expires_at'), children: <TimeText value={test.expires_at} /> },
          ]}
        />
      </div>
    </Section>
  );
}
