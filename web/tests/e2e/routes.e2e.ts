// Technology puts channels together to a route, changes it and takes it away again; codes ask for what is new.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { button, choose, freshNumbers, goTo, stopAtFirstFailure } from './people';
import { accessibilityFaults, closeBrowser, type Desk, settled, signedIn } from './world';

const kMark = freshNumbers(1, 6)[0]!.slice(4, 9);
// No Chinese words: another spec looks for those that are left on an English page.
const kRoute = `main route ${kMark}`;

let desk: Desk;
beforeAll(async () => {
  desk = await signedIn('technology');
});
afterAll(closeBrowser);

describe('routes', () => {
  stopAtFirstFailure();

  it('say what is missing', async () => {
    const { page } = desk;
    await goTo(page, '路由');
    await button(page, '新建路由').click();
    const form = page.getByRole('dialog');
    await form.getByLabel('名称', { exact: true }).waitFor();
    await button(form, '保存').click();
    await form.locator('.ant-form-item-explain-error').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('are made of channels', async () => {
    const { page } = desk;
    const form = page.getByRole('dialog');
    await form.getByLabel('名称', { exact: true }).fill(kRoute);
    await choose(page, form.getByLabel('通道', { exact: true }), /./);
    await form.getByLabel('单条成本（元）', { exact: true }).fill('0.038');
    await button(form, '保存').click();
    await form.waitFor({ state: 'hidden' });
    const row = page.getByRole('row').filter({ hasText: kRoute });
    await row.getByText('¥0.038').waitFor();
    await settled(page);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  it('are changed', async () => {
    const { page } = desk;
    await button(page, `修改 ${kRoute}`).click();
    const form = page.getByRole('dialog');
    await form.getByLabel('权重', { exact: true }).fill('3');
    await button(form, '保存').click();
    await form.waitFor({ state: 'hidden' });
    await page.getByRole('row').filter({ hasText: kRoute }).getByText('权重 3').waitFor();
  });

  it('are taken away', async () => {
    const { page } = desk;
    await button(page, `删除 ${kRoute}`).click();
    await button(page.getByRole('dialog'), '删除').click();
    await page.getByText('已删除').waitFor();
    await expect.poll(() => page.getByRole('row').filter({ hasText: kRoute }).count()).toBe(0);
    expect(desk.faults).toEqual([]);
  });
});

describe('what codes lead to', () => {
  it('is a table that technology keeps', async () => {
    const { page } = desk;
    await goTo(page, '运营商代码');
    const times = page.getByLabel('次数: 营销，稍后补发');
    await times.waitFor();
    expect(await times.inputValue()).toBe('0');
    await page.getByText('计入号码质量').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    expect(desk.faults).toEqual([]);
  });
});
