// Technology sets up channels of the carriers' own protocols: each form has the fields of its protocol and no other. The
// channels lead nowhere, and are disabled in the end.
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { button, choose, faultsBut, freshNumbers, goTo, section, stopAtFirstFailure, titled } from './people';
import { accessibilityFaults, closeBrowser, type Desk, type Look, settled, signedIn, world } from './world';

const kMark = freshNumbers(1, 4)[0]!.slice(4, 9);
// No Chinese words: another spec looks for those that are left on an English page.
const kCmpp = `mobile direct ${kMark}`;
const kSgip = `unicom direct ${kMark}`;
const kProvider = `provider ${kMark}`;
/** Nobody listens there: it is below those that servers of tests are given. */
const kDeadPort = '1';
const kListeningPort = String(20_000 + (Number(kMark) % 10_000));

const kAccount = ['协议', '名称', '主机', '端口', '账号', '密码', '端口号', '供应商', '只发已报备的签名'];
const kEnterprise = ['企业代码', '业务代码', '计费类别', '资费'];
const kTraffic = [
  '会话数',
  '窗口',
  '速率上限（条/秒）',
  '验证码份额',
  '通知份额',
  '营销份额',
  '可发时段开始',
  '可发时段结束',
];
const kTimes = [
  '应答超时（毫秒）',
  '心跳间隔（毫秒）',
  '重连最短间隔（毫秒）',
  '重连最长间隔（毫秒）',
  '回执查询（秒）',
  '流控后暂停（毫秒）',
  '断线切换（毫秒）',
  '错误切换（%）',
];
/** A carrier can be asked after a receipt in SMPP only. */
const kTimesOfOthers = kTimes.filter((name) => name !== '回执查询（秒）');
const kFields: Record<string, string[]> = {
  'SMPP 3.4': [
    ...kAccount,
    '绑定方式',
    '短信编号写法',
    ...kTraffic,
    'TLS',
    '业务代码',
    '默认字符集',
    'GSM 7 位压缩',
    '系统类型',
    '本机地址',
    ...kTimes,
  ],
  'CMPP 2.0': [...kAccount, ...kEnterprise, ...kTraffic, '本机地址', ...kTimesOfOthers],
  'CMPP 3.0': [...kAccount, ...kEnterprise, ...kTraffic, '本机地址', ...kTimesOfOthers],
  'SGIP 1.2': [
    ...kAccount,
    '节点编号',
    ...kEnterprise,
    '监听地址',
    '监听端口',
    '运营商登录名',
    '运营商登录密码',
    ...kTraffic,
    '本机地址',
    ...kTimesOfOthers.filter((name) => !name.startsWith('心跳')),
  ],
  'SMGP 3.0': [...kAccount, ...kEnterprise, ...kTraffic, '本机地址', ...kTimesOfOthers],
  'HTTP 接口': [
    ...kAccount,
    '接口描述（JSON）',
    ...kTraffic,
    'TLS',
    'CA 证书',
    ...kTimesOfOthers.filter((name) => !name.startsWith('心跳')),
  ],
};

let desk: Desk;
beforeAll(async () => {
  desk = await signedIn('technology');
});
afterAll(closeBrowser);

async function newChannel(page: Page): Promise<Locator> {
  await button(page, '新建通道').click();
  const form = page.getByRole('dialog');
  await form.getByLabel('名称', { exact: true }).waitFor();
  return form;
}

async function speak(form: Locator, protocol: string): Promise<void> {
  await form.getByRole('radio', { name: protocol, exact: true }).check();
}

async function fill(form: Locator, values: Record<string, string>): Promise<void> {
  for (const [name, value] of Object.entries(values))
    await form.getByLabel(name, { exact: true }).fill(value);
}

/** What is said at a field beside its name. */
function beside(form: Locator, field: string): Locator {
  return form.locator('.ant-form-item').filter({ has: form.page().getByLabel(field, { exact: true }) });
}

async function shoot(
  page: Page,
  name: string,
  look: Look = { language: 'zh', theme: 'light' },
): Promise<void> {
  if (!world.screenshots) return;
  const file = `${world.screenshots}/channels_${name}.${look.language}.${look.theme}.${look.width ?? 1280}.png`;
  await page.screenshot({ path: file });
}

