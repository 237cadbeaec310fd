/** What becomes of a message of an authentic sender: it is read, or recorded as unreadable, and never lost or taken twice. */
import { expect, test } from 'vitest';
import { CHANGE, openReceiver, pushed, pushedAgain, SOURCE_ID } from './pushed.ts';

test('an event is recorded with all that it says of its document, and nothing of its file', async () => {
  const { receive, events, reports } = openReceiver();
  expect(await receive(pushed('New'))).toBe('taken');
  expect(await events()).toEqual([CHANGE]);
  expect(reports).toEqual([
    { kind: 'SAVED', reason: null, destination: 'general', outcome: 'recorded', lagMs: 0 },
  ]);
});

test('Replace names both documents, and Delete has no file', async () => {
  const { receive, events } = openReceiver();
  await receive(pushed('Replace', { DocumentID: 'SYN-D-2', OriginalDocumentID: 'SYN-D-1' }));
  await receive(pushed('Delete', { FileContents: undefined, OriginalDocumentID: 'SYN-D-9' }));
  expect(await events()).toEqual([
    { ...CHANGE, kind: 'REPLACED', documentId: 'SYN-D-2', originalDocumentId: 'SYN-D-1' },
    { ...CHANGE, kind: 'DELETED' },
  ]);
});

test('however it is cut into chunks, an event is the same', async () => {
  const one = openReceiver();
  const bytes = Buffer.from(JSON.stringify(pushed('New')));
  for (const chunkBytes of [1, 2, 7, 64, 65_536]) await one.receive(bytes, chunkBytes);
  expect(one.reports.map(({ outcome }) => outcome)).toEqual([
    'recorded',
    ...Array.from({ length: 4 }, () => 'repeated'),
  ]);
});

test('an event that is sent again with another Meta is one event', async () => {
  const { receive, events, reports } = openReceiver();
  const message = pushed('New');
  await receive(message);
  expect(await receive(pushedAgain(message))).toBe('taken');
  const { Meta, ...rest } = pushedAgain(message);
  await receive(JSON.stringify({ ...rest, Meta }, null, 2));
  expect(await events()).toHaveLength(1);
  expect(reports.map(({ outcome }) => outcome)).toEqual(['recorded', 'repeated', 'repeated']);
  expect(reports[1]?.lagMs).toBeNull();
});

test.each([
  ['another file of the same length', { FileContents: 'JVBERi0xLjUK' }, {}],
  ['a member that the gateway does not know', { Unknown: 1 }, {}],
  ['another provider', { Provider: { ID: 'SYN-P-2' } }, {}],
  ['another patient', {}, { Patient: { Identifiers: [{ ID: 'SYN-0002', IDType: 'MR' }] } }],
  ['an order', {}, { Orders: [{ ID: 'SYN-O-1' }] }],
])('%s is another event', async (_, media, others) => {
  const { receive, events } = openReceiver();
  await receive(pushed('New'));
  await receive(pushed('New', media, others));
  expect(await events()).toHaveLength(2);
});

test('a long file that differs in its last byte is another event', async () => {
  const { receive, events } = openReceiver();
  const file = 'A'.repeat(300_000);
  for (const end of ['AAA=', 'AAE=', 'AAE=']) await receive(pushed('New', { FileContents: file + end }));
  expect(await events()).toHaveLength(2);
});

test('Delete, New and Delete of one document are three events; so are Replace, Delete and Replace', async () => {
  const { receive, events } = openReceiver();
  const replace = pushed('Replace', { OriginalDocumentID: 'SYN-D-0' });
  for (const message of [
    pushed('Delete'),
    pushed('New'),
    pushed('Delete'),
    replace,
    pushed('Delete'),
    replace,
  ]) {
    await receive(message);
  }
  const kinds = (await events()).map(({ kind }) => kind);
  expect(kinds).toEqual(['DELETED', 'SAVED', 'DELETED', 'REPLACED', 'DELETED', 'REPLACED']);
});

