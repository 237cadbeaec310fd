/** Who may write what, and what the audit trail says of it. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { startTestGateway } from '../support/gateway.ts';
import { DELETE, deletion, SAVE, saving } from './inputs.ts';

const PLAIN = 'mutation Plain($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }';
const WRITE = 'media:read media:write';

async function startGuarded(settings: Record<string, string> = {}) {
  const gateway = await startTestGateway(
    { charts: [] },
    {
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
      ...settings,
    },
  );
  const askAs = async (claims: object, query: string, input: object) => {
    const authorization = `Bearer ${await signToken({ claims: { ...claims } })}`;
    const { errors } = await gateway.ask(query, { input }, { authorization });
    return errors.map(({ extensions }) => extensions.code);
  };
  return { gateway, askAs };
}

test('a write needs its scope, and rights to every destination and identifier', async () => {
  const { gateway, askAs } = await startGuarded();
  await using _ = gateway;
  const both = saving('a', {
    patient: {
      identifiers: [
        { value: 'SYN-a', idType: 'MR' },
        { value: 'SYN-b', idType: 'MR' },
      ],
    },
  });
  const limited = { scope: WRITE, redox_patients: ['MR|SYN-a'], redox_destinations: ['general'] };
  expect(await askAs({ scope: 'media:read' }, PLAIN, saving('a'))).toEqual(['FORBIDDEN']);
  expect(await askAs(limited, PLAIN, saving('b'))).toEqual(['FORBIDDEN']);
  expect(await askAs(limited, PLAIN, both)).toEqual(['FORBIDDEN']);
  expect(await askAs(limited, PLAIN, saving('a', { destinations: ['general', 'county'] }))).toEqual([
    'FORBIDDEN',
  ]);
  expect(gateway.redox.callCount).toBe(0);
  expect(await askAs(limited, PLAIN, saving('a'))).toEqual([]);
  expect(await askAs({ scope: 'media:write' }, PLAIN, saving('c'))).toEqual([]);
  // What was written is read with the rights to read.
  expect(await askAs({ scope: 'media:write' }, SAVE, saving('c'))).toEqual(['FORBIDDEN']);
});

test("a caller's clientMutationId stays its own when its next token has other rights, and is never sent twice", async () => {
  const { gateway, askAs } = await startGuarded();
  await using _ = gateway;
  const input = saving('a', { clientMutationId: 'm-1' });
  const limits = [
    {},
    { redox_patients: ['MR|SYN-a'] },
    { redox_patients: ['MR|SYN-a', 'MR|SYN-b'] },
    { scope: `openid ${WRITE}` },
  ];
  for (const limit of limits) expect(await askAs({ scope: WRITE, ...limit }, PLAIN, input)).toEqual([]);
  expect(gateway.redox.callCount).toBe(1);
  // Rights that do not cover the write tell nothing of it.
  expect(await askAs({ scope: WRITE, redox_patients: ['MR|SYN-b'] }, PLAIN, input)).toEqual(['FORBIDDEN']);
});

test("one caller's clientMutationId is not another's", async () => {
  const { gateway, askAs } = await startGuarded();
  await using _ = gateway;
  const input = saving('a', { clientMutationId: 'm-1' });
  for (const sub of ['one', 'other']) expect(await askAs({ sub, scope: WRITE }, PLAIN, input)).toEqual([]);
  expect(gateway.redox.callCount).toBe(2);
});

test.each(['json', 'fhir'])(
  'each write is recorded as intended and as it came out, for each destination, refused ones once (%s)',
  async (format) => {
    const file = join(await mkdtemp(join(tmpdir(), 'audit-')), 'audit.jsonl');
    const { gateway, askAs } = await startGuarded({ AUDIT_FILE: file, AUDIT_FORMAT: format });
    await using _ = gateway;
    const claims = { scope: WRITE, redox_patients: ['MR|SYN-a'] };
    await askAs(claims, PLAIN, saving('a', { destinations: ['general', 'county'] }));
    await askAs(claims, PLAIN, saving('b'));
    gateway.redox.answerWrite = () => ({ status: 504 });
    await askAs(claims, DELETE, deletion('a'));
    const lines = (await readFile(file, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    if (format === 'fhir') {
      expect(
        lines.map(({ resource }) => [resource.action, resource.outcome, resource.subtype[0].code]),
      ).toEqual([
        ['C', undefined, 'create'],
        ['C', undefined, 'create'],
        ['C', '0', 'create'],
        ['C', '0', 'create'],
        ['C', '4', 'create'],
        ['D', undefined, 'delete'],
        ['D', '8', 'delete'],
      ]);
      return;
    }
    expect(
      lines.map(({ operation, destination, outcome, code, items, redoxLogIds }) => [
        operation.event,
        destination,
        outcome,
        code,
        items,
        redoxLogIds.length,
      ]),
    ).toEqual([
      ['New', 'general', 'intended', null, 0, 0],
      ['New', 'county', 'intended', null, 0, 0],
      // Redox logs a write once for each destination, and does not say which is whose.
      ['New', 'general', 'answered', null, 1, 2],
      ['New', 'county', 'answered', null, 1, 2],
      ['New', 'general', 'refused', 'FORBIDDEN', 0, 0],
      ['Delete', 'general', 'intended', null, 0, 0],
      ['Delete', 'general', 'failed', 'UPSTREAM_TIMEOUT', 0, 0],
    ]);
    expect(lines[0].patient).not.toBeNull();
  },
);
