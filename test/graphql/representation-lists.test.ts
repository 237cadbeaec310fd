/** What is handed in as representations need be no list of objects: `_Any` is anything. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [chartDocument('a', { documentId: 'doc-a' })] });
});
afterAll(() => gateway.close());

const FETCHED = '{ ... on Media { fileType } }';

describe('representations that are no list', () => {
  const ask = (r: unknown) =>
    gateway.ask(`query ($r: [_Any!]!) { _entities(representations: $r) ${FETCHED} }`, { r });

  test.each([
    ['null', null],
    ['a list of null', [null]],
  ])('but %s do not fit their variable', async (_, r) => {
    const { status, errors } = await ask(r);
    expect(status).toBe(400);
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', argument: '$r' } }]);
  });

  test('but a text are one, a faulty one', async () => {
    const { data, errors } = await ask('CANARY');
    expect(data).toEqual({ _entities: [null] });
    expect(errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(JSON.stringify(errors)).not.toContain('CANARY');
  });
});
