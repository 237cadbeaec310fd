/** Tokens that name neither a subject nor a client never count as one caller; each counts as itself. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isHeldBy, openContentLink } from '../../../src/graphql/nodes/content-link.ts';
import { ALL_RIGHTS, type Caller, hashRights } from '../../../src/media/model/rights.ts';
import { Seal } from '../../../src/seal.ts';
import { openUpload } from '../../../src/writes/upload-token.ts';
import { linesOf, newFile } from '../../audit/lines.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { chartDocument } from '../../support/own-chart.ts';
import { saving } from '../../writes/inputs.ts';
import { beside } from '../servers.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from './issuer.ts';

const NO_NAMES: [string, Record<string, unknown>][] = [
  ['absent', {}],
  ['empty', { sub: '', client_id: '', azp: '' }],
  ['blank', { sub: ' ', client_id: '\t' }],
  ['no text', { client_id: 5, azp: ['x'] }],
  ['null', { client_id: null, azp: null }],
];

const SAVE = 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { redoxLogIds } }';

let gateway: TestGateway;
let auditFile: string;
beforeAll(async () => {
  auditFile = await newFile();
  const settings = {
    AUTH_MODE: 'jwt',
    AUTH_ISSUER: ISSUER,
    AUTH_AUDIENCE: AUDIENCE,
    AUTH_JWKS_FILE: await writeJwksFile(),
    AUDIT_FILE: auditFile,
    CONTENT_LINKS: 'bearer',
  };
  const charts = [chartDocument('a', { documentId: 'doc' })];
  gateway = await startTestGateway({ charts }, settings);
});
afterAll(() => gateway.close());

/** Two tokens of the same rights that differ by their ids alone. */
async function twoTokens(names: Record<string, unknown>) {
  const scope = 'media:read media:write content:read';
  const create = async (jti: string) => ({
    authorization: `Bearer ${await signToken({ claims: { sub: undefined, scope, jti, ...names } })}`,
  });
  return Promise.all([create('first'), create('second')]);
}

describe.each(NO_NAMES)('names that are %s', (kind, names) => {
  const clientMutationId = `m-${kind}`;
  const save = async (headers: Record<string, string>, change: object) => {
    const { errors } = await gateway.ask(SAVE, { input: saving('a', change) }, headers);
    return errors.map(({ extensions }) => extensions['problem']);
  };

  test('a clientMutationId is its own of each, and one of each', async () => {
    const [first, second] = await twoTokens(names);
    const sent = await gateway.countCalls(async () => {
      expect(await save(first, { clientMutationId })).toEqual([]);
      expect(await save(second, { clientMutationId })).toEqual([]);
      expect(await save(second, { clientMutationId, documentType: 'Other' })).toEqual([
        'was used for another input',
      ]);
      expect(await save(first, { clientMutationId })).toEqual([]);
    });
    expect(sent).toBe(2);
  });

  test('an upload is usable by the token that it was made with', async () => {
    const [first, second] = await twoTokens(names);
    const uploaded = await fetch(beside(gateway.url, '/uploads'), {
      method: 'POST',
      headers: { 'content-type': 'text/plain', ...first },
      body: 'synthetic',
    });
    const { upload } = (await uploaded.json()) as { upload: string };
    const content = { upload };
    expect(await save(second, { content })).toEqual(['is not an upload of this caller, or has expired']);
    expect(await save(first, { content })).toEqual([]);
  });

  test('a link that needs a token is for the token that it was made with', async () => {
    const [first, second] = await twoTokens(names);
    const { data } = await gateway.ask<{ media: { content: { url: string } } }>(
      '{ media(documentId: "doc") { content { url } } }',
      {},
      first,
    );
    const url = new URL(new URL(data?.media.content.url ?? '').pathname, gateway.url);
    expect((await fetch(url, { headers: second })).status).toBe(403);
    expect((await fetch(url, { headers: first })).status).toBe(200);
  });

  test('the audit trail has them apart', async () => {
    const before = (await linesOf(auditFile)).length;
    const [first, second] = await twoTokens(names);
    for (const headers of [first, second, first])
      await gateway.ask('{ media(documentId: "doc") { documentId } }', {}, headers);
    const lines = (await linesOf(auditFile)).slice(before);
    expect(lines.map(({ subject, client }) => [subject, client])).toEqual(lines.map(() => [null, null]));
    const [one, other, again] = lines.map(({ token }) => token);
    expect(one).toMatch(/^[\w-]{43}$/);
    expect([other === one, again]).toEqual([false, one]);
  });
});

test('a token with one of the names is told by it alone', async () => {
  for (const names of [{ sub: 'someone' }, { client_id: 'program' }, { client_id: '', azp: 'program-2' }]) {
    const [first, second] = await twoTokens(names);
    const clientMutationId = `m-${JSON.stringify(names)}`;
    const sent = await gateway.countCalls(async () => {
      for (const headers of [first, second]) {
        const { errors } = await gateway.ask(SAVE, { input: saving('a', { clientMutationId }) }, headers);
        expect(errors).toEqual([]);
      }
    });
    expect(sent).toBe(1);
  }
  expect((await linesOf(auditFile)).filter(({ subject, client }) => subject ?? client)).not.toEqual([]);
});

test('links and uploads of callers with a name, sealed before tokens were in them, still open', () => {
  const seal = new Seal(['s'.repeat(32)], 'upload');
  const caller = { subject: 'someone', clientId: null, token: null, rights: ALL_RIGHTS, expiresAt: Infinity };
  const rights = hashRights(ALL_RIGHTS);
  const upload = [2000, 'someone', null, rights, 'source', 'uri', 1, 'sha', 'nonce'];
  const owner = { source: 'source', now: 1000 };
  expect(openUpload(seal.close(upload), { ...owner, caller }, seal)).toMatchObject({ uri: 'uri' });
  const media = ['M', 'general', 'doc', null, null, 'fingerprint', 0];
  const sealLink = (subject: string | null) =>
    seal.close([2000, subject, null, rights, media, 1, 'sha', [], 'text/plain', true, 'name']);
  const isHeld = (token: string, by: Caller) => {
    const link = openContentLink(token, seal);
    return link && isHeldBy(link, by);
  };
  expect(isHeld(sealLink('someone'), caller)).toBe(true);
  const unnamed = { ...caller, subject: null, token: 'digest' };
  expect(isHeld(sealLink(null), unnamed)).toBe(false);
  const unnamedUpload = seal.close(upload.with(1, null));
  expect(openUpload(unnamedUpload, { ...owner, caller: unnamed }, seal)).toBeNull();
});
