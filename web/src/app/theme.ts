// The look: one palette for light and dark, checked for contrast (WCAG AA) in theme.test.ts.
import { theme as antTheme, type ThemeConfig } from 'antd';

export const kBrand = '#0f6e68';
export const kBrandDark = '#3fb3a8';

// Ant Design's own words on tags (step 7 of a palette on step 1) are too pale to read: two steps darker.
const kTagText = {
  green7: '#237804',
  orange7: '#a8470a',
  gold7: '#87590a',
  red7: '#a8071a',
  blue7: '#0a4a9e',
  cyan7: '#006d75',
  purple7: '#531dab',
};

/** `still`: for people whom moving things disturb. */
export function themeOf(dark: boolean, still = false): ThemeConfig {
  return {
    algorithm: dark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
    token: {
      motion: !still,
      // White on it is readable; the algorithm makes it a little darker still.
      colorPrimary: dark ? '#2a8d84' : kBrand,
      colorInfo: dark ? kBrandDark : kBrand,
      colorLink: dark ? kBrandDark : '#0b5f9e',
      borderRadius: 6,
      fontFamily:
        '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, -apple-system, "Segoe UI", sans-serif',
      ...(dark
        ? {
            colorBgLayout: '#0f1513',
            colorBgContainer: '#17201e',
            colorTextDescription: '#a3b1ae',
            colorTextTertiary: '#9aa8a5',
            colorTextPlaceholder: '#8b9895',
            colorError: '#d32f2f',
            // Red letters on a dark ground; the algorithm would make them darker than the button.
            colorErrorText: '#f58a82',
          }
        : {
            colorBgLayout: '#f4f7f6',
            colorTextDescription: '#52625f',
            colorTextSecondary: '#46544f',
            colorTextTertiary: '#586763',
            colorTextPlaceholder: '#5f6f6b',
            // The palette that is derived from so dark a colour begins with a grey.
            colorPrimaryBg: '#e1f0ee',
            colorPrimaryBgHover: '#cde7e3',
            colorPrimaryBorder: '#8cc5bd',
            colorInfoBg: '#e1f0ee',
            colorInfoBorder: '#a9d3cd',
            colorErrorText: '#c02b2b',
            // White on it and it on white: both can be read.
            colorError: '#c9302c',
          }),
    },
    components: {
      Layout: { siderBg: dark ? '#121a18' : '#ffffff', headerBg: dark ? '#121a18' : '#ffffff' },
      Menu: {
        itemBorderRadius: 6,
        itemSelectedBg: dark ? '#1b3a36' : '#dcefec',
        itemSelectedColor: dark ? '#7fd6cb' : '#0a5751',
        itemHoverBg: dark ? '#1a2725' : '#eef5f3',
      },
      Tag: dark ? {} : kTagText,
      Descriptions: { labelColor: dark ? '#a3b1ae' : '#52625f' },
      // White words on a filled button: the dark theme's own colour is too light for them.
      ...(dark && {
        Button: { colorPrimary: '#237a72', colorPrimaryHover: '#1f6f68', colorPrimaryActive: '#1b615b' },
        Tabs: { itemSelectedColor: kBrandDark, itemHoverColor: kBrandDark, itemActiveColor: kBrandDark },
        Radio: { buttonSolidCheckedBg: '#237a72', buttonSolidCheckedHoverBg: '#1f6f68' },
      }),
    },
  };
}

/** Colours of message states, the same in every bar and chart. */
export const kStateColours: Record<string, { light: string; dark: string }> = {
  delivered: { light: '#1f8a5b', dark: '#46b483' },
  sent: { light: '#4f9fd8', dark: '#62aee4' },
  in_flight: { light: '#7a8ee0', dark: '#8f9fe8' },
  queued: { light: '#b3bcd0', dark: '#6f7a92' },
  held: { light: '#d6d9df', dark: '#4a5260' },
  failed: { light: '#c93c37', dark: '#e5645f' },
  expired: { light: '#d9822b', dark: '#e69a4c' },
  unknown: { light: '#8a5bb5', dark: '#a97bd1' },
  refused: { light: '#8c959f', dark: '#77808b' },
};

export function stateColour(state: string, dark: boolean): string {
  const pair = kStateColours[state] ?? { light: '#8c959f', dark: '#77808b' };
  return dark ? pair.dark : pair.light;
}

/** The states in the order in which a message passes them: the order of every bar and legend. */
export const kStateOrder = [
  'delivered',
  'sent',
  'in_flight',
  'queued',
  'held',
  'failed',
  'expired',
  'unknown',
  'refused',
] as const;
