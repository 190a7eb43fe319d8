// What surrounds every page of a person who is signed in: menu, header, content; the emergency stop in sight of all.
import {
  BgColorsOutlined,
  GlobalOutlined,
  LogoutOutlined,
  MenuOutlined,
  QuestionCircleOutlined,
  SearchOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Alert, Button, Drawer, Dropdown, Flex, Grid, Layout, Menu, type MenuProps, Typography } from 'antd';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation, useNavigate } from 'react-router';
import { useEmergencyStop } from '@/pages/monitor/emergency_stop';
import { zoneText } from './format';
import { kGroups, kPages } from './pages';
import { usePreferences } from './preferences';
import { useCan, useSession, useSessionState } from './session';

const CommandPalette = lazy(() => import('./command_palette'));
const KeyboardHelp = lazy(() => import('./keyboard_help'));

const kSiderWidth = 216;

function Brand() {
  const { t } = useTranslation();
  return (
    <Link
      to="/"
      style={{ display: 'flex', alignItems: 'center', gap: 10, padding: '14px 18px', color: 'inherit' }}
    >
      <img src="/yizhan.svg" alt="" width={28} height={28} />
      <Typography.Text strong style={{ fontSize: 17 }}>
        {t('product')}
      </Typography.Text>
    </Link>
  );
}

function useMenuItems(): MenuProps['items'] {
  const { t } = useTranslation();
  const can = useCan();
  return useMemo(() => {
    const item = (page: (typeof kPages)[number]) => ({
      key: page.path,
      icon: page.icon,
      label: <Link to={page.path}>{t(`nav.${page.nav}`)}</Link>,
    });
    const seen = kPages.filter((page) => page.nav && page.permissions.some(can));
    return [
      ...seen.filter((page) => !page.group).map(item),
      ...kGroups.flatMap(({ group }) => {
        const children = seen.filter((page) => page.group === group).map(item);
        return children.length
          ? [{ type: 'group' as const, key: group, label: t(`nav.${group}`), children }]
          : [];
      }),
    ];
  }, [t, can]);
}

function Navigation({ onPick }: { onPick?: () => void }) {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const items = useMenuItems();
  const selected = kPages
    .filter((page) => page.nav && (page.path === '/' ? pathname === '/' : pathname.startsWith(page.path)))
    .sort((a, b) => b.path.length - a.path.length)[0]?.path;
  return (
    <nav aria-label={t('nav.menu')}>
      <Menu
        mode="inline"
        items={items}
        selectedKeys={selected ? [selected] : []}
        onClick={onPick}
        style={{ borderInlineEnd: 0, paddingBlockEnd: 24 }}
      />
    </nav>
  );
}

function HeaderMenus({ onKeyboard }: { onKeyboard: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { language, setLanguage, theme, setTheme } = usePreferences();
  const { signOut } = useSessionState();
  const session = useSession();
  const screens = Grid.useBreakpoint();
  return (
    <Flex gap={4} align="center">
      <Button
        type="text"
        icon={<GlobalOutlined />}
        aria-label={`${t('header.language')}: ${language === 'zh' ? 'EN' : '中文'}`}
        lang={language === 'zh' ? 'en' : 'zh-CN'}
        onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}
      >
        {language === 'zh' ? 'EN' : '中文'}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          selectable: true,
          selectedKeys: [theme],
          items: (['light', 'dark', 'system'] as const).map((key) => ({
            key,
            label: t(`header.theme_${key}`),
          })),
          onClick: ({ key }) => setTheme(key as typeof theme),
        }}
      >
        <Button type="text" icon={<BgColorsOutlined />} aria-label={t('header.theme')} />
      </Dropdown>
      {screens.md && (
        <Button
          type="text"
          icon={<QuestionCircleOutlined />}
          aria-label={t('header.keyboard')}
          onClick={onKeyboard}
        />
      )}
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'profile', icon: <UserOutlined />, label: t('header.profile') },
            { key: 'sign_out', icon: <LogoutOutlined />, label: t('header.sign_out') },
          ],
          onClick: ({ key }) => (key === 'profile' ? navigate('/profile') : void signOut()),
        }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={session.display_name}>
          {screens.md ? session.display_name : null}
        </Button>
      </Dropdown>
    </Flex>
  );
}

