// Who gets in where: other departments' pages, a man's own content, the first password, the door; and the ways through
// the console that are everybody's: the palette, the language.
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  button,
  confirmed,
  draftContent,
  faultsBut,
  firstReviewAndSubmit,
  freshNumbers,
  section,
  stopAtFirstFailure,
  titled,
} from './people';
import { allSignedIn, closeBrowser, type Desk, open, settled, world } from './world';

type Person = 'marketing' | 'technology' | 'customer_service' | 'administrator';
let desks: Record<Person, Desk>;

beforeAll(async () => {
  desks = await allSignedIn(['marketing', 'technology', 'customer_service', 'administrator']);
});
afterAll(closeBrowser);

/** What the console says and shows in Chinese characters just now: words, names of fields and buttons, hints. */
async function chineseOn(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const found = new Set<string>([document.title]);
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode())
      if (node.parentElement!.checkVisibility()) found.add(node.textContent!.trim());
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [title], [alt]'))
      for (const name of ['aria-label', 'placeholder', 'title', 'alt'])
        if (element.checkVisibility()) found.add(element.getAttribute(name) ?? '');
    return [...found].filter((text) => /\p{Script=Han}/u.test(text));
  });
}

describe("another department's pages", () => {
  const { running_campaign, submitted_content } = world.ids;
  const kForeign: Record<Exclude<Person, 'administrator'>, string[]> = {
    marketing: [
      '/users',
      '/audit',
      '/review',
      `/review/${submitted_content}`,
      '/hand-over',
      `/campaigns/${running_campaign}/messages`,
      `/messages/${world.ids.message}`,
      '/channels',
      '/api-keys',
      '/settings',
      `/applications/${world.ids.application}`,
    ],
    technology: ['/contents/new', '/campaigns/new', `/review/${submitted_content}`, '/consents', '/users'],
    customer_service: ['/imports/new', '/contents/new', '/reports', '/audit'],
  };

  it.each(Object.entries(kForeign))(
    'are closed to %s, and nothing of theirs is fetched',
    async (role, places) => {
      const { page } = desks[role as Person];
      const fetched: string[] = [];
      page.on('request', (request) => fetched.push(new URL(request.url()).pathname));
      for (const place of places) {
        fetched.length = 0;
        await page.goto(place);
        await page.locator('#content').getByText('没有权限', { exact: true }).waitFor();
        await page.locator('#content').getByText('您的部门不办理此项事务').waitFor();
        expect(await page.locator('#content').getByRole('table').count(), place).toBe(0);
        // What the frame asks for anybody, and nothing else.
        const data = fetched.filter((path) => path.startsWith('/api/'));
        expect(new Set(data), place).toEqual(new Set(['/api/v1/sessions/current', '/api/v1/emergency_stop']));
      }
      expect(desks[role as Person].faults).toEqual([]);
    },
  );

  it('are not in the menu either', async () => {
    const menu = desks.marketing.page.getByRole('navigation', { name: '菜单' });
    await menu.getByRole('link', { name: '发送任务' }).waitFor();
    for (const name of ['用户与权限', '审计日志', '审核队列', '移交收件箱', '通道', '应用账号'])
      expect(await menu.getByRole('link', { name, exact: true }).count(), name).toBe(0);
  });

  it('give nothing to those who go round the console', async () => {
    const { request } = desks.marketing.context;
    for (const path of [
      'users',
      'audit_entries',
      'channels',
      'applications',
      `campaigns/${running_campaign}/messages`,
    ]) {
      const answer = await request.get(`/api/v1/${path}`);
      expect(answer.status(), path).toBe(403);
      expect(await answer.json(), path).toMatchObject({ code: 'forbidden' });
    }
  });

  it('marketing may watch a campaign being sent, but not halt or cancel it', async () => {
    const { page } = desks.marketing;
    await page.goto(`/monitor/${running_campaign}`);
    await section(page, '计数').waitFor();
    await button(page, '紧急停发').waitFor();
    for (const deed of ['暂停', '恢复', '取消任务']) expect(await button(page, deed).count(), deed).toBe(0);
  });
});

