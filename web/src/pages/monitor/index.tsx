// Everything at once: all messages, the campaigns under way, the channels, the emergency stop.
import { Flex } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { Figure } from '@/components/marks';
import { Page } from '@/components/page';
import { QueryView } from '@/components/query_view';
import { Section } from '@/components/section';
import { StateBar } from '@/components/state_bar';
import { CampaignRows } from './campaign_rows';
import { ChannelStandings } from './channel_standings';
import { Conservation } from './conservation';
import { EmergencyNotice, EmergencyStopButton } from './emergency_stop';
import { failedIn, openIn, sumIn } from './totals';

function Totals({ totals }: { totals: Schema<'TotalsView'> }) {
  const { t } = useTranslation('monitor');
  const { count } = useFormat();
  const counts = totals.by_state;
  return (
    <Section title={t('totals.title')}>
      <Flex gap="12px 28px" wrap style={{ marginBlockEnd: 12 }}>
        <Figure name={t('totals.messages')} value={count(totals.messages)} />
        <Figure name={t('totals.delivered')} value={count(counts.delivered ?? 0)} />
        <Figure name={t('totals.failed')} value={count(failedIn(counts))} />
        <Figure name={t('totals.refused')} value={count(counts.refused ?? 0)} />
        <Figure name={t('totals.open')} value={count(openIn(counts))} />
      </Flex>
      <StateBar counts={counts} total={totals.messages} height={12} />
      <div style={{ marginBlockStart: 12 }}>
        <Conservation sum={sumIn(counts)} whole={totals.messages} holds={totals.sum === 'holds'} everything />
      </div>
    </Section>
  );
}

export default function Monitor() {
  const { t } = useTranslation('monitor');
  const query = $api.useQuery('get', '/api/v1/monitor', {}, { refetchInterval: 3_000 });
  return (
    <Page title={t('title')} subtitle={t('subtitle')} actions={<EmergencyStopButton />}>
      <EmergencyNotice />
      <QueryView query={query} rows={10}>
        {(totals) => (
          <div className="columns-2">
            <CampaignRows />
            <div className="column">
              <Totals totals={totals} />
              <ChannelStandings channels={totals.channels} />
            </div>
          </div>
        )}
      </QueryView>
    </Page>
  );
}
