/** What is written in one place shows up in another by itself: the gateway as `npm start` runs it, its embedded Redox, and SSE. */
import { createClient } from 'graphql-sse';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Gateway } from '../../src/gateway.ts';
import { startSandboxMode } from '../http/servers.ts';
import { readProjectFile } from '../project/sources.ts';
import { getToken, mediaQuery, post } from '../sandbox/client.ts';
import { postOperation, startTestGateway } from '../support/gateway.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { until } from '../support/until.ts';
import { DELETE, deletion, REPLACE, SAVE, saving } from '../writes/inputs.ts';

const SUBSCRIPTION = `subscription ($filter: MediaChangeFilter, $after: String) {
  mediaChanged(filter: $filter, after: $after) {
    cursor kind destination documentId originalDocumentId documentType
    patient { identifier { value } }
    visit { visitNumber }
    provider { providerId idType }
    authenticated availability
    media { documentId content { base64 } }
  }
}`;

/** Of /metrics. */
const RECORDED = 'events_total{kind="SAVED",outcome="recorded"}';

interface Change extends Readonly<Record<string, unknown>> {
  readonly cursor: string;
}

async function start(): Promise<Gateway> {
  const gateway = await startSandboxMode();
  onTestFinished(() => gateway.close());
  return gateway;
}

/** All that one subscription has received. */
async function subscribe(gateway: Gateway, variables: Record<string, unknown> = {}) {
  const client = createClient({ url: gateway.url, retryAttempts: 0 });
  const changes: Change[] = [];
  const ends: unknown[] = [];
  client.subscribe<{ mediaChanged: Change }>(
    { query: SUBSCRIPTION, variables },
    {
      next: ({ data, errors }) => void (data ? changes.push(data.mediaChanged) : ends.push(errors)),
      error: (error) => void ends.push(error),
      complete: () => void ends.push('complete'),
    },
  );
  onTestFinished(() => client.dispose());
  await untilOpen(gateway);
  return { changes, ends };
}

/** A subscription hears of events once it is counted. */
async function untilOpen({ url }: Gateway): Promise<void> {
  await until(async () => ((await readMetrics(url)).get('subscribers') ?? 0) > 0);
}

const write = (gateway: Gateway, query: string, input: object) =>
  postOperation(gateway.url, { query, variables: { input } });
const ofPatient = (name: string) => ({
  filter: { patients: [{ identifiers: [{ value: `SYN-${name}`, idType: 'MR' }] }] },
});

test('what is saved, replaced and deleted in one tab arrives in another, with what no query delivers', async () => {
  const gateway = await start();
  const { changes, ends } = await subscribe(gateway, ofPatient('a'));
  await write(gateway, SAVE, saving('b', { documentId: 'of another patient' }));
  await write(
    gateway,
    SAVE,
    saving('a', { documentId: 'one', availability: 'UNAVAILABLE', visit: { visitNumber: '7' } }),
  );
  await until(() => changes.length === 1);
  await write(gateway, REPLACE, { ...saving('a', { documentId: 'two' }), originalDocumentId: 'one' });
  await until(() => changes.length === 2);
  await write(gateway, DELETE, deletion('a', { documentId: 'two' }));
  await until(() => changes.length === 3);
  const common = {
    cursor: expect.any(String),
    destination: 'general',
    originalDocumentId: null,
    documentType: 'Consent Form',
    patient: { identifier: { value: 'SYN-a' } },
    visit: null,
    provider: { providerId: '4356789876', idType: 'NPI' },
    authenticated: null,
    availability: 'AVAILABLE',
  };
  const content = { base64: Buffer.from('synthetic').toString('base64') };
  expect(changes).toEqual([
    {
      ...common,
      kind: 'SAVED',
      documentId: 'one',
      visit: { visitNumber: '7' },
      availability: 'UNAVAILABLE',
      media: { documentId: 'one', content },
    },
    {
      ...common,
      kind: 'REPLACED',
      documentId: 'two',
      originalDocumentId: 'one',
      media: { documentId: 'two', content },
    },
    { ...common, kind: 'DELETED', documentId: 'two', media: null },
  ]);
  expect(ends).toEqual([]);
});

