// What people of the departments do in the browser, step by step, for the specs that walk the road of a campaign.
import type { Locator, Page } from 'playwright-core';
import { afterEach, beforeEach } from 'vitest';
import type { Desk } from './world';

const kPoints = ['合法性', '真实性', '准确性', '完整性', '合规性'];
const kConsent = '是,2026-01-05 10:00:00,门店签字,我同意接收本店的营销短信，可随时回复R退订';

/** A step without the one before it can only time out: the rest of a road is skipped after its first failure. */
export function stopAtFirstFailure(): void {
  let failed = false;
  beforeEach((context) => {
    if (failed) context.skip();
  });
  afterEach(({ task }) => {
    failed ||= task.result?.state === 'fail';
  });
}

/** Console errors but those that a refusal which the spec provoked leaves there: Chromium says its status and address. */
export function faultsBut(desk: Desk, provoked: { status: number; path: string }[] = []): string[] {
  return desk.faults.filter(
    (fault) =>
      !provoked.some(
        ({ status, path }) =>
          fault.includes('Failed to load resource') &&
          fault.includes(`status of ${status}`) &&
          fault.includes(path),
      ),
  );
}

/** Numbers of nobody else in the world, others at every run: a spec may run again in the same world. */
export function freshNumbers(count: number, series: number): string[] {
  const first = 13940000000 + series * 10_000_000 + (Math.floor(Date.now() / 1000) % 90_000) * 100;
  return Array.from({ length: count }, (_, i) => String(first + i));
}

export function customerLines(numbers: string[]): string[] {
  return numbers.map((number) => `${number},王小明,上海,1990-01-01,${kConsent}`);
}

export async function goTo(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: '菜单' }).getByRole('link', { name, exact: true }).click();
  await titled(page, name);
}

export async function titled(page: Page, text: string | RegExp): Promise<void> {
  await page.locator('#content h1', { hasText: text }).waitFor();
}

/** A button by its words; before them its icon may have a name of its own. */
export function button(place: Page | Locator, name: string): Locator {
  return place.getByRole('button', { name: new RegExp(`(^| )${name}$`) });
}

export function section(page: Page, title: string): Locator {
  return page
    .locator('.ant-card')
    .filter({ has: page.getByRole('heading', { level: 2, name: title, exact: true }) });
}

/** A number that the page shows as "12" or "−12" or "1,234". */
export function numberIn(text: string | null): number {
  return Number((text ?? '').replace(/[^\d]/g, ''));
}

/** The figure that stands above its name. */
export async function figure(place: Locator, name: string): Promise<number> {
  return numberIn(
    await place.getByText(name, { exact: true }).locator('xpath=preceding-sibling::div').textContent(),
  );
}

export async function choose(page: Page, field: Locator, option: string | RegExp): Promise<void> {
  await field.click();
  const list = page.locator('.ant-select-dropdown:visible');
  const items = list.locator('.ant-select-item-option');
  await items.first().waitFor();
  const wanted = items.filter({ hasText: option }).first();
  // Only what is in sight of a long list is there.
  for (let turn = 0; turn < 50 && (await wanted.count()) === 0; turn += 1) {
    await items.first().hover();
    await page.mouse.wheel(0, 100);
    await page.evaluate(
      () => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
    );
  }
  await wanted.click();
  await list.waitFor({ state: 'hidden' });
}

export async function confirmed(page: Page, name: string): Promise<void> {
  await button(page.getByRole('dialog'), name).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
}

export async function withReason(page: Page, reason: string, name: string): Promise<void> {
  await page.getByRole('dialog').getByLabel('理由', { exact: true }).fill(reason);
  await confirmed(page, name);
}

/** The five points, and nothing of them unanswered. */
export async function answerChecklist(
  place: Locator,
  answers: Partial<Record<string, { answer: '符合' | '不符合'; note: string }>> = {},
): Promise<void> {
  for (const point of kPoints) {
    const { answer, note } = answers[point] ?? { answer: '符合', note: '已核对' };
    const group = place.getByRole('group', { name: point, exact: true });
    await group.getByText(answer, { exact: true }).click();
    await group.getByLabel(`${point}的说明`).fill(note);
  }
}

export interface Draft {
  name: string;
  signature: string;
  body: string;
}

