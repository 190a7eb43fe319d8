// Halting what is being sent: an opt-out, a pause, the emergency stop. It ends as it began, with sending going on, so that
// the other specs may run before or after it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  button,
  confirmed,
  customerLines,
  figure,
  finishImport,
  freshNumbers,
  importList,
  lookUp,
  planAndHandOver,
  prepare,
  section,
  start,
  stopAtFirstFailure,
  titled,
  withReason,
} from './people';
import { allSignedIn, closeBrowser, type Desk, type Role } from './world';

const kRecipients = 50;
const kSegmentsPerSecond = 2;
const kNumbers = freshNumbers(kRecipients, 1);
const kMark = kNumbers[0]!.slice(4, 9);
const kCampaign = `慢速发送 ${kMark}`;
const kList = `慢速 ${kMark}.csv`;
const kHeader = '手机号,姓名,城市,出生日期,营销同意,同意时间,同意方式,同意文本';
const kBanner = '紧急停发生效中：所有发送已暂停';

let desks: Record<Exclude<Role, 'auditor' | 'second_compliance'>, Desk>;

beforeAll(async () => {
  desks = await allSignedIn(['marketing', 'technology', 'customer_service', 'compliance', 'administrator']);
});

afterAll(async () => {
  // Other specs send: whatever went wrong here, the stop does not outlive it.
  const { page } = desks.compliance;
  await page.goto('/monitor');
  await section(page, '全部短信').waitFor();
  if (await button(page, '解除紧急停发').isVisible()) {
    await button(page, '解除紧急停发').click();
    await withReason(page, '测试结束', '解除紧急停发');
  }
  await closeBrowser();
});

