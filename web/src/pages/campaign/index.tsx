// One campaign: its road, what is to be done now, what was decided at each step, how it goes and what came of it.
import { Col, Flex, Row } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { TermTag } from '@/components/marks';
import { Page } from '@/components/page';
import { ProblemAlert } from '@/components/problem_view';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { StateBar } from '@/components/state_bar';
import { useFreshOn } from '@/components/use_fresh_on';
import { FunnelTable } from '@/pages/campaign_monitor/funnel';
import {
  type Campaign,
  useCampaign,
  useContent,
  useEffectOf,
  useReport,
  useSnapshot,
  useTest,
} from './campaign_data';
import { useDeeds } from './deeds';
import { EffectView } from './effect_view';
import { AudienceFacts, ContentFacts, NoticeFacts, PlanFacts, TechnologyFacts, TestFacts } from './facts';
import { RoadView } from './road_view';

function Progress({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign');
  const { count } = useFormat();
  const query = useSnapshot(campaign);
  const snapshot = query.data;
  if (!snapshot) return query.error ? <ProblemAlert error={query.error} /> : null;
  return (
    <Flex vertical gap={16}>
      <Section
        title={t('progress')}
        extra={campaign.started_at && <Link to={`/monitor/${campaign.id}`}>{t('to_monitor')}</Link>}
      >
        <StateBar counts={snapshot.by_state} total={snapshot.targeted} height={14} />
        {campaign.state === 'running' && (
          <div className="tabular" style={{ marginBlockStart: 8 }}>
            {t('rate', { rate: count(Math.round(snapshot.messages_per_second * 10) / 10) })}
          </div>
        )}
      </Section>
      <FunnelTable snapshot={snapshot} />
    </Flex>
  );
}

function Whole({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation('campaign');
  useFreshOn(campaign.state);
  const can = useCan();
  const content = useContent(can('content.read') ? campaign.content_id : undefined).data;
  const test = useTest(campaign).data;
  const report = useReport(campaign).data;
  const effect = useEffectOf(campaign);
  const deeds = useDeeds(campaign, content?.approval);
  return (
    <Page
      title={
        <>
          {campaign.name} <TermTag list="campaign_state" name={campaign.state} />
        </>
      }
      titleText={campaign.name}
      subtitle={<span className="mono">{campaign.id}</span>}
      back="/campaigns"
      actions={deeds.all}
    >
      <Flex vertical gap={16}>
        <RoadView campaign={campaign} content={content} test={test} report={report} deed={deeds.next} />
        <Row gutter={[16, 16]}>
          <Col xs={24} lg={14}>
            <Flex vertical gap={16}>
              <Progress campaign={campaign} />
              <PlanFacts campaign={campaign} />
              <AudienceFacts campaign={campaign} />
            </Flex>
          </Col>
          <Col xs={24} lg={10}>
            <Flex vertical gap={16}>
              <ContentFacts campaign={campaign} content={content} />
              <NoticeFacts campaign={campaign} />
              {campaign.handed_over_at && <TechnologyFacts campaign={campaign} />}
              {test && <TestFacts test={test} />}
            </Flex>
          </Col>
        </Row>
        {campaign.started_at && can('report.read') && (
          <Section
            title={t('effect.title')}
            extra={<Link to={`/compare?ids=${campaign.id}`}>{t('effect.compare')}</Link>}
          >
            <QueryView query={effect}>{(data) => <EffectView effect={data} />}</QueryView>
          </Section>
        )}
      </Flex>
    </Page>
  );
}

export default function CampaignPage() {
  const { id = '' } = useParams();
  const query = useCampaign(id);
  return <QueryView query={query}>{(campaign) => <Whole campaign={campaign} />}</QueryView>;
}
