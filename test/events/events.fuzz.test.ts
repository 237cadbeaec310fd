/** Mutated events of an authentic sender: each is answered 200, none is lost, and each is counted. */
import fc from 'fast-check';
import { Pool } from 'undici';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { fuzz } from '../support/fuzz.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { pushed, SETTINGS, TOKEN } from './pushed.ts';

const AT_ONCE = 8;
const RECEIVED = '{"received":true}';

let gateway: TestGateway;
let pool: Pool;
beforeAll(async () => {
  gateway = await startTestGateway({}, SETTINGS);
  pool = new Pool(new URL(gateway.url).origin, { connections: AT_ONCE });
});
afterAll(async () => {
  await pool.close();
  await gateway.close();
});

const types = fc.constantFrom('New', 'Replace', 'Delete', 'Query', '');
const scalars = fc.oneof(fc.string(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const values = fc.oneof(scalars, fc.jsonValue(), fc.array(scalars), fc.constant({}));

/** Members of any level, each of any value. */
const events = fc
  .record({
    type: types,
    media: fc.dictionary(
      fc.constantFrom('DocumentID', 'FileContents', 'Provider', 'Authenticated', 'Availability', 'Extra'),
      values,
    ),
    others: fc.dictionary(
      fc.constantFrom('Patient', 'Visit', 'Media', 'Meta', 'Orders', 'challenge', '__proto__'),
      values,
    ),
    documentId: fc.nat(20).map(String),
  })
  .map(({ type, media, others, documentId }) =>
    Buffer.from(JSON.stringify(pushed(type, { DocumentID: documentId, ...media }, others))),
  );

interface Wound {
  readonly at: number;
  readonly cut: number;
  readonly put: Uint8Array;
}

const wounds: fc.Arbitrary<Wound> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  cut: fc.nat(40),
  put: fc.oneof(
    fc.uint8Array({ maxLength: 8 }),
    fc
      .constantFrom('"', '\\', '{', ']', ',', ':', '\\u0000', '1e999', 'null', '"Media":', '\ufeff')
      .map((text) => {
        return Uint8Array.from(Buffer.from(text));
      }),
  ),
});

function wounded(event: Buffer, all: readonly Wound[]): Buffer {
  let bytes = event;
  for (const { at, cut, put } of all) {
    const from = Math.floor(at * bytes.length);
    bytes = Buffer.concat([bytes.subarray(0, from), put, bytes.subarray(from + cut)]);
  }
  return bytes;
}

const bodies = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.tuple(events, fc.array(wounds, { maxLength: 3 })).map(([e, all]) => wounded(e, all)),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
);

const attempts = fc.record({
  body: bodies,
  contentType: fc.option(fc.constantFrom('application/json', 'text/plain', ';', 'x', 'multipart/form-data')),
});

function challengeOf(body: Buffer): string {
  const { challenge, Meta, Media } = z.record(z.string(), z.unknown()).parse(JSON.parse(body.toString()));
  expect([Meta, Media]).toEqual([undefined, undefined]);
  return String(challenge);
}

async function countEvents(): Promise<number> {
  const metrics = [...(await readMetrics(gateway.url))];
  return metrics.reduce((sum, [name, count]) => (name.startsWith('events_total') ? sum + count : sum), 0);
}

test('each is answered 200 and counted', async () => {
  await fuzz({
    cases: attempts,
    atOnce: AT_ONCE,
    async check(sent) {
      const before = await countEvents();
      const answers = await Promise.all(
        sent.map(async ({ body, contentType }) => {
          const headers = {
            'verification-token': TOKEN,
            ...(contentType && { 'content-type': contentType }),
          };
          const response = await pool.request({ path: '/redox/events', method: 'POST', headers, body });
          return { status: response.statusCode, text: await response.body.text() };
        }),
      );
      expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
      const others = sent.flatMap(({ body }, at) =>
        answers[at]?.text === RECEIVED ? [] : [{ body, ...answers[at] }],
      );
      // A wound may leave nothing but a challenge.
      expect(others.map(({ text }) => text)).toEqual(others.map(({ body }) => challengeOf(body)));
      expect(await countEvents()).toBe(before + sent.length - others.length);
    },
  });
});
