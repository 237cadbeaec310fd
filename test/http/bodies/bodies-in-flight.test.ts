import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FakeClock } from '../../support/fake-clock.ts';
import { Gate, holdAnswers } from '../../support/gate.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { until } from '../../support/until.ts';
import { saving } from '../../writes/inputs.ts';
import { post } from '../servers.ts';
import { type Begun, begin, type Headers, jwt, refused, tokenOf, untilStatus } from './begun-requests.ts';

const MB = 1_000_000;
const QUESTION = JSON.stringify({ query: '{ destinations { id } }' });

/** A write with a file of so many characters in base64. */
const writeOf = (base64Chars: number, documentId = 'large') =>
  JSON.stringify({
    query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
    variables: {
      input: saving('a', {
        documentId,
        fileType: 'TXT',
        fileName: 'a.txt',
        content: { base64: 'QUJD'.repeat(base64Chars / 4) },
      }),
    },
  });

describe('with the usual limits', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startTestGateway({ charts: [] }, jwt);
  });
  afterAll(() => gateway.close());

  test('of 100 unfinished bodies of 13 MB of one caller two are held, and other callers are answered', async () => {
    const [writer, other] = [await tokenOf('writer'), await tokenOf('other')];
    const stated = { ...writer, 'content-length': String(13 * MB) };
    const all = Array.from({ length: 100 }, () => begin(gateway.url, stated));
    const answered = () => all.flatMap(({ answer }) => answer ?? []);
    await until(() => answered().length >= 98);
    expect(answered()).toEqual(Array.from({ length: 98 }, () => refused));
    expect((await post(gateway.url, QUESTION, other)).status).toBe(200);
    expect((await post(gateway.url, writeOf(4 * MB), other)).status).toBe(200);
    // Its own small ones have another budget.
    expect((await post(gateway.url, QUESTION, writer)).status).toBe(200);
    expect((await post(gateway.url, writeOf(4 * MB), writer)).status).toBe(503);
    for (const { request } of all) request.destroy();
    await untilStatus(200, () => post(gateway.url, writeOf(4 * MB), writer));
  });

  test('two callers who hold all that may be held leave room for a third: the newest body of the first gives way', async () => {
    const [one, two, third] = [await tokenOf('one'), await tokenOf('two'), await tokenOf('third')];
    const stated = { 'content-length': String(13 * MB) };
    const held: Begun[] = [];
    for (const token of [one, one, two]) {
      const begun = begin(gateway.url, { ...token, ...stated });
      held.push(begun);
      // A fourth of the same caller is refused as soon as the ones before it are known.
      await until(async () => (await post(gateway.url, QUESTION, token)).status === 200);
    }
    expect(held.map(({ answer }) => answer)).toEqual([null, null, null]);
    expect((await post(gateway.url, writeOf(4 * MB, 'third'), third)).status).toBe(200);
    await until(() => held[1]?.answer !== null);
    expect(held.map(({ answer }) => answer)).toEqual([null, refused, null]);
    // Each of the three has one now, and none gives way to a fourth.
    const last = begin(gateway.url, { ...third, ...stated });
    const fourth = begin(gateway.url, { ...(await tokenOf('fourth')), ...stated });
    await until(() => fourth.answer !== null || last.answer !== null);
    expect([held[0], held[2], last, fourth].map((begun) => begun?.answer)).toEqual([
      null,
      null,
      null,
      refused,
    ]);
    for (const { request } of [...held, last]) request.destroy();
    await untilStatus(200, () => post(gateway.url, writeOf(4 * MB, 'after'), one));
  });

  test('of 100 callers three are held, and all are answered what is small', async () => {
    const tokens = await Promise.all(Array.from({ length: 100 }, (_, at) => tokenOf(`caller ${at}`)));
    const all = tokens.map((token) => begin(gateway.url, { ...token, 'content-length': String(13 * MB) }));
    const answered = () => all.flatMap(({ answer }) => answer ?? []);
    await until(() => answered().length >= 97);
    expect(answered()).toEqual(Array.from({ length: 97 }, () => refused));
    for (const token of tokens.slice(0, 5))
      expect((await post(gateway.url, QUESTION, token)).status).toBe(200);
  });

  test('unfinished small bodies: 32 of one caller, and another is answered', async () => {
    const [one, other] = [await tokenOf('small'), await tokenOf('other')];
    const all = Array.from({ length: 50 }, () => begin(gateway.url, { ...one, 'content-length': '262144' }));
    const answered = () => all.flatMap(({ answer }) => answer ?? []);
    await until(() => answered().length >= 18);
    expect(answered()).toEqual(Array.from({ length: 18 }, () => refused));
    expect((await post(gateway.url, QUESTION, other)).status).toBe(200);
  });

  test('files are for callers who may write', async () => {
    for (const [scope, status] of [
      ['media:read', 413],
      ['media:read content:read', 413],
      ['media:write', 200],
    ] as const) {
      const token = await tokenOf('x', scope);
      expect((await post(gateway.url, writeOf(1 * MB, scope), token)).status).toBe(status);
      const chunked = begin(gateway.url, token, writeOf(1 * MB, `${scope} 2`));
      chunked.request.end();
      await until(() => chunked.answer !== null);
      expect(chunked.answer?.status).toBe(status);
    }
  });

  test('a body is not read where there is no operation, or no caller', async () => {
    const headers = { 'content-length': String(13 * MB) };
    const nowhere = begin(new URL('/nowhere', gateway.url).href, headers);
    const nobody = begin(gateway.url, headers);
    await until(() => nowhere.answer !== null && nobody.answer !== null);
    expect([nowhere.answer?.status, nobody.answer?.status]).toEqual([404, 401]);
  });

  test('a client that sends all before it reads gets its refusal', async () => {
    const { hostname, port } = new URL(gateway.url);
    const token = await tokenOf('reader', 'media:read');
    const socket = connect(Number(port), hostname);
    const head = [
      'POST /graphql HTTP/1.1',
      'host: gateway',
      `authorization: ${token.authorization}`,
      'content-type: application/json',
      `content-length: ${13 * MB}`,
    ];
    socket.pause();
    socket.write(`${head.join('\r\n')}\r\n\r\n`);
    for (let sent = 0; sent < 13; sent += 1)
      await new Promise((resolve) => socket.write(Buffer.alloc(MB, ' '), resolve));
    socket.end();
    expect(await text(socket)).toMatch(/^HTTP\/1.1 413 /);
  });
});

