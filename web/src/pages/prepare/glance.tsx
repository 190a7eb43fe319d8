// What is to be sent to whom and for what: the plan and the approved text, read only.
import { Alert, Descriptions, Empty } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { $api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { HashText, TermTag, TimeText } from '@/components/marks';
import { PhoneBubble } from '@/components/phone_bubble';
import { Section } from '@/components/section';
import { UserName } from '@/components/user_name';
import { approvalStands } from './road';

type Campaign = Schema<'CampaignView'>;
type Content = Schema<'ContentView'>;

function Bubble({ campaign, content }: { campaign: Campaign; content: Content }) {
  const { t } = useTranslation('prepare');
  const bound = content.versions.find((version) => version.id === campaign.content_version_id);
  const isLatest = !bound || bound.id === content.latest.id;
  const older = $api.useQuery(
    'get',
    '/api/v1/contents/{content_id}/versions/{number}',
    { params: { path: { content_id: content.id, number: String(bound?.number ?? 0) } } },
    { enabled: !isLatest },
  );
  const version = isLatest ? content.latest : older.data;
  if (!version) return <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} />;
  return (
    <PhoneBubble
      footer={t('glance.segments', {
        number: version.number,
        segments: version.measure.segments,
        longest: version.measure.longest_segments,
      })}
    >
      {version.measure.preview}
    </PhoneBubble>
  );
}

export function Glance({ campaign, content }: { campaign: Campaign; content: Content | undefined }) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  return (
    <Section
      title={t('glance.title')}
      extra={<Link to={`/campaigns/${campaign.id}`}>{t('glance.more')}</Link>}
    >
      {content && (
        <div style={{ display: 'flex', justifyContent: 'center', marginBlockEnd: 16 }}>
          <Bubble campaign={campaign} content={content} />
        </div>
      )}
      {content && !approvalStands(campaign, content) && (
        <Alert type="error" showIcon style={{ marginBlockEnd: 12 }} title={t('glance.approval_void')} />
      )}
      <Descriptions
        column={1}
        size="small"
        items={[
          { key: 'goal', label: t('glance.goal'), children: campaign.goal },
          {
            key: 'class',
            label: t('glance.class'),
            children: <TermTag list="message_class" name={campaign.message_class} />,
          },
          {
            key: 'audience',
            label: t('glance.audience'),
            children: (
              <span className="tabular">
                {t('glance.people', { count: count(campaign.audience_count) as never })}
              </span>
            ),
          },
          { key: 'planned', label: t('glance.planned'), children: <TimeText value={campaign.planned_at} /> },
          { key: 'owner', label: t('glance.owner'), children: <UserName id={campaign.owner_id} /> },
          {
            key: 'approval',
            label: t('glance.approval'),
            children: content ? <TermTag list="approval" name={content.approval} /> : '—',
          },
          {
            key: 'text',
            label: t('glance.content_hash'),
            children: <HashText value={campaign.content_hash} />,
          },
          {
            key: 'people',
            label: t('glance.audience_hash'),
            children: <HashText value={campaign.audience_hash} />,
          },
        ]}
      />
    </Section>
  );
}
