/** Out of the box the two are joined: what is written to the embedded Redox, by whatever program, is pushed to the gateway. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { getToken, mediaQuery, post } from '../sandbox/client.ts';
import { postOperation } from '../support/gateway.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { DELETE, deletion, REPLACE, SAVE, saving } from '../writes/inputs.ts';

async function start(settings: Readonly<Record<string, string>> = {}): Promise<Gateway> {
  const gateway = await startSandboxMode(settings);
  onTestFinished(() => gateway.close());
  return gateway;
}

function sandboxOf({ sandbox }: Gateway) {
  if (sandbox === null) throw new Error('it has credentials');
  return sandbox;
}

/** Events by kind and what became of them. */
async function eventsOf({ url }: Gateway): Promise<Record<string, number>> {
  const samples = [...(await readMetrics(url))].filter(([name]) => name.startsWith('events_total{'));
  return Object.fromEntries(
    samples.map(([name, count]) => [(name.match(/(?<=")\w+/g) ?? []).join(' '), count]),
  );
}

test('what the gateway writes comes back as events, each once', async () => {
  const gateway = await start();
  const input = saving('a', { documentId: 'one' });
  await postOperation(gateway.url, { query: SAVE, variables: { input } });
  await postOperation(gateway.url, {
    query: REPLACE,
    variables: { input: { ...saving('a', { documentId: 'two' }), originalDocumentId: 'one' } },
  });
  await postOperation(gateway.url, {
    query: DELETE,
    variables: { input: deletion('a', { documentId: 'two' }) },
  });
  await until(async () => 'DELETED recorded' in (await eventsOf(gateway)));
  expect(await eventsOf(gateway)).toEqual({
    'SAVED recorded': 1,
    'REPLACED recorded': 1,
    'DELETED recorded': 1,
  });
});

test.each(['general', 'county'] as const)('so does what another program writes to %s', async (alias) => {
  const gateway = await start();
  const sandbox = sandboxOf(gateway);
  const { Meta } = mediaQuery(sandbox, alias, {}) as { Meta: object };
  const response = await post(sandbox, await getToken(sandbox), {
    Meta: { ...Meta, EventType: 'New' },
    Patient: { Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] },
    Media: {
      FileType: 'TXT',
      FileName: 'note.txt',
      FileContents: 'c3ludGhldGlj',
      DocumentType: 'Note',
      DocumentID: 'one',
      Availability: 'Available',
      Provider: { ID: '1' },
    },
  });
  expect(response.status).toBe(200);
  await until(async () => Object.keys(await eventsOf(gateway)).length > 0);
  expect(await eventsOf(gateway)).toEqual({ 'SAVED recorded': 1 });
});

test('by the token that is set, where one is set', async () => {
  const [first, second] = ['a'.repeat(32), 'b'.repeat(32)];
  const gateway = await start({ REDOX_EVENTS_TOKEN: `${first},${second}` });
  await postOperation(gateway.url, { query: SAVE, variables: { input: saving('a') } });
  await until(async () => 'SAVED recorded' in (await eventsOf(gateway)));
  const verify = (token: string) =>
    fetch(new URL('/redox/events', gateway.url), {
      method: 'POST',
      body: JSON.stringify({ 'verification-token': token, challenge: 'c' }),
    });
  const statuses = await Promise.all([first, second, 'c'.repeat(32)].map(verify));
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 401]);
});

test('and no other program knows the token that is made up', async () => {
  const gateway = await start();
  const response = await fetch(new URL('/redox/events', gateway.url), {
    method: 'POST',
    headers: { 'verification-token': '' },
    body: JSON.stringify({ 'verification-token': '', challenge: 'c' }),
  });
  expect(response.status).toBe(401);
});

test('a file for its documents that is something else keeps the gateway from starting, by its name', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'sandbox-')), 'notes.txt');
  await writeFile(path, 'What somebody wrote down, and wants to keep. '.repeat(20));
  await expect(startSandboxMode({ SANDBOX_DB: path })).rejects.toMatchObject({
    faults: [{ variable: 'SANDBOX_DB', problem: expect.stringMatching(/^must name a file /) }],
  });
  expect(await readFile(path, 'utf8')).toContain('wants to keep');
});
