// What a reviewer should know besides the text: plans, audience, consent, frequency, what was decided on texts like it.
import { Collapse, Empty, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { Figure, Figures, TermTag, TimeText } from '@/components/marks';
import { QueryView } from '@/components/query_view';
import { UserName } from '@/components/user_name';
import { Section } from '@/components/section';
import { periodOf } from './period';

type Context = Schema<'ReviewContext'>;

interface Props {
  query: { data: Context | undefined; error: unknown; isPending: boolean; refetch: () => unknown };
}

export function ContextPanel({ query }: Props) {
  const { t } = useTranslation('review');
  return (
    <Section title={t('context.title')}>
      <QueryView query={query}>
        {(context) => (
          <Flex vertical gap={14}>
            <Audience context={context} />
            <Frequency frequency={context.frequency} />
            <Campaigns campaigns={context.campaigns} />
            <Similar similar={context.similar} />
          </Flex>
        )}
      </QueryView>
    </Section>
  );
}

function Audience({ context }: { context: Context }) {
  const { t } = useTranslation('review');
  const { count } = useFormat();
  const basis = context.consent_basis;
  return (
    <Figures>
      <Figure name={t('context.audience')} value={count(context.audience_count)} />
      <Figure name={t('context.granted')} value={count(basis.granted)} />
      <Figure name={t('context.missing')} value={count(basis.missing)} />
      <Figure name={t('context.withdrawn')} value={count(basis.withdrawn)} />
      <Figure name={t('context.suppressed')} value={count(basis.suppressed)} />
    </Figures>
  );
}

function Frequency({ frequency }: { frequency: Context['frequency'] }) {
  const { t } = useTranslation('review');
  const { count } = useFormat();
  if (frequency.length === 0) return null;
  return (
    <section aria-label={t('context.frequency')}>
      <Typography.Text strong>{t('context.frequency')}</Typography.Text>
      <ul style={{ margin: 0, paddingInlineStart: 18 }}>
        {frequency.map((rule) => {
          const { unit, number } = periodOf(rule.period_seconds);
          return (
            <li key={`${rule.limit}/${rule.period_seconds}`}>
              {t('context.rule', { limit: rule.limit, period: t(`period.${unit}`, { number }) })}
              {t('context.at_limit', { people: count(rule.at_limit) })}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

function Campaigns({ campaigns }: { campaigns: Context['campaigns'] }) {
  const { t } = useTranslation('review');
  const { count } = useFormat();
  return (
    <section aria-label={t('context.campaigns')}>
      <Typography.Text strong>{t('context.campaigns')}</Typography.Text>
      {campaigns.length === 0 && (
        <Typography.Text type="secondary" style={{ display: 'block' }}>
          {t('context.no_campaign')}
        </Typography.Text>
      )}
      {campaigns.map((campaign) => (
        <div key={campaign.id} style={{ paddingBlock: 4 }}>
          <Flex gap="2px 8px" wrap align="center">
            <Link to={`/campaigns/${campaign.id}`}>{campaign.name}</Link>
            <TermTag list="campaign_state" name={campaign.state} />
            <span className="tabular">
              {t(campaign.frozen ? 'context.frozen_count' : 'context.count', {
                people: count(campaign.audience_count),
              })}
            </span>
            <Typography.Text type="secondary">
              {t('context.planned')} <TimeText value={campaign.planned_at} /> ·{' '}
              <UserName id={campaign.owner_id} />
            </Typography.Text>
          </Flex>
          {campaign.goal && <div>{t('context.goal', { goal: campaign.goal })}</div>}
        </div>
      ))}
    </section>
  );
}

function Similar({ similar }: { similar: Context['similar'] }) {
  const { t } = useTranslation('review');
  if (similar.length === 0)
    return (
      <Empty
        image={Empty.PRESENTED_IMAGE_SIMPLE}
        description={t('context.no_similar')}
        styles={{ image: { height: 32 } }}
      />
    );
  return (
    <Collapse
      size="small"
      items={[
        {
          key: 'similar',
          label: t('context.similar', { count: similar.length }),
          children: (
            <Flex vertical gap={12}>
              {similar.map((item) => (
                <div key={item.version_id}>
                  <Flex gap="2px 8px" wrap align="center">
                    <b className="tabular">
                      {t('context.similarity', { percent: Math.round(item.similarity * 100) })}
                    </b>
                    <Link to={`/contents/${item.content_id}`}>{item.name}</Link>
                    <TermTag list="review_decision" name={item.decision} />
                    <Typography.Text type="secondary">
                      {item.opinion_number} <TimeText value={item.decided_at} detail="date" />
                    </Typography.Text>
                  </Flex>
                  <div className="message-text">{item.text}</div>
                </div>
              ))}
            </Flex>
          ),
        },
      ]}
    />
  );
}