describe('with small limits', () => {
  /** 100 kB without files; with files 500,000 bytes, of which two are held for a caller and three in all. */
  const limits = { ...jwt, LIMIT_BODY_BYTES: '100000', LIMIT_BASE64_BYTES: '300000' };

  test('a body in chunks counts as it grows, however short they are', async () => {
    await using gateway = await startTestGateway({ charts: [] }, limits);
    const token = await tokenOf('writer');
    const [one, two, third] = [1, 2, 3].map(() => begin(gateway.url, token, ' '.repeat(400_000)));
    await until(() => third?.answer !== null || one?.answer !== null || two?.answer !== null);
    const all = [one, two, third].flatMap((begun) => begun?.answer ?? []);
    expect(all).toEqual([refused]);
    const other = begin(gateway.url, await tokenOf('other'), '');
    for (const character of QUESTION) other.request.write(character);
    other.request.end();
    await until(() => other.answer !== null);
    expect(other.answer?.status).toBe(200);
    // Closing waits for operations that are under way.
    for (const begun of [one, two, third]) begun?.request.destroy();
  });

  test('one that grows beyond its limit is refused while it grows', async () => {
    await using gateway = await startTestGateway({ charts: [] }, limits);
    const large = begin(gateway.url, await tokenOf('writer'), ' '.repeat(500_001));
    const small = begin(gateway.url, await tokenOf('reader', 'media:read'), ' '.repeat(100_001));
    await until(() => large.answer !== null && small.answer !== null);
    expect([large.answer?.status, small.answer?.status]).toEqual([413, 413]);
  });

  test('files count until their operation is over', async () => {
    await using gateway = await startTestGateway({ charts: [] }, limits);
    const token = await tokenOf('writer');
    const gate = holdAnswers(gateway.redox);
    const write = (name: string) => post(gateway.url, writeOf(400_000, name), token);
    const [one, two] = [write('one'), write('two')];
    await until(() => gateway.redox.callCount === 2);
    expect((await write('three')).status).toBe(503);
    gate.open();
    expect([(await one).status, (await two).status]).toEqual([200, 200]);
    expect((await write('four')).status).toBe(200);
  });

  test('the next place is for a caller who has none', async () => {
    await using gateway = await startTestGateway({ charts: [] }, limits);
    const [one, two, third] = [await tokenOf('one'), await tokenOf('two'), await tokenOf('third')];
    const gates = [new Gate(), new Gate(), new Gate()];
    gateway.redox.answerWrite = () => gates[gateway.redox.callCount - 1]?.passed.then(() => undefined);
    const write = (name: string, token: Headers) => post(gateway.url, writeOf(400_000, name), token);
    const sent: Promise<Response>[] = [];
    for (const [at, token] of [one, one, two].entries()) {
      sent.push(write(`${at}`, token));
      await until(() => gateway.redox.callCount === at + 1);
    }
    expect((await write('refused', third)).status).toBe(503);
    gates[0]?.open();
    expect((await sent[0])?.status).toBe(200);
    expect((await write('a second of two', two)).status).toBe(503);
    expect((await write('a second of one', one)).status).toBe(503);
    expect((await write('a first', third)).status).toBe(200);
    for (const gate of gates) gate.open();
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual([200, 200, 200]);
  });

  test('what cannot be read as JSON, or is refused as a whole, is held no longer', async () => {
    await using gateway = await startTestGateway({ charts: [] }, limits);
    const token = await tokenOf('writer');
    for (let round = 0; round < 4; round += 1) {
      expect((await post(gateway.url, `{"base64":"${'x'.repeat(400_000)}"`, token)).status).toBe(400);
      expect((await post(gateway.url, `{"base64":"${'x'.repeat(400_000)}"}`, token)).status).toBe(400);
      expect((await post(gateway.url, ' '.repeat(400_000), token)).status).toBe(413);
    }
    expect((await post(gateway.url, writeOf(400_000), token)).status).toBe(200);
  });

  test('an unfinished body ends by its deadline: half a minute, and more for what is large', async () => {
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts: [] }, limits, clock);
    const token = await tokenOf('writer', 'media:write', clock.wallTime());
    const large = begin(gateway.url, { ...token, 'content-length': '500000' });
    await until(() => clock.nextTimerMs === 32_000);
    const small = begin(gateway.url, { ...token, 'content-length': '50000' });
    await until(() => clock.nextTimerMs === 31_000);
    // 30 s, and one second more for 50,000 bytes, two for 500,000.
    clock.tick(30_999);
    expect([small.answer, large.answer]).toEqual([null, null]);
    clock.tick(1);
    await until(() => small.answer !== null);
    expect(large.answer).toBeNull();
    clock.tick(1000);
    await until(() => large.answer !== null);
    expect([small, large].map(({ answer }) => answer)).toEqual(
      [1, 2].map(() => ({ status: 408, retryAfter: undefined, extensions: { code: 'BAD_REQUEST' } })),
    );
    // Two have their place again, and are refused only when they have been read: they hold no file.
    const read = () => post(gateway.url, ' '.repeat(400_000), token);
    expect((await Promise.all([read(), read()])).map(({ status }) => status)).toEqual([413, 413]);
  });
});