describe('the form of a channel', () => {
  it('has the fields of the protocol, and no other', async () => {
    const { page } = desk;
    await goTo(page, '通道');
    const form = await newChannel(page);
    for (const [protocol, fields] of Object.entries(kFields)) {
      await speak(form, protocol);
      const names = form.locator('.ant-form-item-label label');
      await expect.poll(() => names.allTextContents(), { message: protocol }).toEqual(fields);
    }
  });

  it('begins with what the protocol begins with, but for what was entered', async () => {
    const { page } = desk;
    const form = page.getByRole('dialog');
    await form.getByLabel('会话数', { exact: true }).fill('3');
    for (const [protocol, port, window] of [
      ['CMPP 3.0', '7890', '16'],
      ['SGIP 1.2', '8801', '32'],
      ['SMPP 3.4', '2775', '128'],
    ] as const) {
      await speak(form, protocol);
      await expect.poll(() => form.getByLabel('端口', { exact: true }).inputValue()).toBe(port);
      expect(await form.getByLabel('窗口', { exact: true }).inputValue()).toBe(window);
      expect(await form.getByLabel('会话数', { exact: true }).inputValue()).toBe('3');
    }
    // Whose certificate is believed is asked where one is looked at; a warning stands where none is.
    expect(await form.getByLabel('CA 证书', { exact: true }).count()).toBe(0);
    await form.getByRole('radio', { name: 'TLS，不核验证书' }).check();
    await form.getByText(/任何应答者都会被当作运营商/).waitFor();
    await form.getByRole('radio', { name: 'TLS，核验运营商证书' }).check();
    await form.getByLabel('CA 证书', { exact: true }).waitFor();
    await button(form, '取消').click();
    await form.waitFor({ state: 'hidden' });
  });

  it('forgets what was entered and left', async () => {
    const { page } = desk;
    const form = await newChannel(page);
    expect(await form.getByRole('radio', { name: 'SMPP 3.4' }).isChecked()).toBe(true);
    expect(await form.getByLabel('会话数', { exact: true }).inputValue()).toBe('1');
    await button(form, '取消').click();
    await form.waitFor({ state: 'hidden' });
  });

  it.each<Look>([
    { language: 'zh', theme: 'light', height: 1600 },
    { language: 'en', theme: 'dark', height: 1600 },
    { language: 'zh', theme: 'light', width: 390, height: 2600 },
  ])('can be used by everybody: %o', async (look) => {
    const other = await signedIn('technology', look);
    const { page } = other;
    await page.goto('/channels');
    await settled(page);
    await page.locator('#content .ant-btn-primary').click();
    const form = page.getByRole('dialog');
    for (const protocol of Object.keys(kFields)) {
      await speak(form, look.language === 'en' && protocol === 'HTTP 接口' ? 'HTTP interface' : protocol);
      await shoot(page, protocol.replace(/\W+/g, '_'), look);
      expect(await accessibilityFaults(page), protocol).toEqual([]);
      const overflow = await form
        .locator('.ant-drawer-body')
        .evaluate((body) => body.scrollWidth - body.clientWidth);
      expect(overflow, `${protocol} is wider than its drawer`).toBeLessThanOrEqual(0);
    }
    await speak(form, 'SMPP 3.4');
    await form.locator('.ant-collapse-header').click();
    await form.locator('#options_local_address').waitFor();
    await shoot(page, 'advanced', look);
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(other.faults).toEqual([]);
    await other.close();
  });
});