describe('a program', () => {
  stopAtFirstFailure();
  const kMark = freshNumbers(1, 5)[0]!.slice(4, 9);
  const kKey = `shop ${kMark}`;
  const kHook = 'https://hooks.example/receipts';
  let token = '';

  const asProgram = (path: string) =>
    desks.technology.context.request.get(path, { headers: { Authorization: `Bearer ${token}` } });

  it('gets a key from technology, which is shown once', async () => {
    const { page } = desks.technology;
    await page.goto('/applications');
    await page
      .getByRole('row', { name: /order system/ })
      .getByRole('link', { name: '密钥与回调' })
      .click();
    await titled(page, 'order system');
    await button(page, '新建密钥').click();
    const dialog = page.getByRole('dialog', { name: '新建密钥' });
    await dialog.getByLabel('密钥名称', { exact: true }).fill(kKey);
    await button(dialog, '新建').click();
    const shown = page.getByRole('dialog', { name: `密钥“${kKey}”` });
    token = (await shown.locator('[data-shown-once]').textContent())!;
    expect(token).toMatch(/^yzp_/);
    await button(shown, '已保存').click();
    await page
      .getByRole('row', { name: new RegExp(kKey) })
      .getByText('有效', { exact: true })
      .waitFor();
  });

  it('calls with it, and only what is meant for programs', async () => {
    expect((await asProgram('/api/v1/messages')).status()).toBe(200);
    expect((await asProgram('/api/v1/applications')).status()).toBe(401);
    // What is not the application's own is not there for it.
    expect((await asProgram(`/api/v1/messages/${world.ids.message}`)).status()).toBe(404);
  });

  it('is told by a webhook, at an address that may be told', async () => {
    const { page } = desks.technology;
    const webhook = section(page, '回调');
    const address = webhook.getByLabel('状态报告地址', { exact: true });
    await address.fill('http://127.0.0.1/receipts');
    await button(webhook, '保存').click();
    await webhook.locator('.ant-form-item-explain-error').waitFor();
    await address.fill(kHook);
    await button(webhook, '保存').click();
    const shown = page.getByRole('dialog', { name: '回调签名密钥' });
    const first = await shown.locator('[data-shown-once]').textContent();
    await button(shown, '已保存').click();
    await page.reload();
    expect(await address.inputValue()).toBe(kHook);
    await button(webhook, '更换签名密钥').click();
    await button(page.getByRole('dialog', { name: '更换签名密钥？' }), '更换签名密钥').click();
    expect(await shown.locator('[data-shown-once]').textContent()).not.toBe(first);
    await button(shown, '已保存').click();
    await section(page, '死信').getByText('这里还没有内容').first().waitFor();
  });

  it('calls no more once its key is revoked', async () => {
    const { page } = desks.technology;
    await page
      .getByRole('row', { name: new RegExp(kKey) })
      .getByRole('button', { name: '吊销' })
      .click();
    await button(page.getByRole('dialog', { name: `吊销“${kKey}”？` }), '吊销').click();
    await page
      .getByRole('row', { name: new RegExp(kKey) })
      .getByText('已吊销', { exact: true })
      .waitFor();
    expect((await asProgram('/api/v1/messages')).status()).toBe(401);
    expect(faultsBut(desks.technology, [{ status: 422, path: '/webhook' }])).toEqual([]);
  });
});