test('so does what another program writes to the embedded Redox, and a cursor continues after it', async () => {
  const gateway = await start();
  const { sandbox } = gateway;
  if (sandbox === null) throw new Error('it has credentials');
  const file = async (documentId: string) => {
    const { Meta } = mediaQuery(sandbox, 'general', {}) as { Meta: object };
    const response = await post(sandbox, await getToken(sandbox), {
      Meta: { ...Meta, EventType: 'New' },
      Patient: { Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] },
      Media: {
        FileType: 'TXT',
        FileName: 'note.txt',
        FileContents: 'c3ludGhldGlj',
        DocumentType: 'Note',
        DocumentID: documentId,
        Availability: 'Available',
        Authenticated: 'True',
        Provider: { ID: '1' },
      },
    });
    expect(response.status).toBe(200);
  };
  const first = await subscribe(gateway);
  for (const id of ['one', 'two', 'three']) await file(id);
  await until(() => first.changes.length === 3);
  expect(first.changes.map(({ documentId }) => documentId)).toEqual(['one', 'two', 'three']);
  expect(first.changes[0]).toMatchObject({
    kind: 'SAVED',
    authenticated: true,
    media: { documentId: 'one' },
  });
  const again = await subscribe(gateway, { after: first.changes[0]?.cursor });
  await until(() => again.changes.length === 2);
  await file('four');
  await until(() => again.changes.length === 3);
  expect(again.changes.map(({ documentId }) => documentId)).toEqual(['two', 'three', 'four']);
});

describe('docs/live.md', () => {
  const commands = [...readProjectFile('docs/live.md').matchAll(/^curl -N ([\s\S]*?)^```$/gm)];

  test('has commands for both streams', () => {
    expect(commands).toHaveLength(2);
  });

  test.each(commands.map(([, command = '']) => command))('subscribes as it says: %s', async (command) => {
    const gateway = await start();
    const headers = [...command.matchAll(/-H '([^:]+): ([^']+)'/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    const [, body = ''] = /-d '([^']+)'/.exec(command) ?? [];
    expect(command).toMatch(/^http:\/\/localhost:4000\/graphql /);
    const stopped = new AbortController();
    onTestFinished(() => stopped.abort());
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: Object.fromEntries(headers) as Record<string, string>,
      body,
      signal: stopped.signal,
    });
    expect(response.status).toBe(200);
    await untilOpen(gateway);
    await write(gateway, SAVE, { ...saving('000417', { documentId: 'one' }) });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"SAVED"')) break;
    }
    expect(text).toContain('"documentId":"one"');
    expect(text).not.toContain('errors');
  });
});

test('closing the gateway completes what is open, with events still to be pushed', async () => {
  const gateway = await startSandboxMode();
  const { changes, ends } = await subscribe(gateway);
  await write(gateway, SAVE, saving('a', { documentId: 'one' }));
  await until(() => changes.length === 1);
  for (const id of ['two', 'three', 'four']) await write(gateway, SAVE, saving('a', { documentId: id }));
  await gateway.close();
  await until(() => ends.length > 0);
  expect(ends).toEqual(['complete']);
});

test('a gateway with credentials hears of both systems by REDOX_EVENTS_TOKEN and REDOX_SOURCES', async () => {
  const token = 'a-token-that-the-two-agreed-on-before';
  await using gateway = await startTestGateway({ charts: [] }, ({ sources }) => ({
    REDOX_EVENTS_TOKEN: token,
    REDOX_SOURCES: Object.entries(sources)
      .map(([alias, id]) => `${alias}=${id}`)
      .join(','),
  }));
  gateway.redox.subscribe({ url: new URL('/redox/events', gateway.url).href, verificationToken: token });
  const input = { ...saving('a'), destinations: ['general', 'county'] };
  expect((await gateway.ask(SAVE, { input })).errors).toEqual([]);
  await until(async () => (await readMetrics(gateway.url)).get(RECORDED) === 2);
  const unreadable = [...(await readMetrics(gateway.url)).keys()].filter((name) =>
    name.startsWith('events_unreadable'),
  );
  expect(unreadable).toEqual([]);
});
