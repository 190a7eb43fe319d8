// The whole road of one campaign, as four people walk it in their browsers.
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerChecklist,
  button,
  choose,
  confirmed,
  customerLines,
  draftContent,
  figure,
  finishImport,
  firstReviewAndSubmit,
  freshNumbers,
  goTo,
  importList,
  lookUp,
  numberIn,
  planAndHandOver,
  prepare,
  section,
  start,
  stopAtFirstFailure,
  titled,
} from './people';
import { accessibilityFaults, allSignedIn, closeBrowser, type Desk } from './world';

const kRecipients = 24;
const kNumbers = freshNumbers(kRecipients, 0);
const kMark = kNumbers[0]!.slice(4, 9);
const kContent = `周年庆邀请 ${kMark}`;
const kCampaign = `周年庆到店 ${kMark}`;
const kList = `周年庆 ${kMark}.csv`;
const kHeader = '联系方式,姓名,城市,出生日期,营销同意,同意时间,同意方式,同意文本,推荐人';
const kBad = [
  {
    line: 3,
    column: '联系方式',
    code: 'number_not_mobile',
    reason: /手机|短信/,
    row: '010-88886666,张伟,,,,,,,',
  },
  {
    line: 5,
    column: '出生日期',
    code: 'date_invalid',
    reason: /日期/,
    row: '13977770001,张伟,上海,1990-02-30,,,,,',
  },
  {
    line: 6,
    column: '营销同意',
    code: 'consent_word_unknown',
    reason: /是/,
    row: '13977770002,张伟,上海,,也许,,,,',
  },
];
const kFirst = '{name}您好，本店周年庆全场八折起，11月30日前在各门店有效，每人限一次，详询门店。';
const kRevised = kFirst.replace('八折起', '八折，特价商品除外');

function listLines(): string[] {
  const lines = [kHeader, ...customerLines(kNumbers).map((line) => `${line},`)];
  // The file's lines are counted from one, and the bad rows stand among the good ones.
  for (const { line, row } of kBad) lines.splice(line - 1, 0, row);
  return lines;
}

function cellsOf(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map((cell) => cell[1] ?? cell[2]!);
}

/** Marks words of the preview as with a mouse. */
async function selectWords(page: Page, words: string): Promise<void> {
  const box = await page.locator('[data-part=body]').evaluate((part, wanted) => {
    const walker = document.createTreeWalker(part, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.textContent!.indexOf(wanted);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      node.parentElement!.scrollIntoView({ block: 'center' });
      const rects = [...range.getClientRects()];
      const [first, last] = [rects[0]!, rects.at(-1)!];
      return {
        x: first.left,
        y: first.top + first.height / 2,
        toX: last.right,
        toY: last.top + last.height / 2,
      };
    }
    throw new Error(`no ${wanted} in the preview`);
  }, words);
  await page.mouse.move(box.x + 1, box.y);
  await page.mouse.down();
  await page.mouse.move(box.toX - 1, box.toY, { steps: 4 });
  await page.mouse.up();
}

