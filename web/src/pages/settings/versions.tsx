// What each version of the settings changed, by whom and when: traces of decisions cite these numbers.
import { Card, Empty, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { $api, type Schema } from '@/api/client';
import { TimeText } from '@/components/marks';
import { UserName } from '@/components/user_name';

const kShown = 20;

function Version({ version }: { version: Schema<'SettingVersion'> }) {
  const { t } = useTranslation('settings');
  const changed = Object.keys((version.after as Record<string, unknown> | null) ?? {});
  return (
    <Flex gap="2px 12px" wrap align="baseline" style={{ paddingBlock: 4 }}>
      <b className="tabular">{t('version', { number: version.version })}</b>
      <TimeText value={version.updated_at} />
      {version.updated_by ? <UserName id={version.updated_by} /> : t('by_program')}
      <Typography.Text type="secondary">
        {changed.map((name) => t(`part.${name}`, { defaultValue: name })).join(t('list_separator'))}
      </Typography.Text>
    </Flex>
  );
}

/** `version`: the one that is in force, so that a change is seen here at once. */
export function Versions({ version }: { version: number }) {
  const { t } = useTranslation('settings');
  const { data } = $api.useQuery(
    'get',
    '/api/v1/settings/sending/versions',
    { params: { query: { limit: kShown } } },
    { enabled: version > 0 },
  );
  return (
    <Card title={t('versions')} style={{ marginBlockStart: 16, maxWidth: 980 }}>
      {data && data.items.length > 0 ? (
        data.items.map((each) => <Version key={each.version} version={each} />)
      ) : (
        <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('defaults')} />
      )}
    </Card>
  );
}