test('the same document of another source is another event', async () => {
  const { receive, events } = openReceiver();
  const message = pushed('New');
  await receive(message);
  await receive({ ...message, Meta: { ...message.Meta, Source: { ID: 'another' } } });
  expect((await events()).map(({ kind }) => kind)).toEqual(['SAVED', 'UNREADABLE']);
});

const meta = (members: Record<string, unknown>) => ({ Meta: { ...pushed('New').Meta, ...members } });

test.each([
  ['another data model', pushed('New', {}, meta({ DataModel: 'Notes' })), 'unknown-event', 'general'],
  ['another event type', pushed('Query'), 'unknown-event', 'general'],
  ['no event type', pushed('New', {}, meta({ EventType: undefined })), 'unknown-event', 'general'],
  ['a source that is not ours', pushed('New', {}, meta({ Source: { ID: 'x' } })), 'unknown-source', null],
  ['no source', pushed('New', {}, meta({ Source: null })), 'unknown-source', null],
  ['no document', { ...pushed('New'), Media: 'none' }, 'malformed', 'general'],
  ['two documents', { ...pushed('New'), Media: [{}, {}] }, 'malformed', 'general'],
  ['no JSON', '<xml/>', 'malformed', null],
  ['nothing', '', 'malformed', null],
  ['a number', '1', 'malformed', null],
  ['a list', '[]', 'malformed', null],
  ['null', 'null', 'malformed', null],
  ['no Meta', '{"Media":{}}', 'malformed', null],
  ['half an event', JSON.stringify(pushed('New')).slice(0, 400), 'malformed', null],
  ['a member of a depth that nothing can write', deep(), 'malformed', null],
] as const)('%s is recorded as unreadable, and taken', async (_, message, reason, destination) => {
  const { receive, events, reports } = openReceiver();
  expect(await receive(message)).toBe('taken');
  expect(await events()).toEqual([{ kind: 'UNREADABLE', reason, destination }]);
  expect(reports).toMatchObject([{ kind: 'UNREADABLE', reason, destination, outcome: 'recorded' }]);
  await receive(message);
  expect(reports.at(-1)?.outcome).toBe('repeated');
});

function deep(): string {
  const nested = '['.repeat(100_000) + ']'.repeat(100_000);
  return JSON.stringify(pushed('New')).replace(/}$/, `,"Extensions":${nested}}`);
}

test.each([
  ['no patient', undefined],
  ['null', null],
  ['an empty one', {}],
  ['a text', 'SYN-0001'],
  ['several in a list', [{ Identifiers: [{ ID: 'SYN-0001', IDType: 'MR' }] }]],
  ['identifiers without types', { Identifiers: [{ ID: 'SYN-0001' }] }],
  ['identifiers that are no list', { Identifiers: { ID: 'SYN-0001', IDType: 'MR' } }],
  [
    'too many identifiers',
    { Identifiers: Array.from({ length: 1001 }, (_, id) => ({ ID: id, IDType: 'MR' })) },
  ],
])('a patient that cannot be read (%s) may be any patient of the destination', async (_, Patient) => {
  const { receive, events } = openReceiver();
  await receive(pushed('New', {}, { Patient }));
  expect(await events()).toEqual([{ ...CHANGE, identifiers: [] }]);
});

test('identifiers that are incomplete are left out, numbers are as they are written', async () => {
  const { receive, events } = openReceiver();
  const written = JSON.stringify(
    pushed('New', {}, { Patient: { Identifiers: [{ ID: 'LONG', IDType: 'MR' }, { ID: 'x' }] } }),
  ).replace('"LONG"', '12345678901234567890');
  await receive(written);
  expect(await events()).toMatchObject([
    { identifiers: [{ id: '12345678901234567890', idType: 'MR' }], isPatientPartlyRead: true },
  ]);
});

