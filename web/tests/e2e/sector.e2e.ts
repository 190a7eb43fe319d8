// A content of a regulated sector: its qualification document, its checklist, and two people of compliance.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerChecklist,
  button,
  choose,
  confirmed,
  draftContent,
  faultsBut,
  firstReviewAndSubmit,
  goTo,
  section,
  stopAtFirstFailure,
  titled,
} from './people';
import { accessibilityFaults, allSignedIn, closeBrowser, type Desk } from './world';

const kContent = `周末英语班 ${Date.now() % 100_000}`;
const kBody = '{name}您好，驿站百货周末英语培训班12月1日前开放报名，地点和课时详询门店。';
const kLicence = '民办学校办学许可证';

/** Answers everything that the page asks before an approval. */
async function answerAll(desk: Desk): Promise<void> {
  const { page } = desk;
  const sectors = section(page, '行业要求');
  await sectors.getByRole('group').first().waitFor();
  for (const item of await sectors.getByRole('group').all()) {
    await item.getByText('符合', { exact: true }).click();
    await item.getByRole('textbox').fill('已核对');
  }
  await answerChecklist(section(page, '五点检查表'));
  for (const finding of await section(page, '机审发现').getByRole('radiogroup').all()) {
    await finding.getByText('排除', { exact: true }).click();
    await finding.locator('xpath=..').getByRole('textbox').fill('此处用语恰当');
  }
  await page.getByLabel('审核意见', { exact: true }).fill('同意发送');
}

async function openInQueue(desk: Desk): Promise<void> {
  const { page } = desk;
  await goTo(page, '审核队列');
  await page.getByRole('link', { name: kContent, exact: true }).click();
  await titled(page, kContent);
}

describe('a content of a regulated sector', () => {
  stopAtFirstFailure();
  let desks: Record<'marketing' | 'compliance' | 'second_compliance', Desk>;

  beforeAll(async () => {
    desks = await allSignedIn(['marketing', 'compliance', 'second_compliance']);
  });
  afterAll(closeBrowser);

  it('marketing is told of the sector while writing, and submits', async () => {
    await draftContent(desks.marketing, { name: kContent, signature: '驿站百货', body: kBody });
    await desks.marketing.page.getByText(/机审识别：教育培训/).waitFor();
    await firstReviewAndSubmit(desks.marketing);
  });

  it('compliance sees what is missing, and registers the document', async () => {
    const { page } = desks.compliance;
    await openInQueue(desks.compliance);
    await page.getByText('所需资质文件不齐，不能通过').waitFor();
    await page.getByText('这项内容须由合规两人先后审核通过').waitFor();
    await page.getByRole('link', { name: '去登记资质文件' }).click();
    await titled(page, '资质文件');
    await button(page, '登记资质').click();
    const dialog = page.getByRole('dialog');
    await choose(page, dialog.getByLabel('资质种类', { exact: true }), '办学许可证');
    await dialog.getByLabel('文件名称', { exact: true }).fill(kLicence);
    await dialog.getByLabel('证书编号', { exact: true }).fill('教民 131010570000011');
    await dialog.getByLabel('发证机关', { exact: true }).fill('上海市教育委员会');
    const yesterday = new Date(Date.now() - 24 * 3600 * 1000).toISOString().slice(0, 10);
    await dialog.getByLabel('生效', { exact: true }).fill(`${yesterday} 10:00`);
    await page.locator('.ant-picker-dropdown:visible').getByRole('button', { name: '确定' }).click();
    await dialog.locator('input[type=file]').setInputFiles({
      name: 'licence.pdf',
      mimeType: 'application/pdf',
      buffer: Buffer.from('%PDF-1.7 licence'),
    });
    await confirmed(page, '保存');
    const row = page.getByRole('row', { name: new RegExp(kLicence) }).first();
    await row.getByText('有效', { exact: true }).waitFor();
    const coming = page.waitForEvent('download');
    await row.getByRole('button', { name: `下载“${kLicence}”` }).click();
    expect((await coming).suggestedFilename()).toBe('licence.pdf');
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('the first of two answers what the sector asks, and approves', async () => {
    const { page } = desks.compliance;
    await openInQueue(desks.compliance);
    await page.getByText('所需资质文件齐备且有效').waitFor();
    expect(await button(page, '通过').isDisabled()).toBe(true);
    await answerAll(desks.compliance);
    await button(page, '通过').click();
    await confirmed(page, '通过');
    await page.getByText('已有一人通过，须由合规另一人复核').waitFor();
    await page.getByText('您已通过这一版。须由合规另一人复核。').waitFor();
    expect(await button(page, '通过').isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('marketing sees that it waits for a second person', async () => {
    const { page } = desks.marketing;
    await page.reload();
    await page.getByText('待第二人复核').first().waitFor();
    await page.getByText('正在合规审核，暂时不能修改。').waitFor();
  });

  it('the second one finds it in the queue, with the reason, and approves', async () => {
    const { page } = desks.second_compliance;
    await goTo(page, '审核队列');
    const row = page.getByRole('row', { name: new RegExp(kContent) });
    await row.getByText('待复核').waitFor();
    await row.getByText('教育培训').waitFor();
    await row.getByText('zhao.compliance').waitFor();
    await openInQueue(desks.second_compliance);
    await answerAll(desks.second_compliance);
    await button(page, '通过').click();
    await confirmed(page, '通过');
    await page.getByText(/已通过，审核意见 .+ 已出具/).waitFor();
    await page.getByRole('link', { name: '查看审核意见' }).click();
    await page.getByRole('heading', { name: '行业要求（制度 3.3.1）' }).waitFor();
    await page.getByText(kLicence).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('has left no fault in any console', () => {
    for (const desk of Object.values(desks)) expect(faultsBut(desk)).toEqual([]);
  });
});
