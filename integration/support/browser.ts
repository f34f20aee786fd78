// A headless Chromium of the system, for the page: started once for a file of tests.
import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { requireCapability } from './require-capability.ts';

const program = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) =>
  existsSync(path),
);

/** Skips where there is none, and fails where it must be there. */
export const hasBrowser: boolean = requireCapability(
  'the page in a browser',
  program === undefined
    ? { kind: 'missing', what: 'no Chromium is installed', hint: 'Debian calls it `chromium`.' }
    : { kind: 'present' },
  process.env,
);

/** Shows nothing but pages of this test: its own sandbox is not what is tested, and root has none. */
export async function startBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: program ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
    timeout: 60_000,
  });
}

export interface Look {
  readonly width?: number;
  readonly scheme?: 'light' | 'dark';
}

/** The page at an address, connected. What it complains about is in `complaints`. */
export async function openPage(
  browser: Browser,
  address: string,
  { width = 1280, scheme = 'light' }: Look = {},
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const page = await browser.newPage({ viewport: { width, height: 800 }, colorScheme: scheme });
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.setDefaultTimeout(30_000);
  await page.goto(address);
  return { page, complaints };
}
