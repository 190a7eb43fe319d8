// The carriers' codes that came back, the most frequent first, with what each means and what to do.
import { Empty, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '@/app/preferences';
import { useCan } from '@/app/session';
import { useTerm } from '@/app/terms';
import { Section } from '@/components/section';
import { useReasonText } from '@/pages/monitor/reason_text';
import type { Snapshot } from './live';

export function Errors({ errors }: { errors: Snapshot['errors'] }) {
  const { t } = useTranslation('campaign_monitor');
  const term = useTerm();
  const can = useCan();
  const text = useReasonText();
  const { count } = useFormat();
  const sorted = [...errors].sort((a, b) => b.count - a.count);
  return (
    <Section
      title={t('errors.title')}
      extra={can('channel.read') ? <Link to="/carrier-codes">{t('errors.table')}</Link> : null}
    >
      {sorted.length === 0 ? (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('errors.none')} />
      ) : (
        <ul style={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 12 }}>
          {sorted.map((error) => (
            <li key={`${error.stage} ${error.code}`}>
              <Flex justify="space-between" gap={8} align="baseline">
                <span>
                  <Tag>{term('code_stage', error.stage)}</Tag>
                  <span className="mono" style={{ fontWeight: 600 }}>
                    {error.code}
                  </span>
                </span>
                <b className="tabular">{count(error.count)}</b>
              </Flex>
              <div>{t('errors.cause', { text: text(error.cause) || t('errors.unlisted') })}</div>
              {error.remedy && (
                <Typography.Text type="secondary">
                  {t('errors.remedy', { text: text(error.remedy) })}
                </Typography.Text>
              )}
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}