describe('the road of a campaign', () => {
  stopAtFirstFailure();
  let desks: Record<'marketing' | 'compliance' | 'technology' | 'customer_service', Desk>;
  let delivered = '';

  beforeAll(async () => {
    desks = await allSignedIn(['marketing', 'compliance', 'technology', 'customer_service']);
  });
  afterAll(closeBrowser);

  it('marketing imports a list; bad rows come back with line, column and reason', async () => {
    const { page } = desks.marketing;
    await importList(desks.marketing, kList, listLines());
    // Samples are masked before anything is kept.
    expect(await page.getByRole('table').textContent()).not.toContain(kNumbers[0]);
    const next = button(page, '下一步');
    await page.getByText('请指定哪一列是手机号').waitFor();
    expect(await next.isDisabled()).toBe(true);
    await choose(page, page.getByRole('combobox', { name: '联系方式 含义' }), '手机号');
    await choose(page, page.getByRole('combobox', { name: '推荐人 含义' }), '忽略');
    await next.click();
    await page.getByLabel('用途', { exact: true }).waitFor();
    await finishImport(desks.marketing);

    const counts = section(page, '结果');
    expect(await figure(counts, '读取行')).toBe(kRecipients + kBad.length);
    expect(await figure(counts, '新增')).toBe(kRecipients);
    expect(await figure(counts, '退回')).toBe(kBad.length);
    const coming = page.waitForEvent('download');
    await button(page, '下载退回的行').click();
    const rows = readFileSync(await (await coming).path(), 'utf8')
      .replace(/^\ufeff/, '')
      .trim()
      .split('\r\n');
    expect(rows[0]).toBe('line,column,code,reason,原因,value_masked,first_line');
    expect(rows).toHaveLength(1 + kBad.length);
    kBad.forEach(({ line, column, code, reason }, index) => {
      const cells = cellsOf(rows[index + 1]!);
      expect(cells.slice(0, 3)).toEqual([String(line), column, code]);
      expect(cells[4]).toMatch(reason);
    });
    expect(rows.join()).not.toContain('88886666');
  });

  it('marketing drafts, does the first review and submits', async () => {
    await draftContent(desks.marketing, { name: kContent, signature: '驿站百货', body: kFirst });
    await firstReviewAndSubmit(desks.marketing);
  });

  it('compliance rejects, with an opinion on words of the text', async () => {
    const { page } = desks.compliance;
    await goTo(page, '审核队列');
    await page.getByRole('link', { name: kContent, exact: true }).click();
    await page.getByText('第 1 轮').first().waitFor();
    await page.getByText('这是首次送审，没有可对比的版本。').waitFor();
    await selectWords(page, '八折起');
    await page.getByRole('button', { name: '为“八折起”添加问题' }).click();
    const dialog = page.getByRole('dialog');
    expect(await dialog.getByLabel('涉及的文字', { exact: true }).inputValue()).toBe('八折起');
    await choose(page, dialog.getByLabel('问题类别', { exact: true }), '完整性');
    await dialog.getByLabel('问题说明', { exact: true }).fill('没有写明不参加的商品');
    await confirmed(page, '添加问题');
    await answerChecklist(section(page, '五点检查表'), {
      完整性: { answer: '不符合', note: '适用范围不全' },
    });
    await page.getByLabel('审核意见', { exact: true }).fill('请写明适用范围后再送审');
    await button(page, '退回修改').click();
    await confirmed(page, '退回修改');
    await page.getByText(/已退回，审核意见 .+ 已出具/).waitFor();
  });

  it('marketing reads the opinion, revises and submits again', async () => {
    const { page } = desks.marketing;
    await page.goto('/');
    await page.getByRole('link', { name: new RegExp(kContent) }).click();
    const sentBack = page.locator('.ant-alert', { hasText: '第 1 版被退回' });
    await sentBack.getByText('请写明适用范围后再送审').waitFor();
    await sentBack.getByText('“八折起”').waitFor();
    await sentBack.getByText('没有写明不参加的商品').waitFor();
    await page.getByLabel('正文', { exact: true }).fill(kRevised);
    await button(page, '保存').click();
    await page
      .getByText(/第 2 版/)
      .first()
      .waitFor();
    // Each problem is answered before the content goes back.
    expect(await button(page, '提交合规审核').isDisabled()).toBe(true);
    await sentBack.getByText('还有 1 个问题没有答复').waitFor();
    await sentBack.getByRole('radiogroup', { name: '第 1 个问题的处理' }).getByText('已修改').click();
    await sentBack.getByRole('textbox', { name: '第 1 个问题的答复' }).fill('已写明特价商品除外');
    await button(page, '保存答复').click();
    await sentBack.getByText('全部已答复').waitFor();
    await firstReviewAndSubmit(desks.marketing);
  });

  it('compliance sees what changed, in round 2, and approves', async () => {
    const { page } = desks.compliance;
    await goTo(page, '审核队列');
    await page
      .getByRole('row', { name: new RegExp(kContent) })
      .getByText('第 2 轮')
      .waitFor();
    await page.getByRole('link', { name: kContent, exact: true }).click();
    const changes = section(page, '修改对比');
    await changes.getByText('与上次审核的版本').waitFor();
    await changes.getByText('第 1 版 → 第 2 版').waitFor();
    expect((await changes.locator('del').allTextContents()).join('')).toBe('起');
    expect((await changes.locator('ins').allTextContents()).join('')).toMatch(/^，?特价商品除外，?$/);
    await page.locator('header', { hasText: kContent }).getByText('第 2 轮').waitFor();

    const former = section(page, '上一轮的问题');
    await former.getByText('“八折起”').waitFor();
    await former.getByText('没有写明不参加的商品').waitFor();
    await former.getByText('已写明特价商品除外').waitFor();
    const outcome = former.getByRole('radiogroup', { name: '第 1 个问题的核对结果' });
    // One that stands is anchored to words of the new text: typed, or selected in the preview.
    await outcome.getByText('仍存在').click();
    const words = former.getByLabel('第 1 个问题在新文本中涉及的文字', { exact: true });
    await words.fill('不在文中');
    await former.getByText('没有这段文字').waitFor();
    await page.getByText('上一轮第 1 个问题涉及的文字须与新文本一致').waitFor();
    await selectWords(page, '特价商品');
    await button(page, '标为上一轮第 1 个问题的位置').click();
    expect(await words.inputValue()).toBe('特价商品');
    expect(await former.getByText('没有这段文字').count()).toBe(0);
    const marked = page.locator('[data-part=body] .text-mark-problem');
    expect((await marked.allTextContents()).join('')).toBe('特价商品');
    expect(await accessibilityFaults(page)).toEqual([]);
    await outcome.getByText('已解决').click();
    expect(await words.count()).toBe(0);
    expect(await marked.count()).toBe(0);

    const approve = button(page, '通过');
    expect(await approve.isDisabled()).toBe(true);
    await answerChecklist(section(page, '五点检查表'));
    const findings = section(page, '机审发现').getByRole('radiogroup');
    for (const finding of await findings.all()) {
      await finding.getByText('排除', { exact: true }).click();
      await finding.locator('xpath=..').getByRole('textbox').fill('此处用语恰当');
    }
    await page.getByLabel('审核意见', { exact: true }).fill('同意发送');
    await approve.click();
    await confirmed(page, '通过');
    await page.getByText(/已通过，审核意见 .+ 已出具/).waitFor();
  });

  it('the opinion says what became of the problem, and is a PDF', async () => {
    const { page } = desks.compliance;
    await page.getByRole('link', { name: '查看审核意见' }).click();
    await page.getByText('上一轮问题的核对').waitFor();
    // Names as of the decision, from the opinion itself.
    const hands = page.locator('section').filter({ has: page.getByRole('heading', { name: '办理经过' }) });
    await hands.getByText('合规审核：通过').waitFor();
    expect(await page.getByRole('note').count()).toBe(0);
    const coming = page.waitForEvent('download');
    await button(page, '下载 PDF').click();
    const file = await coming;
    expect(file.suggestedFilename()).toMatch(/^RO-\d{4}-\d{6}\.pdf$/);
    expect(
      readFileSync(await file.path())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  });

  it('marketing plans, freezes the audience and hands over', async () => {
    const plan = { name: kCampaign, content: kContent, list: kList };
    await planAndHandOver(desks.marketing, plan, kRecipients);
  });

  it('technology sets parameters and tests', async () => {
    const { page } = desks.technology;
    await prepare(desks.technology, kCampaign, 50);
    const test = section(page, '预发送测试');
    const funnel = test.getByRole('table', { name: '预演结果' });
    const parts: Record<string, number> = {};
    for (const row of await funnel.locator('tbody tr').all())
      parts[(await row.getByRole('rowheader').textContent())!] = numberIn(
        await row.locator('td').first().textContent(),
      );
    const { 目标名单: audience, ...rest } = parts;
    expect(audience).toBe(kRecipients);
    expect(Object.values(rest).reduce((sum, n) => sum + n, 0)).toBe(kRecipients);
    expect(parts['将发送']).toBe(kRecipients);
    await test.getByText(`合计 ${kRecipients} = 目标 ${kRecipients}`).waitFor();
    const handsets = test.getByRole('row', { name: /desk \d/ });
    expect(await handsets.count()).toBe(2);
    for (const handset of await handsets.all()) await handset.getByText('已送达').waitFor();
  });

  it('technology rehearses: every segment reaches the simulated carrier, and nothing else does', async () => {
    const { page } = desks.technology;
    const rehearsal = section(page, '演练');
    await button(page, '开始演练').click();
    await rehearsal.getByText(/^模拟运营商收到 \d+ 条 = 应发 \d+ 条$/).waitFor();
    await rehearsal.getByText(`合计 ${kRecipients} = 目标 ${kRecipients}`).waitFor();
    expect(await figure(rehearsal, '将发出（人）')).toBe(kRecipients);
    expect(await figure(rehearsal, '等不到发送（人）')).toBe(0);
    const way = rehearsal.getByRole('row', { name: /test carrier/ });
    await way.getByText('任务速率').waitFor();
    await section(page, '发送参数')
      .getByText(/^演练预测 .+ 发完$/)
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    // The campaign stands where it stood.
    await titled(page, '待启动');
  });

  it('technology starts', async () => {
    await start(desks.technology);
  });

  it('the live monitor follows the messages until all are accounted for', async () => {
    const { page } = desks.technology;
    await titled(page, '已完成');
    const counts = section(page, '计数');
    await counts.getByText(`合计 ${kRecipients} = 目标 ${kRecipients}`).waitFor();
    expect(await figure(counts, '目标')).toBe(kRecipients);
    let sum = 0;
    for (const name of ['已送达', '失败', '未发送', '未完结']) sum += await figure(counts, name);
    expect(sum).toBe(kRecipients);
    expect(await figure(counts, '未完结')).toBe(0);
    await section(page, '状态与原因').getByRole('link', { name: '已送达', exact: true }).click();
    await titled(page, `${kCampaign}：短信明细`);
    const row = page.getByRole('row', { name: /已送达/ }).last();
    const masked = (await row.getByRole('link').first().textContent())!;
    delivered = kNumbers.find((number) => masked.endsWith(number.slice(-4)))!;
    expect(delivered).toBeDefined();
  });

  it('the report sums to the audience, and marketing acknowledges it', async () => {
    const { page } = desks.marketing;
    await goTo(page, '发送报告');
    const row = page.getByRole('row', { name: new RegExp(kCampaign) });
    await row.getByRole('link').first().click();
    const outcome = section(page, '结果');
    await outcome.getByText(`各状态合计 ${kRecipients}，等于目标 ${kRecipients}`).waitFor();
    expect(await figure(outcome, '目标')).toBe(kRecipients);
    await button(page, '签收报告').click();
    await confirmed(page, '签收报告');
    await page.getByText('市场已签收：').waitFor();
    expect(await button(page, '签收报告').count()).toBe(0);
  });

  it('customer service says to a recipient what he got and why', async () => {
    const { page } = desks.customer_service;
    await lookUp(desks.customer_service, delivered);
    expect(await page.locator('#content').textContent()).not.toContain(delivered);
    await page.getByRole('tab', { name: '短信记录' }).click();
    const row = page.getByRole('row', { name: new RegExp(kCampaign) });
    await row.getByText('已送达').waitFor();
    expect(await row.textContent()).toContain(kRevised);
    await row.getByRole('link', { name: '为什么' }).click();
    await page.getByText('运营商的状态报告确认：已送达客户手机。').waitFor();
    await section(page, '发送经过').getByText('DELIVRD').first().waitFor();
    const gates = section(page, '发送前的检查');
    await gates.getByText('按当时的规则和记录，决定于').waitFor();
    await gates.getByText('公司规则：1 天内最多 1 条，已有 0 条').waitFor();
    expect(await gates.getByText('放行', { exact: true }).count()).toBe(15);
    await page.goBack();
    await page.getByRole('tab', { name: '同意记录' }).click();
    await page.getByRole('cell', { name: '门店签字' }).waitFor();
  });

  it('customer service records how many he wants', async () => {
    const { page } = desks.customer_service;
    const wish = section(page, '频次偏好');
    await wish.getByText('没有登记：按公司规则').waitFor();
    await button(page, '登记频次偏好').click();
    const dialog = page.getByRole('dialog');
    await button(dialog, '添加规则').click();
    await choose(page, dialog.getByLabel('单位', { exact: true }), '月（30 天）');
    await dialog.getByLabel('客户怎样提出', { exact: true }).fill('来电要求每月最多一条');
    await confirmed(page, '保存');
    await wish.getByText('营销：1 月（30 天）内最多 1 条').waitFor();
    await wish.getByText('来电要求每月最多一条').waitFor();
  });

  it('nobody saw an error', () => {
    for (const [role, desk] of Object.entries(desks)) expect(desk.faults, role).toEqual([]);
  });
});
