// Ctrl-K: go to any page that the person may see, open a thing by its id, or do one of a few commands.
import { Empty, Input, type InputRef, Modal, theme, Typography } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { matchCommands, placeOfId } from './commands';
import { kPages } from './pages';
import { usePreferences } from './preferences';
import { useCan, useSessionState } from './session';

export default function CommandPalette({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const can = useCan();
  const { token } = theme.useToken();
  const { language, setLanguage, setTheme, dark } = usePreferences();
  const { signOut } = useSessionState();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<InputRef>(null);
  useEffect(() => input.current?.focus(), []);

  const commands = useMemo(
    () => [
      ...kPages
        .filter((page) => (page.nav || /\/new$/.test(page.path)) && page.permissions.some(can))
        .map((page) => {
          const parent = kPages.find((p) => p.path === page.path.replace(/\/new$/, ''));
          const title = page.nav
            ? t(`nav.${page.nav}`)
            : `${t('action.create')} · ${t(`nav.${parent?.nav}`)}`;
          return { kind: t('palette.go'), title, words: page.path, run: () => void navigate(page.path) };
        }),
      {
        kind: t('palette.do'),
        title: `${t('header.language')}: ${language === 'zh' ? 'English' : '中文'}`,
        words: 'language english zhongwen',
        run: () => setLanguage(language === 'zh' ? 'en' : 'zh'),
      },
      {
        kind: t('palette.do'),
        title: t(dark ? 'header.theme_light' : 'header.theme_dark'),
        words: 'theme dark light',
        run: () => setTheme(dark ? 'light' : 'dark'),
      },
      {
        kind: t('palette.do'),
        title: t('header.sign_out'),
        words: 'sign out logout',
        run: () => void signOut(),
      },
    ],
    [can, t, navigate, language, setLanguage, dark, setTheme, signOut],
  );
  const place = placeOfId(text);
  const shown = useMemo(
    () => [
      ...(place
        ? [{ kind: t('palette.go'), title: text.trim(), words: '', run: () => void navigate(place) }]
        : []),
      ...matchCommands(commands, text),
    ],
    [commands, text, place, navigate, t],
  );
  const run = (index: number) => {
    const command = shown[index];
    if (!command) return;
    onClose();
    command.run();
  };

  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      title={null}
      styles={{ body: { padding: 0 } }}
      aria-label={t('header.palette')}
    >
      <Input
        ref={input}
        size="large"
        variant="borderless"
        placeholder={t('header.palette_hint')}
        aria-label={t('header.palette')}
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={shown.length ? `palette-${at}` : undefined}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt((i) => Math.min(i + 1, shown.length - 1));
          else if (event.key === 'ArrowUp') setAt((i) => Math.max(i - 1, 0));
          else if (event.key === 'Enter') run(at);
          else return;
          event.preventDefault();
        }}
      />
      <div
        id="palette-list"
        role="listbox"
        aria-label={t('header.palette')}
        style={{ maxHeight: 360, overflow: 'auto' }}
      >
        {shown.length === 0 && (
          <Empty image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('palette.empty')} />
        )}
        {shown.map((command, index) => (
          <div
            key={command.title + command.words}
            id={`palette-${index}`}
            role="option"
            aria-selected={index === at}
            onMouseEnter={() => setAt(index)}
            onClick={() => run(index)}
            style={{
              display: 'flex',
              gap: 10,
              padding: '9px 14px',
              borderRadius: 6,
              cursor: 'pointer',
              background: index === at ? token.controlItemBgActive : undefined,
            }}
          >
            <Typography.Text type="secondary" style={{ width: 48 }}>
              {command.kind}
            </Typography.Text>
            <span>{command.title}</span>
          </div>
        ))}
      </div>
    </Modal>
  );
}
