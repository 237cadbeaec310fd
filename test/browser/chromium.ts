/** A real Chromium for one test file: Debian's, without a window, that asks nobody but the servers of the tests. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

/** Another one than Debian's: CHROMIUM=/path/to/it. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** What a browser starts on its own account has nothing to do here, and no network to do it in. */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function launchChromium(): Promise<Browser> {
  if (!existsSync(CHROMIUM)) {
    throw new Error('Tests in a browser need Chromium: apt-get install chromium, or CHROMIUM=/path/to/it.');
  }
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}
