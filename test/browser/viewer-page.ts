/** The chart viewer as a test opens it: a page whose faults are kept, and pictures of it that axe has looked at first. */
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';

/** Kept for people to look at; git ignores it. */
const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url));

/** How long a test waits for what it needs: far longer than it takes, so that a busy machine passes. */
export const SOON = { timeout: 20_000 };

export const WIDE = { width: 1280, height: 800 };
const SCREENS = { wide: WIDE, narrow: { width: 360, height: 740 } } as const;
const THEMES = ['light', 'dark'] as const;

export interface ViewerPage {
  readonly page: Page;
  /** What the browser complained about: scripts, the page's policy, failed requests. */
  readonly faults: readonly string[];
  /** Hosts that the page asked anything of. */
  readonly hosts: ReadonlySet<string>;
}

export async function openViewer(browser: Browser, url: string): Promise<ViewerPage> {
  const page = await browser.newPage({ viewport: WIDE });
  const faults: string[] = [];
  const hosts = new Set<string>();
  page.on('request', (request) => {
    if (/^https?:/.test(request.url())) hosts.add(new URL(request.url()).host);
  });
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  await page.goto(new URL('/', url).href);
  return { page, faults, hosts };
}

/** Opens the chart of one of the listed patients, and waits for its documents. */
export async function openChart(page: Page, value: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Patients' })
    .getByRole('button', { name: new RegExp(`^${value}\\b`) })
    .click();
  await page.getByRole('heading', { name: value }).waitFor();
}

/** All pictures that are in sight are there. */
export async function waitForPictures(page: Page): Promise<void> {
  // The page's policy forbids what `waitForFunction` does, which is `eval`.
  const areThere = `[...document.images].filter((one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  }).every((one) => one.complete)`;
  await expect.poll(() => page.evaluate(areThere), SOON).toBe(true);
}

/** What axe finds, in words that name the element. */
async function findBarriers(page: Page): Promise<readonly string[]> {
  // The page's policy takes no script of ours; what the debugger evaluates is not bound by it.
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as {
    violations: { id: string; nodes: { html: string; failureSummary: string }[] }[];
  };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html} ${node.failureSummary}`),
  );
}

/** Pictures of the page as it is, wide and narrow, light and dark; none has a barrier, and none is wider than its screen. */
export async function picture(page: Page, name: string): Promise<void> {
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await waitForPictures(page);
      await page.screenshot({ path: `${SCREENSHOTS}${name}-${screen}-${colorScheme}.png` });
      const where = `${name}, ${screen}, ${colorScheme}`;
      expect({ where, barriers: await findBarriers(page) }).toEqual({ where, barriers: [] });
    }
    const width = await page.evaluate('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(viewport.width);
  }
  await page.setViewportSize(WIDE);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
}
