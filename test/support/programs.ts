/** Programs that some suites run and that npm does not install. */
import { existsSync } from 'node:fs';

export interface Program {
  readonly path: string;
  /** One sentence: how to get it. */
  readonly advice: string;
}

export const CHROMIUM: Program = {
  path: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  advice:
    'These tests need Chromium: install it with `apt-get install chromium`, or set CHROMIUM to the path of its program.',
};

export const REDIS: Program = {
  path: process.env['REDIS_SERVER'] ?? '/usr/bin/redis-server',
  advice:
    'These tests need the Redis server: install it with `apt-get install redis-server`, or set REDIS_SERVER to the path of its program.',
};

export const CURL: Program = {
  path: process.env['CURL'] ?? '/usr/bin/curl',
  advice:
    'These tests need curl: install it with `apt-get install curl`, or set CURL to the path of its program.',
};

export function isInstalled({ path }: Program): boolean {
  return existsSync(path);
}
