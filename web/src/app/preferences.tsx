// What a person chose for himself in this browser: language, theme, time zone.
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Language, setLanguage as applyLanguage } from '@/i18n';
import { browserZone, formatCount, formatTime } from './format';

export type ThemeChoice = 'light' | 'dark' | 'system';

interface Preferences {
  language: Language;
  setLanguage(language: Language): void;
  theme: ThemeChoice;
  setTheme(theme: ThemeChoice): void;
  dark: boolean;
  /** Nothing is to move: it disturbs this person. */
  still: boolean;
  zone: string;
  setZone(zone: string): void;
}

const kTheme = 'yizhan.theme';
const kZone = 'yizhan.zone';
const Context = createContext<Preferences | null>(null);

/** Whether what the system is set to matches, also when it is set anew. */
function useMedia(condition: string): boolean {
  const [query] = useState(() =>
    typeof window.matchMedia === 'function' ? window.matchMedia(condition) : null,
  );
  const [matches, setMatches] = useState(query?.matches ?? false);
  useEffect(() => {
    const listener = (event: MediaQueryListEvent) => setMatches(event.matches);
    query?.addEventListener('change', listener);
    return () => query?.removeEventListener('change', listener);
  }, [query]);
  return matches;
}

export function PreferencesProvider({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation();
  const [theme, setTheme] = useState<ThemeChoice>(
    () => (localStorage.getItem(kTheme) as ThemeChoice | null) ?? 'system',
  );
  const systemDark = useMedia('(prefers-color-scheme: dark)');
  const still = useMedia('(prefers-reduced-motion: reduce)');
  const [zone, setZone] = useState(() => localStorage.getItem(kZone) ?? browserZone());

  const dark = theme === 'dark' || (theme === 'system' && systemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }, [dark]);

  const language = (i18n.language === 'en' ? 'en' : 'zh') as Language;
  const value = useMemo<Preferences>(
    () => ({
      language,
      setLanguage: (next) => void applyLanguage(next),
      theme,
      setTheme(next) {
        localStorage.setItem(kTheme, next);
        setTheme(next);
      },
      dark,
      still,
      zone,
      setZone(next) {
        localStorage.setItem(kZone, next);
        setZone(next);
      },
    }),
    [language, theme, dark, still, zone],
  );
  return <Context.Provider value={value}>{children}</Context.Provider>;
}

export function usePreferences(): Preferences {
  const value = useContext(Context);
  if (!value) throw new Error('no PreferencesProvider');
  return value;
}

/** Times and numbers in the person's language and zone. */
export function useFormat() {
  const { language, zone } = usePreferences();
  return useMemo(
    () => ({
      language,
      zone,
      time: (time: string | null | undefined, detail: 'minute' | 'second' | 'date' = 'minute') =>
        formatTime(time, language, zone, detail),
      count: (value: number | null | undefined) => formatCount(value, language),
    }),
    [language, zone],
  );
}