describe('a new colleague', () => {
  stopAtFirstFailure();
  const kMark = freshNumbers(1, 2)[0]!.slice(4, 9);
  const kLogin = `he.author${kMark}`;
  const kName = `He Author ${kMark}`;
  const kContent = `新人活动 ${kMark}`;
  const kPassword = 'Own-Words-2026!';
  let oneTime = '';
  let content = '';
  let desk: Desk;

  async function signIn(password: string): Promise<void> {
    await desk.page.getByLabel('用户名', { exact: true }).fill(kLogin);
    await desk.page.getByLabel('密码', { exact: true }).fill(password);
    await button(desk.page, '登录').click();
  }

  it('is registered by the administrator, with a password for once', async () => {
    const { page } = desks.administrator;
    await page.goto('/users');
    await button(page, '新建用户').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('用户名', { exact: true }).fill(kLogin);
    await dialog.getByLabel('姓名', { exact: true }).fill(kName);
    await dialog.getByLabel('市场营销').check();
    await dialog.getByLabel('合规管理').check();
    await dialog.getByText(/不能由同一人担任/).waitFor();
    expect(await button(dialog, '保存').isDisabled()).toBe(true);
    await dialog.getByLabel('合规管理').uncheck();
    await button(dialog, '保存').click();
    const shown = page.getByRole('dialog', { name: new RegExp('的一次性密码') });
    oneTime = (await shown.locator('[data-one-time-password]').textContent())!;
    await button(shown, '已记下').click();
    await page
      .getByRole('row', { name: new RegExp(kLogin) })
      .getByText('待改一次性密码')
      .waitFor();
  });

  it('must take a password of his own before anything else', async () => {
    desk = await open();
    const { page } = desk;
    await page.goto('/contents');
    await signIn(oneTime);
    await page.getByRole('heading', { level: 1, name: '修改密码' }).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    await page.getByLabel('当前密码', { exact: true }).fill(oneTime);
    await page.getByLabel('新密码', { exact: true }).fill(kPassword);
    await page.getByLabel('再输一次新密码', { exact: true }).fill('Other-Words-2026!');
    await button(page, '修改密码').click();
    await page.getByText('两次输入不一致').waitFor();
    await page.getByLabel('再输一次新密码', { exact: true }).fill(kPassword);
    await button(page, '修改密码').click();
    // And so to the page that he had asked for.
    await titled(page, '短信内容');
  });

  it('writes and submits a content', async () => {
    await draftContent(desk, {
      name: kContent,
      signature: '驿站百货',
      body: '{name}您好，新品到店，欢迎来看，活动到12月15日，详询门店。',
    });
    content = new URL(desk.page.url()).pathname.split('/').at(-1)!;
    await firstReviewAndSubmit(desk);
  });

  it('signs out; the password for once opens nothing any more', async () => {
    const { page } = desk;
    await button(page, kName).click();
    await page.getByRole('menuitem', { name: '退出登录' }).click();
    await button(page, '登录').waitFor();
    await page.goto(`/contents/${content}`);
    await button(page, '登录').waitFor();
    expect(await page.getByText(kContent).count()).toBe(0);
    await signIn(oneTime);
    await page.getByRole('alert').getByText('用户名或密码不对').waitFor();
  });

  it('moves to compliance, and may not approve what he wrote', async () => {
    const admin = desks.administrator.page;
    // He has changed his account meanwhile, which the list does not know yet.
    await admin.reload();
    await admin
      .getByRole('row', { name: new RegExp(kLogin) })
      .getByRole('button', { name: '编辑' })
      .click();
    const dialog = admin.getByRole('dialog');
    await dialog.getByLabel('市场营销').uncheck();
    await dialog.getByLabel('合规管理').check();
    await confirmed(admin, '保存');
    await admin
      .getByRole('row', { name: new RegExp(kLogin) })
      .getByText('合规管理')
      .waitFor();

    const { page } = desk;
    await signIn(kPassword);
    await titled(page, kContent);
    await button(page, '去审核').click();
    await page.getByText('您不能对这一版作出决定').waitFor();
    await page.getByText('您撰写过这项内容。按职责分离，须由他人审核。').waitFor();
    for (const deed of ['通过', '退回修改']) expect(await button(page, deed).isDisabled(), deed).toBe(true);
    expect(await page.getByLabel('审核意见', { exact: true }).isDisabled()).toBe(true);
  });

  it('leaves; nobody but the refused password made an error', async () => {
    const { page } = desks.administrator;
    await page
      .getByRole('row', { name: new RegExp(kLogin) })
      .getByRole('button', { name: '停用' })
      .click();
    await confirmed(page, '确定');
    await page
      .getByRole('row', { name: new RegExp(kLogin) })
      .getByText('已停用')
      .waitFor();
    expect(faultsBut(desk, [{ status: 401, path: '/api/v1/sessions' }])).toEqual([]);
    expect(desks.administrator.faults).toEqual([]);
  });
});

describe('everybody', () => {
  it('goes to a page by the palette, without a mouse', async () => {
    const { page, faults } = desks.customer_service;
    await page.goto('/');
    await titled(page, '我的待办');
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('combobox').waitFor();
    await page.keyboard.type('客户查');
    await page.getByRole('option', { name: '客户查询' }).waitFor();
    await page.keyboard.press('Enter');
    await titled(page, '客户查询');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    // Pages of others are not offered.
    await page.keyboard.press('Control+k');
    await page.keyboard.type('users');
    await page.getByText('没有匹配的页面或命令').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(faults).toEqual([]);
  });

  it('reads every page in English after one press, and in Chinese after another', async () => {
    const { page, faults } = desks.administrator;
    await page.goto('/');
    await titled(page, '我的待办');
    const before = await chineseOn(page);
    expect(before).toContain('用户与权限');
    await page.getByRole('button', { name: '语言: EN' }).click();
    await titled(page, 'My tasks');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    const menu = page.getByRole('navigation', { name: 'Menu' });
    const names = await menu.getByRole('link').allTextContents();
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      await menu.getByRole('link', { name, exact: true }).click();
      await page.locator('#content h1').first().waitFor();
      await settled(page);
      // The button that leads back is in the language that it leads to; signatures and kinds of documents are as the
      // company and the rule packs have them.
      expect(
        (await chineseOn(page)).filter((text) => !/中文|^【.+】$|^营业执照$/.test(text)),
        name,
      ).toEqual([]);
    }
    await menu.getByRole('link').first().click();
    await page.getByRole('button', { name: 'Language: 中文' }).click();
    await titled(page, '我的待办');
    expect(await chineseOn(page)).toEqual(before);
    expect(faults).toEqual([]);
  });
});
