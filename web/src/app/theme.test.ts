// What is read can be read: WCAG AA (4.5 : 1) for text in both themes.
import { theme } from 'antd';
import { expect, it } from 'vitest';
import { themeOf } from './theme';

type Rgba = [number, number, number, number];

function parse(colour: string): Rgba {
  const hex = /^#([0-9a-f]{6})$/i.exec(colour)?.[1];
  if (hex) return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)).concat(1) as Rgba;
  const parts = /rgba?\(([^)]+)\)/.exec(colour)?.[1]?.split(',').map(Number);
  if (!parts) throw new Error(`no colour: ${colour}`);
  return [parts[0]!, parts[1]!, parts[2]!, parts[3] ?? 1];
}

/** A translucent colour as it appears on a ground. */
function over(colour: Rgba, ground: Rgba): Rgba {
  const mix = (at: 0 | 1 | 2) => colour[at] * colour[3] + ground[at] * (1 - colour[3]);
  return [mix(0), mix(1), mix(2), 1];
}

function luminance(colour: Rgba): number {
  const [r, g, b] = colour.slice(0, 3).map((value) => {
    const part = value / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}

function contrast(text: string, ground: string): number {
  const below = parse(ground);
  const [a, b] = [luminance(over(parse(text), below)), luminance(below)].sort((x, y) => y - x);
  return (a! + 0.05) / (b! + 0.05);
}

it.each([
  ['light', false],
  ['dark', true],
])('the %s theme can be read', (_, dark) => {
  const token = theme.getDesignToken(themeOf(dark));
  const grounds = [token.colorBgContainer, token.colorBgLayout];
  const texts = {
    text: token.colorText,
    secondary: token.colorTextSecondary,
    description: token.colorTextDescription,
    placeholder: token.colorTextPlaceholder,
    link: token.colorLink,
    error: token.colorErrorText,
  };
  for (const [name, colour] of Object.entries(texts))
    for (const ground of grounds)
      expect(contrast(colour, ground), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5);
  expect(contrast('#ffffff', token.colorError)).toBeGreaterThanOrEqual(4.5);
});

it('a filled button can be read in the light theme', () => {
  const token = theme.getDesignToken(themeOf(false));
  expect(contrast('#ffffff', token.colorPrimary)).toBeGreaterThanOrEqual(4.5);
});

it('nothing moves for those whom it disturbs', () => {
  expect(theme.getDesignToken(themeOf(false)).motion).toBe(true);
  expect(theme.getDesignToken(themeOf(false, true)).motion).toBe(false);
});
