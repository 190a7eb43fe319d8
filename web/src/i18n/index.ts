// Texts in Chinese (default) and English. Shared words are in this folder, a page's own beside the page:
// pages/<name>/zh.json and en.json are the namespace <name>. A test holds both languages to the same keys.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

type Texts = Record<string, unknown>;
export type Language = 'zh' | 'en';
export const kLanguages: readonly Language[] = ['zh', 'en'];

const files = import.meta.glob<Texts>(['./*.json', '../pages/*/zh.json', '../pages/*/en.json'], {
  eager: true,
  import: 'default',
});

/** "./common.zh.json" and "../pages/campaigns/zh.json" to [namespace, language]. */
export function placeOf(path: string): [string, Language] {
  const page = /\.\.\/pages\/([^/]+)\/(zh|en)\.json$/.exec(path);
  if (page) return [page[1]!, page[2] as Language];
  const shared = /\.\/([^/]+)\.(zh|en)\.json$/.exec(path);
  if (shared) return [shared[1]!, shared[2] as Language];
  throw new Error(`no language file: ${path}`);
}

export const resources: Record<Language, Record<string, Texts>> = { zh: {}, en: {} };
for (const [path, texts] of Object.entries(files)) {
  const [namespace, language] = placeOf(path);
  resources[language][namespace] = texts;
}

const kStored = 'yizhan.language';

export function storedLanguage(): Language {
  return localStorage.getItem(kStored) === 'en' ? 'en' : 'zh';
}

export function setLanguage(language: Language): void {
  localStorage.setItem(kStored, language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  void i18next.changeLanguage(language);
}

void i18next.use(initReactI18next).init({
  resources: resources as never,
  lng: storedLanguage(),
  fallbackLng: false,
  defaultNS: 'common',
  ns: Object.keys(resources.zh),
  interpolation: { escapeValue: false },
  returnNull: false,
});
document.documentElement.lang = storedLanguage() === 'zh' ? 'zh-CN' : 'en';

export default i18next;
