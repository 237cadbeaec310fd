/** Writes whose input is refused by name, before anything is sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { REPLACE, SAVE, saving } from './inputs.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [chartDocument('a', { documentId: 'old' })] });
});
afterAll(() => gateway.close());

describe('bad input is refused by name, and nothing is sent', () => {
  test.each<[string, object, string]>([
    ['no identifiers', { patient: { identifiers: [] } }, 'input.patient.identifiers'],
    [
      'a blank identifier',
      { patient: { identifiers: [{ value: ' ', idType: 'MR' }] } },
      'input.patient.identifiers[0].value',
    ],
    ['a blank document id', { documentId: '' }, 'input.documentId'],
    ['a blank type', { documentType: ' ' }, 'input.documentType'],
    ['a blank file name', { fileName: '' }, 'input.fileName'],
    ['a blank file type', { fileType: '' }, 'input.fileType'],
    ['a blank provider id', { provider: { id: '' } }, 'input.provider.id'],
    ['no destination', { destinations: [] }, 'input.destinations'],
    ['an unknown destination', { destinations: ['nowhere'] }, 'input.destinations[0]'],
    ['a date that is none', { serviceDateTime: 'yesterday' }, 'input.serviceDateTime'],
    ['a day that does not exist', { creationDateTime: '2026-02-30T10:00Z' }, 'input.creationDateTime'],
    ['a moment that only destinations write', { creationDateTime: '20260304' }, 'input.creationDateTime'],
    ['a blank visit number', { visit: { visitNumber: ' ' } }, 'input.visit.visitNumber'],
    ['a blank account number', { visit: { accountNumber: '' } }, 'input.visit.accountNumber'],
    ['a blank order id', { orders: [{ id: 'o' }, { id: '\t' }] }, 'input.orders[1].id'],
    ['a blank person id', { notifications: [{ id: '' }] }, 'input.notifications[0].id'],
    ['a blank kind of a person id', { authenticator: { id: '1', idType: '' } }, 'input.authenticator.idType'],
    [
      'a blank facility',
      { visit: { location: { facilityIdentifiers: [{ value: ' ', idType: 't' }] } } },
      'input.visit.location.facilityIdentifiers[0].value',
    ],
    ...['2026-02-30', '1990', '1990-1-2', '19900102', '1990-01-02T00:00Z', '1990-01-02 ', '', 'unknown'].map(
      (dob): [string, object, string] => [
        `the birthday ${JSON.stringify(dob)}`,
        { patient: { identifiers: [{ value: 'SYN-e', idType: 'MR' }], demographics: { dob } } },
        'input.patient.demographics.dob',
      ],
    ),
    [
      'a death on no day',
      {
        patient: {
          identifiers: [{ value: 'SYN-e', idType: 'MR' }],
          demographics: { deathDateTime: '2026-02-29' },
        },
      },
      'input.patient.demographics.deathDateTime',
    ],
    ['no contents', { content: {} }, 'input.content'],
    ['two contents', { content: { base64: 'QQ==', upload: 'x' } }, 'input.content'],
    ['base64 that is none', { content: { base64: 'no*base64' } }, 'input.content.base64'],
    ['base64 of two alphabets', { content: { base64: '-_+/' } }, 'input.content.base64'],
    ['base64 that was cut', { content: { base64: 'SGFsbG9' } }, 'input.content.base64'],
    ['base64 of blanks', { content: { base64: '    ' } }, 'input.content.base64'],
    ['base64 of nothing', { content: { base64: '' } }, 'input.content.base64'],
    ['an upload that is none', { content: { upload: 'x' } }, 'input.content.upload'],
    ['a blank mutation id', { clientMutationId: '' }, 'input.clientMutationId'],
    ['a long mutation id', { clientMutationId: 'x'.repeat(201) }, 'input.clientMutationId'],
  ])('%s', async (_, change, argument) => {
    const calls = await gateway.countCalls(async () => {
      const { data, errors } = await gateway.ask(SAVE, { input: saving('e', change) });
      expect(data).toEqual({ saveMedia: null });
      expect(errors.map(({ extensions }) => [extensions.code, extensions['argument']])).toEqual([
        ['BAD_USER_INPUT', argument],
      ]);
    });
    expect(calls).toBe(0);
  });

  test.each([
    ['no provider id', { provider: {} }],
    ['no provider', { provider: undefined }],
    ['no document id', { documentId: undefined }],
    ['an unknown availability', { availability: 'Available' }],
  ])('%s is no valid operation', async (_, change) => {
    const { status, errors } = await gateway.ask(SAVE, { input: saving('e', change) });
    expect([status, errors.length > 0]).toEqual([400, true]);
  });

  test('a blank original of a replacement', async () => {
    const input = { ...saving('e'), originalDocumentId: ' ' };
    const { errors } = await gateway.ask(REPLACE, { input });
    expect(errors[0]?.extensions['argument']).toBe('input.originalDocumentId');
  });
});