test.each([
  ['an ID that is no text', { ID: ['SYN-0002'], IDType: 'MR' }, true],
  ['an ID of an unreadable type', { ID: 'SYN-0002', IDType: {} }, true],
  ['an ID of a blank type', { ID: 'SYN-0002', IDType: ' ' }, true],
  ['what is no identifier', 'SYN-0002', true],
  ['a type without an ID', { ID: null, IDType: 'SSN' }, undefined],
  ['a type with a blank ID', { ID: ' ', IDType: 'SSN' }, undefined],
  ['nothing', {}, undefined],
])('beside an identifier that is read, %s may name someone else or nobody', async (_, other, expected) => {
  const { receive, events } = openReceiver();
  const Patient = { Identifiers: [{ ID: 'SYN-0001', IDType: 'MR' }, other] };
  await receive(pushed('New', {}, { Patient }));
  const [event] = await events();
  expect(event).toMatchObject({ identifiers: [{ id: 'SYN-0001', idType: 'MR' }] });
  expect(event).toHaveProperty('kind', 'SAVED');
  expect(Reflect.get(event ?? {}, 'isPatientPartlyRead')).toBe(expected);
});

test.each([
  [
    'visits of several patients',
    { Visit: [{ VisitNumber: '1' }, { VisitNumber: '2' }] },
    { visitNumber: null },
  ],
  ['a visit number', { Visit: { VisitNumber: 42 } }, { visitNumber: '42' }],
  ['no visit', { Visit: undefined }, { visitNumber: null }],
])('%s', async (_, others, read) => {
  const { receive, events } = openReceiver();
  await receive(pushed('New', {}, others));
  expect(await events()).toMatchObject([read]);
});

test.each([
  [{ Authenticated: 'False' }, { authenticated: false }],
  [{ Authenticated: ' true ' }, { authenticated: true }],
  [{ Authenticated: true }, { authenticated: true }],
  [{ Authenticated: false }, { authenticated: false }],
  [{ Authenticated: 'Perhaps' }, { authenticated: null }],
  [{ Authenticated: undefined }, { authenticated: null }],
  [{ Availability: 'Unavailable' }, { availability: 'UNAVAILABLE' }],
  [{ Availability: 'Elsewhere' }, { availability: null }],
  [{ Availability: undefined }, { availability: null }],
  [{ Provider: { ID: null, FirstName: null, Credentials: [null] } }, { provider: null }],
  [{ Provider: 'Ada' }, { provider: null }],
  [
    { Authenticator: { EmailAddresses: ['ada@synthetic.example', '', null] } },
    {
      authenticator: {
        providerId: null,
        idType: null,
        firstName: null,
        lastName: null,
        credentials: [],
        emailAddresses: ['ada@synthetic.example'],
      },
    },
  ],
  [{ DocumentID: 7 }, { documentId: '7' }],
  [{ DocumentID: ' ' }, { documentId: null }],
  [{ FileContents: 'https://blob.redoxengine.com/download/1' }, { fileName: 'report' }],
])('of a document with %j is read %j', async (media, read) => {
  const { receive, events } = openReceiver();
  await receive(pushed('New', media));
  expect(await events()).toMatchObject([read]);
});

test('the one document of an event may stand in a list, and its source may be written in capitals', async () => {
  const { receive, events } = openReceiver();
  const message = pushed('New', {}, meta({ Source: { ID: SOURCE_ID.toUpperCase() } }));
  await receive({ ...message, Media: [message['Media']] });
  expect(await events()).toEqual([CHANGE]);
});

test('events of documents that stand in lists are told apart by their documents', async () => {
  const { receive, reports } = openReceiver();
  const inList = (DocumentID: string) => {
    const message = pushed('New', { DocumentID });
    return { ...message, Media: [message['Media']] };
  };
  for (const id of ['SYN-D-1', 'SYN-D-2', 'SYN-D-1']) await receive(inList(id));
  expect(reports.map(({ outcome }) => outcome)).toEqual(['recorded', 'recorded', 'repeated']);
});

test('an ID in bytes that are no UTF-8 may be anyone’s', async () => {
  const { receive, events } = openReceiver();
  const Patient = { Identifiers: [{ ID: 'SYN-É1', IDType: 'MR' }] };
  await receive(Buffer.from(JSON.stringify(pushed('New', {}, { Patient })), 'latin1'));
  expect(await events()).toMatchObject([{ kind: 'SAVED', isPatientPartlyRead: true }]);
});
