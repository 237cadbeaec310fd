/** An upstream that only fails: every field it hit is null with a typed error in fixed words, and nothing above it. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RawReply } from '../../sandbox/sandbox.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { identifiersOf } from '../support/own-chart.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] });
});
afterAll(() => gateway.close());

const REFUSAL = { Meta: { Logs: [{ ID: 417 }], Errors: [{ ID: 1, Text: 'upstream text' }] }, Media: [] };

describe('an upstream that only fails', () => {
  const html = { 'content-type': 'text/html' };
  test.each<[string, RawReply, string, boolean, number]>([
    ['500 with JSON', { status: 500, body: REFUSAL }, 'UPSTREAM_UNAVAILABLE', true, 500],
    [
      '502 with HTML',
      { status: 502, headers: html, body: '<html>upstream text</html>' },
      'UPSTREAM_UNAVAILABLE',
      true,
      502,
    ],
    ['403', { status: 403, body: REFUSAL }, 'UPSTREAM_REJECTED', false, 403],
    [
      '200 with HTML',
      { status: 200, headers: html, body: '<html>upstream text</html>' },
      'UPSTREAM_PROTOCOL',
      false,
      200,
    ],
    [
      '200 with broken JSON',
      { status: 200, body: '{"Meta":{},"Media":[{"upstream text' },
      'UPSTREAM_PROTOCOL',
      false,
      200,
    ],
    ['200 with nothing', { status: 200, body: '' }, 'UPSTREAM_PROTOCOL', false, 200],
    [
      '200 with items that are none',
      { status: 200, body: { Meta: {}, Media: ['upstream text'] } },
      'UPSTREAM_PROTOCOL',
      false,
      200,
    ],
    [
      '200 that says it was cut',
      { status: 200, body: { Meta: { IsIncomplete: true }, Media: [] } },
      'UPSTREAM_PROTOCOL',
      false,
      200,
    ],
    ['204', { status: 204 }, 'UPSTREAM_PROTOCOL', false, 204],
    // The last one: for a while after it no call is sent.
    ['429', { status: 429, body: { errorDetail: 'upstream text' } }, 'RATE_LIMITED', true, 429],
  ])(
    '(%s) nulls every field it hit and nothing above, with a typed error in fixed words',
    async (_, reply, code, retryable, status) => {
      gateway.redox.answer = () => reply;
      const one = identifiersOf('p1').map(({ id, idType }) => `{ value: "${id}", idType: "${idType}" }`);
      const answer = await gateway.ask(
        `{ patient(identifiers: [${one}]) { identifier { value } identifiers { value } visits { id } media { totalCount } visit(visitNumber: "V-p1") { visitNumber media { totalCount } } }
         visit(visitNumber: "V-p1") { visitNumber patient { id } media { totalCount } }
         media(documentId: "doc-p1") { id }
         mediaSearch(filter: { documentIds: ["doc-p1", "doc-p2"] }) { totalCount }
         destinations { id } }`,
      );
      expect(answer.status).toBe(200);
      expect(answer.data).toEqual({
        patient: {
          identifier: { value: 'SYN-p1' },
          identifiers: null,
          visits: null,
          media: null,
          visit: { visitNumber: 'V-p1', media: null },
        },
        visit: { visitNumber: 'V-p1', patient: null, media: null },
        media: null,
        mediaSearch: null,
        destinations: [{ id: 'general' }, { id: 'county' }],
      });
      expect(answer.errors).toHaveLength(8);
      for (const { extensions, message } of answer.errors) {
        expect(extensions).toMatchObject({ code, retryable, redox: { status } });
        expect(message).toMatch(/^(?:Redox|The quota)[\w ;]+\.$/);
      }
      expect(JSON.stringify(answer.errors)).not.toContain('upstream text');
    },
  );
});