function EmergencyBanner() {
  const { t } = useTranslation();
  const { data } = useEmergencyStop();
  if (!data?.active) return null;
  const restored = data.cause === 'restored_backup';
  return (
    <Alert
      banner
      type="error"
      role="alert"
      title={t(restored ? 'header.restored_backup' : 'header.emergency_active')}
    />
  );
}

function useShortcuts(openPalette: () => void, openHelp: () => void) {
  const navigate = useNavigate();
  useEffect(() => {
    const listener = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        openPalette();
        return;
      }
      const target = event.target as HTMLElement | null;
      const writing = target?.closest('input, textarea, select, [contenteditable="true"], [role="dialog"]');
      if (writing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === '?') openHelp();
      else if (event.key === 'g') void navigate('/');
      else if (event.key === '/') {
        const filter = document.querySelector<HTMLInputElement>(
          '[data-filter-text] input, input[data-filter-text]',
        );
        if (filter) {
          event.preventDefault();
          filter.focus();
        }
      }
    };
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, [navigate, openPalette, openHelp]);
}

export default function Frame() {
  const { t } = useTranslation();
  const { zone } = usePreferences();
  const screens = Grid.useBreakpoint();
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const wide = screens.lg !== false;
  useShortcuts(
    useMemo(() => () => setPalette(true), []),
    useMemo(() => () => setHelp(true), []),
  );
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <a className="skip-link" href="#content">
        {t('nav.skip')}
      </a>
      {wide && (
        <Layout.Sider
          width={kSiderWidth}
          theme="light"
          className="no-print"
          style={{ position: 'sticky', top: 0, height: '100vh', overflow: 'auto' }}
        >
          <Brand />
          <Navigation />
        </Layout.Sider>
      )}
      <Layout>
        <Layout.Header
          className="no-print"
          style={{
            height: 56,
            lineHeight: '56px',
            padding: '0 16px',
            display: 'flex',
            alignItems: 'center',
            gap: 8,
          }}
        >
          {!wide && (
            <Button
              type="text"
              icon={<MenuOutlined />}
              aria-label={t('nav.menu')}
              onClick={() => setDrawer(true)}
            />
          )}
          <Button
            icon={<SearchOutlined />}
            aria-label={`${t('header.palette')} Ctrl K`}
            onClick={() => setPalette(true)}
          >
            {screens.md && (
              <>
                {t('header.palette')} <kbd style={{ opacity: 0.75 }}>Ctrl K</kbd>
              </>
            )}
          </Button>
          <div style={{ flex: 1 }} />
          <HeaderMenus onKeyboard={() => setHelp(true)} />
        </Layout.Header>
        <EmergencyBanner />
        <Layout.Content
          id="content"
          tabIndex={-1}
          role="main"
          style={{ padding: screens.md ? 24 : 12, minWidth: 0, outline: 'none' }}
        >
          <Outlet />
        </Layout.Content>
        <Layout.Footer className="no-print" style={{ padding: '8px 24px 16px', background: 'transparent' }}>
          <Typography.Text type="secondary">{t('zone', { zone: zoneText(zone) })}</Typography.Text>
        </Layout.Footer>
      </Layout>
      <Drawer
        open={drawer}
        placement="left"
        size={kSiderWidth + 24}
        onClose={() => setDrawer(false)}
        title={<Brand />}
        styles={{ body: { padding: 0 } }}
      >
        <Navigation onPick={() => setDrawer(false)} />
      </Drawer>
      <Suspense fallback={null}>
        {palette && <CommandPalette onClose={() => setPalette(false)} />}
        {help && <KeyboardHelp onClose={() => setHelp(false)} />}
      </Suspense>
    </Layout>
  );
}