describe('channels to carriers', () => {
  stopAtFirstFailure();

  it('SMPP: what is wrong with a certificate is said beside it, already when trying', async () => {
    const { page } = desk;
    const form = await newChannel(page);
    await speak(form, 'SMPP 3.4');
    await fill(form, { 名称: 'TLS', 主机: '127.0.0.1', 端口: kDeadPort, 账号: 'a', 端口号: '1069' });
    await form.getByRole('radio', { name: 'TLS，核验运营商证书' }).check();
    await fill(form, { 'CA 证书': 'no certificate' });
    await button(form, '测试登录').click();
    await beside(form, 'CA 证书').locator('.ant-form-item-explain-error').waitFor();
    expect(await form.getByRole('status').count()).toBe(0);
    await fill(form, { 'CA 证书': '' });
    await button(form, '测试登录').click();
    await form
      .getByRole('status')
      .getByText(/^连不上，/)
      .waitFor();
    await button(form, '取消').click();
    await form.waitFor({ state: 'hidden' });
  });

  it('CMPP 3.0: trying it says that nobody is there', async () => {
    const { page } = desk;
    const form = await newChannel(page);
    await speak(form, 'CMPP 3.0');
    await fill(form, {
      名称: kCmpp,
      主机: '127.0.0.1',
      端口: kDeadPort,
      账号: '901234',
      密码: 'shared secret of any length',
      端口号: '10691234',
      供应商: kProvider,
      企业代码: '901234',
      业务代码: 'YZ',
    });
    await beside(form, '账号').getByText('Source_Addr').waitFor();
    await beside(form, '企业代码').getByText('Msg_src').waitFor();
    await beside(form, '端口号').getByText('Src_Id').waitFor();
    await button(form, '测试登录').click();
    await form
      .getByRole('status')
      .getByText(/^连不上，/)
      .waitFor();
    await button(form, '保存').click();
    await titled(page, kCmpp);
    const setUp = section(page, '配置');
    for (const text of [
      'CMPP 3.0',
      `127.0.0.1:${kDeadPort}`,
      '901234',
      '企业代码（Msg_src）',
      'YZ',
      '10691234',
    ])
      await setUp.getByText(text, { exact: true }).first().waitFor();
    expect(await setUp.getByText('绑定方式').count()).toBe(0);
    await shoot(page, 'cmpp');
    await button(page, '测试登录').click();
    await page
      .getByRole('status')
      .getByText(/^连不上，/)
      .waitFor();
  });

  it('its protocol stays; a changed account is tried with its password', async () => {
    const { page } = desk;
    await button(page, '编辑').click();
    const form = page.getByRole('dialog');
    await form.getByText('不能修改；换协议请另建通道').waitFor();
    expect(await form.getByRole('radio').count()).toBe(0);
    await fill(form, { 账号: '905678' });
    await button(form, '测试登录').click();
    await form.getByText('账号已改动，请填密码再测试').waitFor();
    await fill(form, { 密码: 'another secret' });
    await button(form, '测试登录').click();
    await form
      .getByRole('status')
      .getByText(/^连不上，/)
      .waitFor();
    await button(form, '保存').click();
    await form.waitFor({ state: 'hidden' });
    await section(page, '配置').getByText('905678', { exact: true }).waitFor();
  });

  it('SGIP: what the server refuses stands at its field, be it folded away', async () => {
    const { page } = desk;
    await goTo(page, '通道');
    const form = await newChannel(page);
    await speak(form, 'SGIP 1.2');
    await fill(form, {
      名称: kSgip,
      主机: '127.0.0.1',
      端口: kDeadPort,
      账号: 'yizhan',
      密码: 'secret',
      端口号: '10655',
      节点编号: '3025112345',
      企业代码: '12345',
      监听地址: '127.0.0.1',
      监听端口: kListeningPort,
    });
    await button(form, '保存').click();
    await beside(form, '运营商登录名').getByText('必填').waitFor();
    await beside(form, '运营商登录密码').getByText('必填').waitFor();
    await fill(form, { 运营商登录名: 'unicom', 运营商登录密码: 'knock' });
    const folded = form.getByLabel('本机地址', { exact: true });
    expect(await folded.isVisible()).toBe(false);
    await button(form, '高级').click();
    await folded.fill('nowhere');
    await button(form, '高级').click();
    await folded.waitFor({ state: 'hidden' });
    await button(form, '保存').click();
    await folded.waitFor();
    await beside(form, '本机地址').locator('.ant-form-item-explain-error').waitFor();
    await folded.fill('');
    await button(form, '保存').click();
    await titled(page, kSgip);
  });

  it('the list says what each speaks, and where SGIP listens', async () => {
    const { page } = desk;
    await shoot(page, 'sgip');
    await section(page, '配置').getByText(`监听 127.0.0.1:${kListeningPort}`).waitFor();
    await goTo(page, '通道');
    const row = (name: string) => page.getByRole('row', { name: new RegExp(name) });
    await row(kCmpp).getByText('CMPP 3.0', { exact: true }).waitFor();
    await row(kSgip).getByText('SGIP 1.2', { exact: true }).waitFor();
    await row(kSgip).getByText(`监听 127.0.0.1:${kListeningPort}`).waitFor();
    await row('test carrier').getByText('SMPP 3.4', { exact: true }).waitFor();
    await shoot(page, 'list');
  });

  it("the provider's own meaning of a code of CMPP is kept as the engine asks for it", async () => {
    const { page } = desk;
    await goTo(page, '运营商代码');
    await button(page, '添加代码').click();
    const form = page.getByRole('dialog');
    await choose(page, form.getByLabel('阶段', { exact: true }), '提交应答');
    await fill(form, { 供应商: kProvider, 代码: 'cmpp:099', 原因: '账户余额不足' });
    await button(form, '保存').click();
    await form.waitFor({ state: 'hidden' });
    await page.goto(`/carrier-codes?provider=${encodeURIComponent(kProvider)}`);
    const row = page.getByRole('row', { name: /CMPP:99/ });
    await row.getByText('账户余额不足').waitFor();
    await row.getByRole('button', { name: `移除 ${kProvider} 的 CMPP:99` }).click();
    await button(page.getByRole('dialog'), '移除覆盖').click();
    await row.waitFor({ state: 'hidden' });
    await page.goto('/carrier-codes?provider=-');
    const cell = (code: string) => page.getByRole('cell', { name: code, exact: true }).first();
    await cell('CMPP:8').waitFor();
    await cell('SGIP:88').waitFor();
    await button(page, '下一页').click();
    await cell('SMGP:75').waitFor();
    await shoot(page, 'codes');
  });

  it('they are disabled; nobody saw an error but the refusal that was provoked', async () => {
    const { page } = desk;
    for (const name of [kCmpp, kSgip]) {
      await goTo(page, '通道');
      await page.getByRole('link', { name, exact: true }).click();
      await titled(page, name);
      await button(page, '停用').click();
      await button(page.getByRole('dialog'), '停用').click();
      await button(page, '启用').waitFor();
    }
    expect(faultsBut(desk, [{ status: 422, path: '/api/v1/channels' }])).toEqual([]);
  });
});
