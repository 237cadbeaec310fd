/** How old an answer a request accepts: what its headers say is read as RFC 9111 defines it, and never as more than was said. */
import { once } from 'node:events';
import { request } from 'node:http';
import fc from 'fast-check';
import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { freshnessReader } from '../../src/http/cache-control.ts';
import { FRESH } from '../../src/media/recent/freshness.ts';
import { CASES } from '../support/cases.ts';

const read = freshnessReader({ seconds: 120, maxAgeSeconds: 0 });
const fromText = (text: string) => read({ 'cache-control': text });

const upTo = (seconds: number) => ({ ...FRESH, maxAgeMs: seconds * 1000 });
const NO_CACHE = { ...FRESH, mayReadReferences: false };
const NO_STORE = { ...NO_CACHE, mayRemember: false };

describe('what a request says', () => {
  test.each([
    ['max-age=60', upTo(60)],
    ['max-age=0', FRESH],
    ['max-age=121', upTo(120)],
    ['no-cache', NO_CACHE],
    ['no-store', NO_STORE],
    ['no-cache, no-store', NO_STORE],
    ['only-if-cached', { ...upTo(120), onlyRemembered: true }],
    ['only-if-cached, max-age=5', { ...upTo(5), onlyRemembered: true }],
    ['max-age=60, no-cache', NO_CACHE],
    ['no-store, max-age=60', NO_STORE],
    ['only-if-cached, no-cache', { ...NO_CACHE, onlyRemembered: true }],
    ['MAX-AGE=60', upTo(60)],
    ['No-Cache', NO_CACHE],
    ['\tmax-age=7 \t,\t no-transform', upTo(7)],
    ['max-age="60"', upTo(60)],
    [',,max-age=60,,', upTo(60)],
    ['max-stale=9, min-fresh=9, community="UCI, x", max-age=8', upTo(8)],
  ])('%j', (text, expected) => expect(fromText(text)).toEqual(expected));

  test.each([
    ['', 'nothing'],
    ['max-age=-1', 'a sign'],
    ['max-age=+1', 'a sign'],
    ['max-age=1e9', 'an exponent'],
    ['max-age=1.5', 'a fraction'],
    ['max-age=0x10', 'hexadecimal'],
    ['max-age=abc', 'letters'],
    ['max-age=６０', 'digits of another script'],
    ['max-age=', 'no value'],
    ['max-age', 'no value'],
    ['max-age=60;', 'another separator'],
    ['max-age=60 70', 'two values'],
    ['max-age = 60', 'space around the sign'],
    ['max-age="60', 'a quote that is left open'],
    ['max-age="60"1', 'text behind the quotes'],
    ["max-age='60'", 'another quote'],
    ['x-max-age=60', 'another name'],
    ['s-maxage=60', 'another name'],
    ['only-if-cached=1', 'a value where there is none'],
    ['community="a, max-age=60"', 'a text that holds one'],
    ['==,"', 'no directive'],
  ])('%j is absent: %s', (text) => expect(fromText(text)).toEqual(FRESH));

  test('what cannot be read hides nothing of what can', () => {
    expect(fromText('max-age=abc, max-age=60')).toEqual(upTo(60));
    expect(fromText('max-age="60, no-cache')).toEqual(NO_CACHE);
    expect(fromText('"no-cache"; no-store, max-age=1e9, no-store')).toEqual(NO_STORE);
  });

  test('of several ages the least counts, of however many digits', () => {
    expect(fromText('max-age=90, max-age=30, max-age=60')).toEqual(upTo(30));
    expect(fromText('max-age=99999999999')).toEqual(upTo(120));
    expect(fromText(`max-age=${'9'.repeat(400)}`)).toEqual(upTo(120));
    expect(fromText(`max-age=${'0'.repeat(400)}7`)).toEqual(upTo(7));
  });

  test('what forbids counts with whatever stands behind it', () => {
    expect(fromText('no-cache="age", max-age=60')).toEqual(NO_CACHE);
    expect(fromText('no-store=0, max-age=60')).toEqual(NO_STORE);
  });
});

