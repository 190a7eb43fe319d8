// My own settings: who I am here, my password, language, appearance, time zone.
import { App, Card, Descriptions, Flex, Radio, Select, Tag } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { browserZone, zoneText } from '@/app/format';
import { usePreferences } from '@/app/preferences';
import { useSession } from '@/app/session';
import { useTerm } from '@/app/terms';
import { TimeText } from '@/components/marks';
import { Page } from '@/components/page';
import { ChangePasswordForm } from '@/pages/sign_in/change_password';

export default function Profile() {
  const { t } = useTranslation(['profile', 'common']);
  const term = useTerm();
  const session = useSession();
  const { message } = App.useApp();
  const { language, setLanguage, theme, setTheme, zone, setZone } = usePreferences();
  const zones = useMemo(
    () =>
      [...new Set([browserZone(), 'Asia/Shanghai', 'UTC', ...Intl.supportedValuesOf('timeZone')])].map(
        (name) => ({
          value: name,
          label: zoneText(name),
        }),
      ),
    [],
  );
  return (
    <Page title={t('title')}>
      <Flex vertical gap={16} style={{ maxWidth: 720 }}>
        <Card title={t('who')}>
          <Descriptions
            column={1}
            items={[
              { key: 'name', label: t('name'), children: session.display_name },
              { key: 'login', label: t('login'), children: session.login },
              {
                key: 'roles',
                label: t('roles'),
                children: session.roles.map((role) => <Tag key={role}>{term('role', role)}</Tag>),
              },
              { key: 'until', label: t('session_until'), children: <TimeText value={session.expires_at} /> },
            ]}
          />
        </Card>
        <Card title={t('look')}>
          <Flex vertical gap={14}>
            <Radio.Group
              aria-label={t('common:header.language')}
              value={language}
              onChange={(event) => setLanguage(event.target.value)}
              options={[
                { value: 'zh', label: '中文' },
                { value: 'en', label: 'English' },
              ]}
            />
            <Radio.Group
              aria-label={t('common:header.theme')}
              value={theme}
              onChange={(event) => setTheme(event.target.value)}
              options={(['light', 'dark', 'system'] as const).map((value) => ({
                value,
                label: t(`common:header.theme_${value}`),
              }))}
            />
            <Select
              aria-label={t('zone')}
              showSearch
              value={zone}
              options={zones}
              onChange={setZone}
              style={{ width: 'min(360px, 100%)' }}
            />
          </Flex>
        </Card>
        <Card title={t('password')}>
          <ChangePasswordForm onDone={() => message.success(t('password_changed'))} />
        </Card>
      </Flex>
    </Page>
  );
}
