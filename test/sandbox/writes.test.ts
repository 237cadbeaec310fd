/** The embedded Redox keeps what is written: in memory, or in a file across restarts. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { startTestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { DELETE, deletion, REPLACE, SAVE, saving } from '../writes/inputs.ts';
import { getToken, mediaQuery } from './client.ts';

async function documentIds(database: string): Promise<string[]> {
  await using gateway = await startTestGateway({
    charts: [chartDocument('a', { documentId: 'seed' })],
    database,
  });
  const { data } = await gateway.ask<{ patient: { media: { nodes: { documentId: string }[] } } }>(
    '{ patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { nodes { documentId } } } }',
  );
  return data?.patient.media.nodes.map(({ documentId }) => documentId).toSorted() ?? [];
}

test('SANDBOX_DB keeps what was saved, replaced and deleted, uploads included', async () => {
  const database = join(await mkdtemp(join(tmpdir(), 'sandbox-')), 'charts.sqlite');
  {
    await using gateway = await startTestGateway({
      charts: [chartDocument('a', { documentId: 'seed' })],
      database,
    });
    const response = await fetch(new URL('/uploads', gateway.url), {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'an uploaded file',
    });
    const { upload } = (await response.json()) as { upload: string };
    await gateway.ask(SAVE, { input: saving('a', { documentId: 'one', content: { upload } }) });
    await gateway.ask(SAVE, { input: saving('a', { documentId: 'two' }) });
    await gateway.ask(REPLACE, {
      input: { ...saving('a', { documentId: 'three' }), originalDocumentId: 'two' },
    });
    await gateway.ask(DELETE, { input: deletion('a', { documentId: 'seed' }) });
  }
  expect(await documentIds(database)).toEqual(['one', 'three']);
  await using gateway = await startTestGateway({ charts: [], database });
  const { data } = await gateway.ask('{ media(documentId: "one") { content { base64 } } }');
  expect(data).toEqual({
    media: { content: { base64: Buffer.from('an uploaded file').toString('base64') } },
  });
});

test('without it, what was written ends with the process', async () => {
  {
    await using gateway = await startTestGateway({ charts: [] });
    await gateway.ask(SAVE, { input: saving('a', { documentId: 'one' }) });
  }
  await using gateway = await startTestGateway({ charts: [] });
  const { data } = await gateway.ask('{ media(documentId: "one") { documentId } }');
  expect(data).toEqual({ media: null });
});

describe('a message that Redox would refuse', () => {
  const MEDIA = {
    FileType: 'PDF',
    FileName: 'f',
    FileContents: 'QQ==',
    DocumentType: 't',
    DocumentID: 'd',
    Availability: 'Available',
    Provider: { ID: '1' },
  };
  const PATIENT = { Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] };
  const metaOf = (sandbox: Sandbox, type: string, changes = {}) => ({
    ...(mediaQuery(sandbox, 'general', {}) as { Meta: object }).Meta,
    EventType: type,
    ...changes,
  });

  test.each<[string, string, object, object, number]>([
    ['no patient', 'New', { Patient: { Identifiers: [] } }, {}, 400],
    ['no contents', 'New', { Media: { ...MEDIA, FileContents: undefined } }, {}, 400],
    ['no provider id', 'New', { Media: { ...MEDIA, Provider: {} } }, {}, 400],
    ['an unknown availability', 'New', { Media: { ...MEDIA, Availability: 'AVAILABLE' } }, {}, 400],
    ['an authenticated that is a flag', 'New', { Media: { ...MEDIA, Authenticated: true } }, {}, 400],
    ['no original', 'Replace', {}, {}, 400],
    [
      'an upload that never was',
      'New',
      { Media: { ...MEDIA, FileContents: 'https://blob.example/1' } },
      {},
      400,
    ],
    ['no destination', 'New', {}, { Destinations: [] }, 403],
    ['an unknown destination', 'New', {}, { Destinations: [{ ID: 'nope' }] }, 400],
    ['another source', 'New', {}, { Source: { ID: 'nope' } }, 400],
    ['a delete of all that is needed', 'Delete', { Media: { ...MEDIA, FileContents: undefined } }, {}, 200],
  ])('%s', async (_, type, changes, metaChanges, status) => {
    await using sandbox = await startSandbox({ charts: [] });
    const authorization = `Bearer ${await getToken(sandbox)}`;
    const response = await fetch(`${sandbox.url}/endpoint`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization },
      body: JSON.stringify({
        Meta: metaOf(sandbox, type, metaChanges),
        Patient: PATIENT,
        Media: MEDIA,
        ...changes,
      }),
    });
    expect(response.status).toBe(status);
    const { Meta } = (await response.json()) as { Meta: { Errors?: unknown[]; Logs: unknown[] } };
    expect([Meta.Logs.length, Meta.Errors?.length ?? 0]).toEqual([1, status === 200 ? 0 : 1]);
  });
});
