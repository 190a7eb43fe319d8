// What a campaign sets itself beside the company's rules: its own frequency, its end, the announcement of its frequency.
import { Form, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, type Schema } from '@/api/client';
import { useFormat } from '@/app/preferences';
import { FrequencyRules } from '@/components/frequency_rules';
import { ZonedPicker } from '@/components/zoned_picker';
import { needsNotice } from './road';

const kMostRules = 8;
const kAnnouncements = 100;

interface Props {
  campaign: Schema<'CampaignView'>;
  company: Schema<'SendingSettingsView'> | undefined;
  disabled: boolean;
}

function Announcement({ campaign, company }: Omit<Props, 'disabled'>) {
  const { t } = useTranslation('prepare');
  const { count } = useFormat();
  const { data } = $api.useQuery('get', '/api/v1/campaigns', {
    params: { query: { announcing: true, limit: kAnnouncements } },
  });
  const needed = needsNotice(campaign, company?.notice_threshold);
  return (
    <Form.Item
      name="announcement_id"
      label={t('parameters.announcement')}
      extra={
        needed && company
          ? t('parameters.announcement_needed', { number: count(company.notice_threshold) })
          : t('parameters.announcement_hint')
      }
      className="field-wide"
    >
      <Select
        allowClear
        placeholder={t('parameters.no_announcement')}
        options={(data?.items ?? []).map((each) => ({ value: each.id, label: each.name }))}
      />
    </Form.Item>
  );
}

export function Limits({ campaign, company, disabled }: Props) {
  const { t } = useTranslation('prepare');
  return (
    <>
      <Form.Item
        label={t('parameters.frequency')}
        extra={t('parameters.frequency_hint')}
        className="field-wide"
      >
        <FrequencyRules name="frequency" disabled={disabled} most={kMostRules} />
      </Form.Item>
      <Form.Item name="expires_at" label={t('parameters.expires')} extra={t('parameters.expires_hint')}>
        <ZonedPicker />
      </Form.Item>
      {campaign.message_class === 'marketing' && <Announcement campaign={campaign} company={company} />}
    </>
  );
}
