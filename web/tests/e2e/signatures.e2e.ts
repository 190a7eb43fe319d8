// A signature from the one who asks for it to the message that bears it: marketing asks, compliance approves, technology
// files it with a carrier that takes nothing else, and a content with it goes out. The channel is disabled in the end.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerChecklist,
  button,
  choose,
  confirmed,
  customerLines,
  draftContent,
  faultsBut,
  figure,
  finishImport,
  firstReviewAndSubmit,
  freshNumbers,
  goTo,
  importList,
  planAndHandOver,
  prepare,
  section,
  start,
  stopAtFirstFailure,
  titled,
  withReason,
} from './people';
import { accessibilityFaults, allSignedIn, closeBrowser, type Desk, world } from './world';

const kRecipients = 6;
const kNumbers = freshNumbers(kRecipients, 3);
const kMark = kNumbers[0]!.slice(4, 9);
const kSignature = `驿站鲜果${kMark}`;
const kShown = `【${kSignature}】`;
const kContent = `鲜果到店 ${kMark}`;
const kCampaign = `鲜果周末 ${kMark}`;
const kList = `鲜果 ${kMark}.csv`;
const kHeader = '手机号,姓名,城市,出生日期,营销同意,同意时间,同意方式,同意文本';
const kBody = '{name}您好，本店周末鲜果八折，11月30日前在各门店有效，每人限一次，详询门店。';
// No Chinese words: another spec looks for those that are left on an English page.
const kChannel = `filing carrier ${kMark}`;

async function openSignature(desk: Desk): Promise<void> {
  await goTo(desk.page, '短信签名');
  await desk.page.getByRole('link', { name: kShown, exact: true }).click();
  await titled(desk.page, kShown);
}

