// Every screen, in both languages and themes: it opens, says no error, has a title, and axe finds nothing serious.
import { afterAll, describe, expect, it } from 'vitest';
import { section } from './people';
import { kScreens } from './screens';
import {
  accessibilityFaults,
  closeBrowser,
  type Desk,
  type Look,
  open,
  type Role,
  settled,
  signedIn,
  world,
} from './world';

const kLooks: { title: string; look: Look }[] = [
  { title: 'Chinese, light', look: { language: 'zh', theme: 'light' } },
  { title: 'English, dark', look: { language: 'en', theme: 'dark' } },
];

const kFirstScreenBytes = 350 * 1024;

afterAll(closeBrowser);

async function shoot(desk: Desk, name: string, look: Look): Promise<void> {
  if (!world.screenshots) return;
  const file = `${world.screenshots}/${name}.${look.language}.${look.theme}.${look.width ?? 1280}.png`;
  await desk.page.screenshot({ path: file, fullPage: true });
}

describe.each(kLooks)('$title', ({ look }) => {
  const desks = new Map<Role, Desk>();
  afterAll(async () => {
    for (const desk of desks.values()) await desk.close();
  });
  const deskOf = async (role: Role) => {
    const there = desks.get(role) ?? (await signedIn(role, look));
    desks.set(role, there);
    return there;
  };

  it('sign in', async () => {
    const desk = await open(look);
    await desk.page.goto('/');
    await desk.page.locator('h1').waitFor();
    expect(await accessibilityFaults(desk.page)).toEqual([]);
    expect(desk.faults).toEqual([]);
    const script = await desk.page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .filter((entry) => entry.name.endsWith('.js'))
        .reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).encodedBodySize, 0),
    );
    expect(script).toBeGreaterThan(0);
    expect(script, 'compressed script of the first screen').toBeLessThan(kFirstScreenBytes);
    await shoot(desk, 'sign_in', look);
    await desk.close();
  });

  it.each(kScreens)('$name', async ({ name, url, person }) => {
    const desk = await deskOf(person);
    desk.faults.length = 0;
    await desk.page.goto(url);
    await desk.page.locator('#content h1').first().waitFor();
    await settled(desk.page);
    expect(await desk.page.title()).not.toBe('');
    await shoot(desk, name, look);
    expect(await accessibilityFaults(desk.page), `axe on ${url}`).toEqual([]);
    expect(desk.faults, `errors on ${url}`).toEqual([]);
  });
});

describe('the review page', () => {
  it('names the kinds that the text may be as well', async () => {
    const desk = await signedIn('compliance');
    await desk.page.goto(`/review/${world.ids.submitted_content}`);
    const kinds = section(desk.page, '机审发现').getByText('也可能是：').first();
    await kinds.waitFor();
    expect(await kinds.textContent()).toMatch(/^也可能是： \p{Script=Han}/u);
    expect(desk.faults).toEqual([]);
    await desk.close();
  });
});

describe('on a phone', () => {
  const kPhone: Look = { language: 'zh', theme: 'light', width: 390, height: 844 };
  it.each(kScreens.filter((screen) => /^(review|monitor|home)/.test(screen.name)))(
    '$name fits',
    async (screen) => {
      const desk = await signedIn(screen.person, kPhone);
      await desk.page.goto(screen.url);
      await desk.page.locator('#content h1').first().waitFor();
      await settled(desk.page);
      await shoot(desk, screen.name, kPhone);
      const overflow = await desk.page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow, `${screen.url} is wider than the phone`).toBeLessThanOrEqual(0);
      expect(await accessibilityFaults(desk.page)).toEqual([]);
      await desk.close();
    },
  );
});
