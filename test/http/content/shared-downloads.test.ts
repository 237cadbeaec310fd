/** What downloads that share a call may hold is bounded, for each caller and for all; beyond it each has a call of its own. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { SharedDownloads } from '../../../src/http/content/shared-downloads.ts';
import { settle } from '../../support/fake-clock.ts';

const MIB = 1024 * 1024;
const FILE = 8 * MIB;

/** How many of these files one caller may share. */
function admitAll(shared: SharedDownloads, caller: string) {
  const responses: PassThrough[] = [];
  for (;;) {
    const response = new PassThrough();
    if (!shared.admit(FILE, caller, response)) return responses;
    responses.push(response);
  }
}

test('a caller takes half of all, and the end of a response makes room again', async () => {
  const shared = new SharedDownloads();
  const [first, ...others] = admitAll(shared, 'one');
  expect(others).toHaveLength(3);
  expect(admitAll(shared, 'two')).toHaveLength(4);
  expect(shared.admit(1, 'three', new PassThrough())).toBe(false);
  first?.destroy();
  await settle();
  expect(admitAll(shared, 'three')).toHaveLength(1);
  for (const response of others) response.destroy();
  await settle();
  expect(admitAll(shared, 'three')).toHaveLength(3);
});

test('a file that is too large has a call of its own, and takes no room', () => {
  const shared = new SharedDownloads();
  expect(shared.admit(FILE + 1, 'one', new PassThrough())).toBe(false);
  expect(admitAll(shared, 'one')).toHaveLength(4);
});

test('a response that has ended already takes no room, which nothing would give back', async () => {
  const shared = new SharedDownloads();
  const ended = new PassThrough().destroy();
  await settle();
  expect(shared.admit(1, 'one', ended)).toBe(false);
  expect(admitAll(shared, 'one')).toHaveLength(4);
});
