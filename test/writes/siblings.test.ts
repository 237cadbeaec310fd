/** Each mutation of an operation stands alone: one that fails is null with its error, the others are sent and answered. */
import { describe, expect, test } from 'vitest';
import type { WriteHook } from '../../sandbox/server/answer.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { saving } from './inputs.ts';

const THREE = `mutation Three($a: SaveMediaInput!, $b: SaveMediaInput!, $c: SaveMediaInput!) {
  a: saveMedia(input: $a) { accepted }
  b: saveMedia(input: $b) { accepted }
  c: saveMedia(input: $c) { accepted }
}`;
const TAKEN = { accepted: true };

/** Three documents; of the one in the middle, `change`. */
const inputs = (change: object = {}) => ({
  a: saving('a', { documentId: 'first' }),
  b: saving('a', { documentId: 'middle', ...change }),
  c: saving('a', { documentId: 'last' }),
});

/** What of the three Redox has been sent, in order. */
const sentTo = ({ redox }: TestGateway) =>
  redox.calls.map(({ query }) => (query as { Media: { DocumentID: string } }).Media.DocumentID);

/** Answers the message in the middle, and leaves the others as they are. */
const inTheMiddle =
  (answer: Awaited<ReturnType<WriteHook>>): WriteHook =>
  ([event]) =>
    event?.adds?.documentId === 'middle' ? answer : undefined;

test.each<[string, object]>([
  ['a blank document id', { documentId: ' ' }],
  ['no identifiers', { patient: { identifiers: [] } }],
  ['an unknown destination', { destinations: ['nowhere'] }],
  ['contents that are no base64', { content: { base64: '*' } }],
  ['an upload that is none', { content: { upload: 'x' } }],
  ['a blank mutation id', { clientMutationId: '' }],
])('bad input: %s', async (_, change) => {
  await using gateway = await startTestGateway({ charts: [] });
  const { data, errors } = await gateway.ask(THREE, inputs(change));
  expect(data).toEqual({ a: TAKEN, b: null, c: TAKEN });
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['b'], 'BAD_USER_INPUT']]);
  expect(sentTo(gateway)).toEqual(['first', 'last']);
});

test('rights that do not cover the patient', async () => {
  await using gateway = await startTestGateway(
    { charts: [] },
    {
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    },
  );
  const claims = { scope: 'media:write', redox_patients: ['MR|SYN-a'] };
  const authorization = `Bearer ${await signToken({ claims })}`;
  const foreign = { patient: saving('other')['patient'] };
  const { data, errors } = await gateway.ask(THREE, inputs(foreign), { authorization });
  expect(data).toEqual({ a: TAKEN, b: null, c: TAKEN });
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['b'], 'FORBIDDEN']]);
  expect(sentTo(gateway)).toEqual(['first', 'last']);
});

describe('an answer of Redox', () => {
  test.each<[string, Awaited<ReturnType<WriteHook>>, string]>([
    ['400', { status: 400 }, 'UPSTREAM_REJECTED'],
    ['403', { status: 403 }, 'UPSTREAM_REJECTED'],
    [
      'Meta.Errors in a 200',
      { status: 200, body: { Meta: { Errors: [{ ID: 1, Text: 'upstream text' }] } } },
      'UPSTREAM_REJECTED',
    ],
    ['500', { status: 500 }, 'UPSTREAM_UNAVAILABLE'],
    ['504', { status: 504 }, 'UPSTREAM_TIMEOUT'],
    ['nonsense', { status: 200, body: '<html>' }, 'UPSTREAM_PROTOCOL'],
  ])('%s', async (_, answer, code) => {
    await using gateway = await startTestGateway({ charts: [] });
    gateway.redox.answerWrite = inTheMiddle(answer);
    const { data, errors } = await gateway.ask(THREE, inputs());
    expect(data).toEqual({ a: TAKEN, b: null, c: TAKEN });
    expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['b'], code]]);
    expect(sentTo(gateway)).toEqual(['first', 'middle', 'last']);
  });

  test('none in time', async () => {
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts: [] }, { REDOX_TIMEOUT_MS: '300' }, clock);
    const never = new Promise<undefined>(() => undefined);
    let isAsked = false;
    gateway.redox.answerWrite = ([event]) => {
      isAsked = event?.adds?.documentId === 'middle';
      return isAsked ? never : undefined;
    };
    const answer = gateway.ask(THREE, inputs());
    await until(() => isAsked);
    await clock.advance(300);
    const { data, errors } = await answer;
    expect(data).toEqual({ a: TAKEN, b: null, c: TAKEN });
    expect(errors.map(({ path, extensions }) => [path, extensions['outcome']])).toEqual([[['b'], 'UNKNOWN']]);
  });
});

test('a clientMutationId that was used for another input', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  const { a, b, c } = inputs({ clientMutationId: 'm-1' });
  const { data, errors } = await gateway.ask(THREE, { a: { ...a, clientMutationId: 'm-1' }, b, c });
  expect(data).toEqual({ a: TAKEN, b: null, c: TAKEN });
  expect(errors.map(({ path, extensions }) => [path, extensions['problem']])).toEqual([
    [['b'], 'was used for another input'],
  ]);
  expect(sentTo(gateway)).toEqual(['first', 'last']);
});

test('a quota that is used up before the second', async () => {
  await using gateway = await startTestGateway({ charts: [] }, { REDOX_RATE: '1/300s' });
  const { data, errors } = await gateway.ask(THREE, inputs());
  expect(data).toEqual({ a: TAKEN, b: null, c: null });
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([
    [['b'], 'RATE_LIMITED'],
    [['c'], 'RATE_LIMITED'],
  ]);
  expect(sentTo(gateway)).toEqual(['first']);
});

test('replacing and deleting, too', async () => {
  await using gateway = await startTestGateway({ charts: [] });
  const { a } = inputs();
  const { content: _, ...described } = a;
  const { data, errors } = await gateway.ask(
    `mutation ($a: SaveMediaInput!, $replace: ReplaceMediaInput!, $delete: DeleteMediaInput!) {
      a: saveMedia(input: $a) { accepted }
      replace: replaceMedia(input: $replace) { accepted }
      delete: deleteMedia(input: $delete) { accepted }
    }`,
    { a, replace: { ...a, originalDocumentId: ' ' }, delete: { ...described, documentId: ' ' } },
  );
  expect(data).toEqual({ a: TAKEN, replace: null, delete: null });
  expect(errors.map(({ path }) => path)).toEqual([['replace'], ['delete']]);
});