describe('Pragma', () => {
  test('no-cache counts where there is no Cache-Control', () => {
    expect(read({ pragma: 'no-cache' })).toEqual(NO_CACHE);
    expect(read({ pragma: 'x="y", No-Cache' })).toEqual(NO_CACHE);
    expect(read({ pragma: 'no-cache', 'cache-control': '' })).toEqual(NO_CACHE);
    expect(read({ pragma: 'no-cache', 'cache-control': 'max-age=60' })).toEqual(upTo(60));
  });

  test('nothing else in it does', () => {
    for (const pragma of ['', 'no-store', 'max-age=60', 'only-if-cached', 'max-age=60, no-cachex'])
      expect(read({ pragma })).toEqual(FRESH);
    expect(read({ pragma: 'no-store, no-cache, max-age=60, only-if-cached' })).toEqual(NO_CACHE);
  });
});

describe('the settings', () => {
  const lenient = freshnessReader({ seconds: 120, maxAgeSeconds: 30 });

  test('MAX_AGE_SECONDS is for requests that state no age that can be read', () => {
    for (const text of ['', 'max-age=-1', 'no-transform'])
      expect(lenient({ 'cache-control': text })).toEqual(upTo(30));
    expect(lenient({})).toEqual(upTo(30));
    expect(lenient({ 'cache-control': 'max-age=0' })).toEqual(FRESH);
    expect(lenient({ 'cache-control': 'max-age=60' })).toEqual(upTo(60));
    expect(lenient({ 'cache-control': 'no-cache' })).toEqual(NO_CACHE);
    expect(lenient({ pragma: 'no-cache' })).toEqual(NO_CACHE);
  });

  test('no age is above RECENT_SECONDS, not even MAX_AGE_SECONDS', () => {
    expect(freshnessReader({ seconds: 20, maxAgeSeconds: 30 })({})).toEqual(upTo(20));
    const off = freshnessReader({ seconds: 0, maxAgeSeconds: 30 });
    expect(off({ 'cache-control': 'max-age=60' })).toEqual(FRESH);
    expect(off({})).toEqual(FRESH);
  });
});

const directives = fc.constantFrom('max-age=60', 'max-age=', 'no-cache', 'no-store', 'only-if-cached');
const texts = fc
  .array(fc.oneof(directives, fc.constantFrom(',', '"', '=', ' ', '\\'), fc.string()))
  .map((parts) => parts.join(''));

describe('no-cache in both headers', () => {
  const both = { 'cache-control': 'no-cache', pragma: 'no-cache' };

  test.each(['if-match', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since'])(
    'with %s is what fetch() adds, and says nothing',
    (name) => {
      expect(read({ ...both, [name]: '"x"' })).toEqual(FRESH);
      expect(read({ 'cache-control': 'no-cache', [name]: '"x"' })).toEqual(NO_CACHE);
      expect(read({ ...both, 'cache-control': 'no-cache, max-age=0', [name]: '"x"' })).toEqual(NO_CACHE);
    },
  );

  test('without a condition was said', () => expect(read(both)).toEqual(NO_CACHE));
});

test('whatever a header holds, an age is within the settings, and what is asked anew is asked anew', () => {
  fc.assert(
    fc.property(texts, texts, (cacheControl, pragma) => {
      const { maxAgeMs, mayReadReferences, mayRemember } = read({ 'cache-control': cacheControl, pragma });
      expect(maxAgeMs).toBeGreaterThanOrEqual(0);
      expect(maxAgeMs).toBeLessThanOrEqual(120_000);
      if (!mayReadReferences) expect(maxAgeMs).toBe(0);
      if (!mayRemember) expect(mayReadReferences).toBe(false);
    }),
    { numRuns: CASES },
  );
});

const asksAnew = { maxAgeMs: 0, mayReadReferences: false, mayRemember: false };

test('nothing that is added to a header makes an older answer acceptable', () => {
  fc.assert(
    fc.property(texts, (more) => {
      const [said, saidMore] = [fromText('max-age=60'), fromText(`max-age=60,${more}`)];
      expect(saidMore.maxAgeMs).toBeLessThanOrEqual(said.maxAgeMs);
      expect(fromText(`no-store,${more}`)).toMatchObject(asksAnew);
    }),
    { numRuns: CASES },
  );
});

test('several headers are one, as they arrive over HTTP', async () => {
  const app = fastify();
  app.get('/', async ({ headers }) => read(headers));
  const address = await app.listen({ port: 0, host: '127.0.0.1' });
  const sent = request(address, {
    headers: ['cache-control', 'max-age=90', 'Cache-Control', 'no-cache', 'host', '127.0.0.1'],
  });
  sent.end();
  const [response] = await once(sent, 'response');
  expect(JSON.parse(String(await response.toArray()))).toEqual(NO_CACHE);
  await app.close();
});
