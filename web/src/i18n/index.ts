// Texts in Chinese (default) and English. Shared words are in this folder, a page's own beside the page:
// pages/<name>/zh.json and en.json are the namespace <name>. A test holds both languages to the same keys.
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';

type Texts = Record<string, unknown>;
export type Language = 'zh' | 'en';
export const kLanguages: readonly Language[] = ['zh', 'en'];

/** "./common.zh.json" to "common", "../pages/campaigns/zh.json" to "campaigns". */
function namespaceOf(path: string): string {
  const found = /\.\.\/pages\/([^/]+)\/|\.\/([^/.]+)\./.exec(path);
  const name = found?.[1] ?? found?.[2];
  if (!name) throw new Error(`no language file: ${path}`);
  return name;
}

// One language's texts are one file that is loaded when the language is first shown.
const kFiles = { zh: () => import('./texts.zh'), en: () => import('./texts.en') };

/** The texts of a language by namespace. */
export async function textsOf(language: Language): Promise<Record<string, Texts>> {
  const { default: files } = await kFiles[language]();
  return Object.fromEntries(Object.entries(files).map(([path, texts]) => [namespaceOf(path), texts]));
}

const kStored = 'yizhan.language';

export function storedLanguage(): Language {
  return localStorage.getItem(kStored) === 'en' ? 'en' : 'zh';
}

async function load(language: Language): Promise<void> {
  if (i18next.hasResourceBundle(language, 'common')) return;
  for (const [namespace, texts] of Object.entries(await textsOf(language)))
    i18next.addResourceBundle(language, namespace, texts);
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  localStorage.setItem(kStored, language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
}

/** To be done before the first text is asked for. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: storedLanguage(),
    fallbackLng: false,
    defaultNS: 'common',
    interpolation: { escapeValue: false },
    returnNull: false,
    resources: {},
  });
  await setLanguage(storedLanguage());
}

export default i18next;
