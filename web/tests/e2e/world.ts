// The world that the browser tests are given, and the people in it: each has a browser context of his own.
import { readFileSync } from 'node:fs';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

export type Role =
  | 'marketing'
  | 'technology'
  | 'customer_service'
  | 'compliance'
  | 'second_compliance'
  | 'administrator'
  | 'auditor';

interface World {
  base_url: string;
  password: string;
  logins: Record<Role, string>;
  /** What the seeding made, by name: campaign, running_campaign, content, submitted_content, report, customer … */
  ids: Record<string, string>;
  /** A folder to write files into. */
  folder: string;
  second_simulator_port: number;
  screenshots: string | null;
}

function readWorld(): World {
  const path = process.env.YIZHAN_E2E_WORLD;
  if (!path) throw new Error('run by tests/e2e/console_test.py, which makes the world');
  return JSON.parse(readFileSync(path, 'utf8')) as World;
}

export const world = readWorld();

let shared: Promise<Browser> | undefined;

export function browser(): Promise<Browser> {
  shared ??= chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  return shared;
}

export async function closeBrowser(): Promise<void> {
  await (await shared)?.close();
  shared = undefined;
}

export interface Look {
  language?: 'zh' | 'en';
  theme?: 'light' | 'dark';
  width?: number;
  height?: number;
}

/** A page whose script errors and console errors are collected in `faults`. */
export interface Desk {
  page: Page;
  context: BrowserContext;
  faults: string[];
  close(): Promise<void>;
}

export async function open(look: Look = {}): Promise<Desk> {
  const context = await (
    await browser()
  ).newContext({
    baseURL: world.base_url,
    viewport: { width: look.width ?? 1280, height: look.height ?? 800 },
    timezoneId: 'Asia/Shanghai',
    locale: look.language === 'en' ? 'en-GB' : 'zh-CN',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(
    ([language, theme]) => {
      localStorage.setItem('yizhan.language', language!);
      localStorage.setItem('yizhan.theme', theme!);
    },
    [look.language ?? 'zh', look.theme ?? 'light'],
  );
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  return { page, context, faults, close: () => context.close() };
}

/** A person of a department at his desk, signed in. */
export async function signedIn(role: Role, look: Look = {}): Promise<Desk> {
  const desk = await open(look);
  const { page } = desk;
  await page.goto('/');
  await page.locator('input[autocomplete=username]').fill(world.logins[role]);
  await page.locator('input[autocomplete=current-password]').fill(world.password);
  await page.locator('button[type=submit]').click();
  await page.locator('#content h1').first().waitFor();
  return desk;
}

/** People at their desks, all at once. */
export async function allSignedIn<R extends Role>(roles: R[]): Promise<Record<R, Desk>> {
  const desks = await Promise.all(roles.map(async (role) => [role, await signedIn(role)] as const));
  return Object.fromEntries(desks) as Record<R, Desk>;
}

/** The serious and critical faults that axe finds, each with where it is. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    'axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })',
  )) as axe.AxeResults;
  return found.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .flatMap((violation) =>
      violation.nodes.map(
        (node) => `${violation.id} at ${node.target.join(' ')}: ${node.failureSummary ?? ''}`,
      ),
    );
}

/** Waits until nothing is loading on the page. */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page
    .locator('.ant-skeleton-active, .ant-spin-spinning')
    .first()
    .waitFor({ state: 'detached', timeout: 20_000 })
    .catch(() => undefined);
}
