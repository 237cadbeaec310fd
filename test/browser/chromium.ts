/** A real Chromium for one test file: Debian's, without a window, that asks nobody but the servers of the tests. */
import { type Browser, chromium } from 'playwright-core';
import { CHROMIUM } from '../support/programs.ts';

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

/** `args`: more of them, where a test needs a browser of its own. */
export async function launchChromium(...args: readonly string[]): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM.path, args: [...ARGUMENTS, ...args] });
}