describe('the road of a signature', () => {
  stopAtFirstFailure();
  let desks: Record<'marketing' | 'compliance' | 'technology', Desk>;
  let campaign = '';

  beforeAll(async () => {
    desks = await allSignedIn(['marketing', 'compliance', 'technology']);
  });
  afterAll(closeBrowser);

  it('technology has a channel whose carrier takes only what is filed', async () => {
    const { page } = desks.technology;
    await goTo(page, '通道');
    await button(page, '新建通道').click();
    const form = page.getByRole('dialog');
    for (const [name, value] of Object.entries({
      名称: kChannel,
      主机: '127.0.0.1',
      端口: String(world.second_simulator_port),
      账号: 'demo',
      密码: 'demo',
      端口号: '10690002',
    }))
      await form.getByLabel(name, { exact: true }).fill(value);
    expect(await form.getByLabel('只发已报备的签名', { exact: true }).isChecked()).toBe(true);
    await button(form, '保存').click();
    await titled(page, kChannel);
    await page.getByText('已连接').first().waitFor();
  });

  it('marketing asks for a signature; what it may not be is said at the field', async () => {
    const { page } = desks.marketing;
    await goTo(page, '短信签名');
    await button(page, '申请签名').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('签名', { exact: true }).fill('验证码');
    await choose(page, dialog.getByLabel('签名来源', { exact: true }), '企业名称');
    await button(dialog, '保存').click();
    await dialog.locator('.ant-form-item-explain-error').waitFor();
    await dialog.getByLabel('签名', { exact: true }).fill(kSignature);
    await dialog.getByLabel('用途说明').fill('门店鲜果业务');
    // Several may be chosen, so the list stays open until something else is clicked.
    await dialog.getByLabel('证明文件', { exact: true }).click();
    const list = page.locator('.ant-select-dropdown:visible');
    await list.locator('.ant-select-item-option', { hasText: '营业执照' }).first().click();
    await dialog.getByLabel('用途说明').click();
    await list.waitFor({ state: 'hidden' });
    expect(await accessibilityFaults(page)).toEqual([]);
    await button(dialog, '保存').click();
    await titled(page, kShown);
    await button(page, '提交合规审批').click();
    await page.locator('header').getByText('待审批').waitFor();
  });

  it('neither marketing nor technology may approve it', async () => {
    for (const desk of [desks.marketing, desks.technology]) {
      await openSignature(desk);
      expect(await button(desk.page, '批准').count()).toBe(0);
      const id = new URL(desk.page.url()).pathname.split('/').at(-1)!;
      const refused = await desk.page.evaluate(async (path) => {
        const me = (await (await fetch('/api/v1/sessions/current')).json()) as { csrf_token?: string };
        const answer = await fetch(path, {
          method: 'POST',
          headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': me.csrf_token ?? '' },
          body: JSON.stringify({ reason: 'x' }),
        });
        return answer.status;
      }, `/api/v1/signatures/${id}/approve`);
      expect(refused).toBe(403);
    }
  });

  it('marketing writes a content with it, marked as not approved yet', async () => {
    const { page } = desks.marketing;
    await draftContent(desks.marketing, { name: kContent, signature: kSignature, body: kBody });
    await page.getByText('签名待审批').first().waitFor();
    await firstReviewAndSubmit(desks.marketing);
  });

  it('a reviewer sees that the signature is not approved yet, which bars the approval', async () => {
    const { page } = desks.compliance;
    await goTo(page, '审核队列');
    await page.getByRole('link', { name: kContent, exact: true }).click();
    await titled(page, kContent);
    const panel = page.locator('#signature');
    await panel.getByText('签名待审批').waitFor();
    await panel.getByText('签名尚未经合规审批：批准之前，这项内容不能通过。').waitFor();
    await button(page, '签名没有批准，不能通过').waitFor();
    expect(await button(page, '通过').isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('compliance approves it, and then the content', async () => {
    const { page } = desks.compliance;
    await openSignature(desks.compliance);
    await page.getByText('门店鲜果业务').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await button(page, '批准').click();
    await withReason(page, '有权使用', '批准');
    await page.locator('header').getByText('已批准').waitFor();
    await goTo(page, '审核队列');
    await page.getByRole('link', { name: kContent, exact: true }).click();
    await titled(page, kContent);
    const panel = page.locator('#signature');
    await panel.getByText('签名已批准').waitFor();
    await panel.getByText('没有按要求报备，不能经这些通道发送：').waitFor();
    await panel.getByText(kChannel).waitFor();
    await answerChecklist(section(page, '五点检查表'));
    for (const finding of await section(page, '机审发现').getByRole('radiogroup').all()) {
      await finding.getByText('排除', { exact: true }).click();
      await finding.locator('xpath=..').getByRole('textbox').fill('此处用语恰当');
    }
    await page.getByLabel('审核意见', { exact: true }).fill('同意发送');
    await button(page, '通过').click();
    await confirmed(page, '通过');
    await page.getByText(/已通过，审核意见 .+ 已出具/).waitFor();
  });

  it('technology is told beforehand that it is not filed', async () => {
    const { marketing, technology } = desks;
    await importList(marketing, kList, [kHeader, ...customerLines(kNumbers)]);
    await button(marketing.page, '下一步').click();
    await finishImport(marketing);
    campaign = await planAndHandOver(
      marketing,
      { name: kCampaign, content: kContent, list: kList },
      kRecipients,
    );
    const { page } = technology;
    await page.goto(`/hand-over/${campaign}`);
    await titled(page, kCampaign);
    await choose(page, page.getByLabel('通道', { exact: true }), kChannel);
    await page.getByText(`签名未在所选通道报备：${kChannel}。`).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('technology files it', async () => {
    const { page } = desks.technology;
    await openSignature(desks.technology);
    await button(page, `登记在“${kChannel}”的报备`).click();
    const dialog = page.getByRole('dialog');
    await choose(page, dialog.getByLabel('报备状态', { exact: true }), '已报备');
    await dialog.getByLabel('运营商编号').fill(`BB-${kMark}`);
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'receipt.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7 receipt'),
    });
    expect(await accessibilityFaults(page)).toEqual([]);
    await confirmed(page, '保存');
    const row = section(page, '通道报备').getByRole('row', { name: new RegExp(kChannel) });
    await row.getByText('已报备').waitFor();
    await row.getByText(`BB-${kMark}`).waitFor();
    await row.getByRole('button', { name: `下载“${kChannel}”的报备凭证` }).waitFor();
    expect(await row.getByText('不能发送').count()).toBe(0);
  });

  it('the content goes out by that channel', async () => {
    const { technology } = desks;
    await prepare(technology, kCampaign, 50, kChannel);
    await start(technology);
    await titled(technology.page, '已完成');
    const counts = section(technology.page, '计数');
    await counts.getByText(`合计 ${kRecipients} = 目标 ${kRecipients}`).waitFor();
    expect(await figure(counts, '未发送')).toBe(0);
  });

  it('suspended, nothing under it may begin; resumed, it may', async () => {
    const { page } = desks.compliance;
    await openSignature(desks.compliance);
    await button(page, '暂停使用').click();
    await withReason(page, '复查', '暂停使用');
    await page.getByText('已暂停：使用它的短信不发送，待合规决定').waitFor();
    await section(page, '使用它的内容').getByRole('link', { name: kContent }).click();
    await page.getByText('签名已暂停').first().waitFor();
    await openSignature(desks.compliance);
    await button(page, '恢复使用').click();
    await withReason(page, '无误', '恢复使用');
    await page.locator('header').getByText('已批准').waitFor();
  });

  it('the channel is disabled; nobody saw an error but the refusals that were provoked', async () => {
    const { page } = desks.technology;
    await goTo(page, '通道');
    await page.getByRole('link', { name: kChannel, exact: true }).click();
    await titled(page, kChannel);
    await button(page, '停用').click();
    await button(page.getByRole('dialog'), '停用').click();
    await button(page, '启用').waitFor();
    const provoked = [
      { status: 409, path: '/api/v1/signatures' },
      { status: 403, path: '/approve' },
    ];
    for (const desk of Object.values(desks)) expect(faultsBut(desk, provoked)).toEqual([]);
  });
});