describe('control of what is being sent', () => {
  stopAtFirstFailure();
  let place = '';
  let leaver = '';

  it('a campaign is sent slowly', async () => {
    const { marketing, technology } = desks;
    await importList(marketing, kList, [kHeader, ...customerLines(kNumbers)]);
    await button(marketing.page, '下一步').click();
    await finishImport(marketing);
    const plan = { name: kCampaign, content: /^周年庆营销/, list: kList };
    place = `/monitor/${await planAndHandOver(marketing, plan, kRecipients)}`;
    await prepare(technology, kCampaign, kSegmentsPerSecond);
    await start(technology);
    await titled(technology.page, '发送中');
  });

  it('customer service opts a recipient out whose message is still queued', async () => {
    const { technology, customer_service } = desks;
    await section(technology.page, '状态与原因').getByRole('link', { name: '排队', exact: true }).click();
    await titled(technology.page, `${kCampaign}：短信明细`);
    const masked = await technology.page
      .locator('tbody tr[data-row-key]')
      .last()
      .getByRole('link')
      .first()
      .textContent();
    leaver = kNumbers.find((number) => masked!.endsWith(number.slice(-4)))!;
    expect(leaver).toBeDefined();

    const { page } = customer_service;
    await lookUp(customer_service, leaver);
    await page.getByText('不在抑制名单', { exact: true }).waitFor();
    await page.getByRole('tab', { name: '短信记录' }).click();
    await page
      .getByRole('row', { name: new RegExp(kCampaign) })
      .getByText('排队')
      .waitFor();
    await button(page, '登记退订').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('退订立即生效，已排队的短信也会停发。').waitFor();
    await dialog.getByLabel('方式', { exact: true }).fill('来电要求退订');
    await confirmed(page, '保存');
    await page.getByText('不在抑制名单', { exact: true }).waitFor({ state: 'hidden' });
    await page
      .getByRole('row', { name: new RegExp(kCampaign) })
      .getByRole('link', { name: '为什么' })
      .click();
    await titled(page, '短信');
  });

  it('technology pauses and resumes', async () => {
    const { page } = desks.technology;
    await page.goBack();
    await titled(page, '发送中');
    await button(page, '暂停').click();
    await withReason(page, '核对名单', '暂停');
    await titled(page, '已暂停');
    await page.getByText('任务已暂停，余下短信暂存不发').waitFor();
    await page.getByText('原因：核对名单').waitFor();
    expect(await figure(section(page, '计数'), '未完结')).toBeGreaterThan(0);
    expect(await button(page, '暂停').count()).toBe(0);
    await button(page, '恢复').click();
    await withReason(page, '名单无误', '恢复');
    await titled(page, '发送中');
    const events = page.getByRole('list', { name: '事件' });
    await events.getByText('任务变为“已暂停”').waitFor();
    await events.getByText('任务变为“发送中”').waitFor();
  });

  it('the emergency stop asks twice, and everybody sees it', async () => {
    const { page } = desks.technology;
    await button(page, '紧急停发').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('所有任务、所有通道立即停止发送').waitFor();
    const stop = button(dialog, '紧急停发');
    await dialog.getByLabel('理由', { exact: true }).fill('运营商要求停发');
    expect(await stop.isDisabled()).toBe(true);
    await dialog.getByLabel('请输入“停发”以确认').fill('停止');
    expect(await stop.isDisabled()).toBe(true);
    await dialog.getByLabel('请输入“停发”以确认').fill('停发');
    await stop.click();
    await dialog.waitFor({ state: 'hidden' });
    // Each on the page where he happens to be.
    await Promise.all(
      Object.values(desks).map((desk) => desk.page.getByRole('alert').getByText(kBanner).waitFor()),
    );
    expect(await button(page, '解除紧急停发').isDisabled()).toBe(true);
  });

  it('the administrator lifts it from where his task leads', async () => {
    const { page } = desks.administrator;
    await page.goto('/');
    await page.locator('#content').getByRole('link', { name: '紧急停发生效中' }).click();
    await button(page, '解除紧急停发').click();
    await withReason(page, '运营商已恢复', '解除紧急停发');
    await Promise.all(
      Object.values(desks).map((desk) => desk.page.getByText(kBanner).waitFor({ state: 'hidden' })),
    );
    await button(page, '紧急停发').waitFor();
  });

  it('the opted-out message was never sent, and says why; all others were', async () => {
    const { technology, customer_service } = desks;
    await titled(technology.page, '已完成');
    expect(new URL(technology.page.url()).pathname).toBe(place);
    const counts = section(technology.page, '计数');
    expect(await figure(counts, '未发送')).toBe(1);
    await counts.getByText(`合计 ${kRecipients} = 目标 ${kRecipients}`).waitFor();

    const { page } = customer_service;
    const result = section(page, '结果');
    await result.getByText('未发送', { exact: true }).waitFor();
    await result.getByText(/^(已撤回同意|在抑制名单)$/).waitFor();
    await page.getByText('发送前的检查没有放行，这条短信从未交给运营商。').waitFor();
  });

  it('the administrator puts a holiday into the calendar, and the change is kept', async () => {
    const { page } = desks.administrator;
    await page.goto('/settings');
    await button(page, '批量导入').click();
    const dialog = page.getByRole('dialog');
    const list = dialog.getByRole('textbox', { name: '批量导入' });
    await list.fill('2020-13-01,CN,x,closed');
    await dialog.getByText('这些行看不懂：1').waitFor();
    // Long over, so that other specs may send.
    await list.fill('2020-10-01,CN,国庆节,closed');
    await confirmed(page, '导入 1 天');
    await button(page, '保存').click();
    await page
      .getByText(/^第 \d+ 版$/)
      .first()
      .waitFor();
    await page.getByText('节假日', { exact: true }).first().waitFor();
    expect(await page.getByLabel('日期', { exact: true }).first().inputValue()).toBe('2020-10-01');
  });

  it('nobody saw an error', () => {
    for (const [role, desk] of Object.entries(desks)) expect(desk.faults, role).toEqual([]);
  });
});