export async function draftContent(desk: Desk, draft: Draft): Promise<void> {
  const { page } = desk;
  await goTo(page, '短信内容');
  await button(page, '新建内容').click();
  await titled(page, '新建内容');
  await page.getByLabel('名称', { exact: true }).fill(draft.name);
  await choose(page, page.getByLabel('签名', { exact: true }), draft.signature);
  await page.getByLabel('正文', { exact: true }).fill(draft.body);
  await page.getByLabel('name 的示例值').fill('张三');
  // The saved text is another page, under its own address: it is there once it has been fetched.
  const there = page.waitForResponse(
    (answer) => answer.request().method() === 'GET' && /\/contents\/cnt_[^/]+$/.test(answer.url()),
  );
  await button(page, '保存').click();
  await there;
  await titled(page, draft.name);
}

/** From the saved text to the queue of compliance. */
export async function firstReviewAndSubmit(desk: Desk): Promise<void> {
  const { page } = desk;
  await button(page, '市场初审').click();
  const dialog = page.getByRole('dialog');
  await answerChecklist(dialog);
  await dialog.getByLabel('初审说明').fill('已按五点自查');
  await confirmed(page, '初审通过');
  await button(page, '提交合规审核').click();
  await page.getByText('正在合规审核，暂时不能修改。').waitFor();
}

export async function importList(desk: Desk, name: string, lines: string[]): Promise<void> {
  const { page } = desk;
  await goTo(page, '导入');
  await button(page, '导入名单').click();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\n') + '\n') });
  await page.getByRole('table').waitFor();
}

export async function finishImport(desk: Desk): Promise<void> {
  const { page } = desk;
  await button(page, '开始导入').click();
  await page.getByRole('link', { name: '查看这批客户' }).waitFor();
}

export interface Plan {
  name: string;
  content: string | RegExp;
  list: string;
}

/** Planned, frozen and handed over; the campaign's id. */
export async function planAndHandOver(desk: Desk, plan: Plan, people: number): Promise<string> {
  const { page } = desk;
  await goTo(page, '发送任务');
  await button(page, '新建任务').click();
  await page.getByLabel('任务名称', { exact: true }).fill(plan.name);
  await page.getByLabel('营销目标', { exact: true }).fill('老客户周年庆到店');
  await choose(page, page.getByLabel('短信内容', { exact: true }), plan.content);
  await page.getByText('一次导入', { exact: true }).click();
  await choose(page, page.getByRole('combobox', { name: '一次导入' }), plan.list);
  await section(page, '规模估算').getByText(String(people), { exact: true }).first().waitFor();
  // The browser's clock is not the server's: a plan of tomorrow lies ahead of both.
  const tomorrow = new Date(Date.now() + 24 * 3600 * 1000).toISOString().slice(0, 10);
  const time = page.getByLabel('计划发送时间', { exact: true });
  await time.fill(`${tomorrow} 10:00`);
  await page.locator('.ant-picker-dropdown:visible').getByRole('button', { name: '确定' }).click();
  await button(page, '保存计划').click();
  await titled(page, '计划中');
  await button(page, '固定名单').click();
  await confirmed(page, '固定名单');
  await titled(page, '名单已固定');
  await button(page, '移交技术').click();
  await confirmed(page, '移交技术');
  await titled(page, '已移交技术');
  return new URL(page.url()).pathname.split('/').at(-1)!;
}

/** Technology's part up to a passed test. */
export async function prepare(
  desk: Desk,
  campaign: string,
  segmentsPerSecond: number,
  channel = 'test carrier',
): Promise<void> {
  const { page } = desk;
  await goTo(page, '移交收件箱');
  await page.getByRole('link', { name: campaign, exact: true }).click();
  await titled(page, campaign);
  await choose(page, page.getByLabel('通道', { exact: true }), channel);
  await page.getByLabel('发送速率（条/秒）').fill(String(segmentsPerSecond));
  await button(page, '保存参数').click();
  await section(page, '启动').getByText('参数已设置').waitFor();
  await button(page, '开始测试').click();
  await section(page, '预发送测试').getByText('测试通过', { exact: true }).waitFor();
  await titled(page, '待启动');
}

/** Leads to the live monitor by itself. */
export async function start(desk: Desk): Promise<void> {
  const { page } = desk;
  await button(page, '立即启动').click();
  await button(page.getByRole('dialog'), '立即启动').click();
  await page.waitForURL('**/monitor/**');
  await page.getByRole('status').getByText('实时', { exact: true }).waitFor();
}

/** Customer service finds the one who calls, by his number. */
export async function lookUp(desk: Desk, number: string): Promise<void> {
  const { page } = desk;
  await goTo(page, '客户查询');
  await page.getByRole('textbox', { name: '号码' }).fill(number);
  await button(page, '查找').click();
  await page.getByRole('table').getByRole('link').click();
  await titled(page, number.slice(-4));
}
