/**
 * A question that begins after a write was sent is never answered from a Media Query that was sent before that write was
 * answered, unless it is about a patient who is provably another one.
 */
import { describe, expect, test } from 'vitest';
import type { RecordedCall } from '../../sandbox/sandbox.ts';
import { countArrivals } from '../support/arrivals.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { Gate } from '../support/gate.ts';
import { startTestGateway } from '../support/gateway.ts';
import { until } from '../support/until.ts';
import { ask, charts, documentsIn, OF_B } from './asked-documents.ts';
import { DELETE, deletion, SAVE, saving } from './inputs.ts';

const BY_RECORD_NUMBER =
  'patient(identifiers: { value: "SYN-a", idType: "MR" }) { media { nodes { documentId } } }';

const BY_EHR_ID =
  'patient(identifiers: { value: "e-a", idType: "EHRID" }) { media { nodes { documentId } } }';

const BY_VISIT = 'visit(visitNumber: "V-a") { media { nodes { documentId } } }';
const BY_DOCUMENT = 'mediaSearch(filter: { documentIds: ["old"] }) { nodes { documentId } }';

const OF_BOTH = `mediaSearch(filter: { patients: [
  { identifiers: { value: "SYN-a", idType: "MR" } }, { identifiers: { value: "SYN-b", idType: "MR" } }
] }) { nodes { documentId } }`;

const eventOf = ({ query }: RecordedCall) => (query as { Meta: { EventType: string } }).Meta.EventType;

/** A gateway whose first Media Query hangs at the destination, which has read the chart, until the gate opens. */
async function startWithSlowQuery(question: string) {
  const gate = new Gate();
  let asked = 0;
  const gateway = await startTestGateway({
    charts,
    answer: async (_, documents) => {
      asked += 1;
      if (asked === 1) await gate.passed;
      return documents;
    },
  });
  const slow = gateway.ask(`{ ${question} }`);
  await until(() => asked === 1);
  return { gateway, slow, gate, countQueries: () => asked };
}

test('what saveMedia selects of its document is there, while a slow query for the chart is in flight', async () => {
  const { gateway, slow, gate } = await startWithSlowQuery(BY_RECORD_NUMBER);
  await using _ = gateway;
  const { data } = await gateway.ask(SAVE, { input: saving('a', { documentId: 'new' }) });
  expect(data).toMatchObject({ saveMedia: { media: { documentId: 'new' } } });
  gate.open();
  expect(documentsIn((await slow).data)).toEqual(['old']);
});

describe('after an answered delete the document is not listed any more, while a slow query is in flight', () => {
  test.each([
    ['for the same patient', BY_RECORD_NUMBER, BY_RECORD_NUMBER, []],
    ['for the patient by another identifier', BY_EHR_ID, BY_EHR_ID, []],
    ['for its visit', BY_VISIT, BY_VISIT, []],
    ['for the document', BY_DOCUMENT, BY_DOCUMENT, []],
    ['for several patients', OF_BOTH, BY_RECORD_NUMBER, []],
  ])('%s', async (_, first, second, left) => {
    const { gateway, slow, gate } = await startWithSlowQuery(first);
    await using _own = gateway;
    const deleted = await gateway.ask(DELETE, { input: deletion('a', { documentId: 'old' }) });
    expect(deleted.errors).toEqual([]);
    expect(await ask(gateway, second)).toEqual(left);
    gate.open();
    expect(documentsIn((await slow).data)).toContain('old');
  });

  test.each([
    ['refused', { status: 400 }],
    ['whose outcome is not known', { status: 504 }],
  ])('a write that was %s counts as any other', async (_, answer) => {
    const { gateway, slow, gate, countQueries } = await startWithSlowQuery(BY_RECORD_NUMBER);
    await using _own = gateway;
    gateway.redox.answerWrite = () => answer;
    await gateway.ask(DELETE, { input: deletion('a', { documentId: 'old' }) });
    expect(await ask(gateway, BY_RECORD_NUMBER)).toEqual(['old']);
    expect(countQueries()).toBe(2);
    gate.open();
    await slow;
  });
});

describe('who is provably another patient joins a query that is older than the write', () => {
  const PLAIN_SAVE = 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }';

  test('asked alone', async () => {
    const { gateway, slow, gate, countQueries } = await startWithSlowQuery(OF_B);
    await using _ = gateway;
    await gateway.ask(PLAIN_SAVE, { input: saving('a', { documentId: 'new' }) });
    const joined = ask(gateway, OF_B);
    // The next tick would have sent it.
    expect(await ask(gateway, BY_RECORD_NUMBER)).toEqual(['new', 'old']);
    expect(countQueries()).toBe(2);
    gate.open();
    expect(await joined).toEqual(['of-b']);
    await slow;
    expect(countQueries()).toBe(2);
  });

  test('asked with the patient of the write, who alone is asked anew', async () => {
    const { gateway, slow, gate, countQueries } = await startWithSlowQuery(OF_B);
    await using _ = gateway;
    await gateway.ask(PLAIN_SAVE, { input: saving('a', { documentId: 'new' }) });
    const both = ask(gateway, OF_BOTH);
    await until(() => countQueries() === 2);
    gate.open();
    expect(await both).toEqual(['new', 'of-b', 'old']);
    await slow;
    expect(gateway.redox.calls.map(({ query }) => (query as { Patients?: unknown }).Patients)).toEqual([
      [{ Identifiers: [{ ID: 'SYN-b', IDType: 'MR' }] }],
      undefined,
      [{ Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] }],
    ]);
  });
});

describe('a question that begins while a write is under way', () => {
  async function startWithSlowWrite() {
    const gate = new Gate();
    const gateway = await startTestGateway({ charts });
    gateway.redox.answerWrite = async () => {
      await gate.passed;
      return undefined;
    };
    const writing = gateway.ask(DELETE, { input: deletion('a', { documentId: 'old' }) });
    await until(() => gateway.redox.inFlight === 1);
    return { gateway, gate, writing };
  }

  test.each([
    ['for its patient', BY_RECORD_NUMBER],
    ['for its patient by another identifier', BY_EHR_ID],
    ['for a visit', BY_VISIT],
    ['for a document', BY_DOCUMENT],
  ])('%s is sent when the write has been answered', async (_, question) => {
    const { gateway, gate, writing } = await startWithSlowWrite();
    await using _own = gateway;
    const answer = ask(gateway, question);
    // Another patient's question overtakes it.
    expect(await ask(gateway, OF_B)).toEqual(['of-b']);
    expect(gateway.redox.calls.map(eventOf)).toEqual(['Delete', 'Query']);
    gate.open();
    expect((await writing).errors).toEqual([]);
    expect(await answer).toEqual([]);
  });

  test('ends at its own deadline', async () => {
    const gate = new Gate();
    const clock = new FakeClock();
    await using gateway = await startTestGateway({ charts }, { OPERATION_TIMEOUT_MS: '700' }, clock);
    gateway.redox.answerWrite = async () => {
      await gate.passed;
      return undefined;
    };
    const writing = gateway.ask(DELETE, { input: deletion('a', { documentId: 'old' }) });
    await until(() => gateway.redox.inFlight === 1);
    await clock.advance(100);
    using arrivals = countArrivals(gateway.url);
    const answer = gateway.ask(`{ ${BY_RECORD_NUMBER} }`);
    await until(() => arrivals.count === 1);
    await clock.advance(700);
    const { errors } = await answer;
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['UPSTREAM_TIMEOUT']);
    gate.open();
    await writing;
  });

  test('of another destination does not wait', async () => {
    const { gateway, gate, writing } = await startWithSlowWrite();
    await using _ = gateway;
    const elsewhere = BY_RECORD_NUMBER.replace('(identifiers', '(destination: "county", identifiers');
    expect(await ask(gateway, elsewhere)).toEqual([]);
    gate.open();
    await writing;
  });
});

test('two aliases of one destination have their writes in common', async () => {
  const gate = new Gate();
  let asked = 0;
  await using gateway = await startTestGateway(
    {
      charts,
      answer: async (_, documents) => {
        asked += 1;
        if (asked === 1) await gate.passed;
        return documents;
      },
    },
    ({ destinations: { general } }) => ({
      REDOX_DESTINATIONS: `general=${general},again=${general}`,
    }),
  );
  const again = BY_RECORD_NUMBER.replace('(identifiers', '(destination: "again", identifiers');
  const slow = gateway.ask(`{ ${again} }`);
  await until(() => asked === 1);
  await gateway.ask(DELETE, { input: deletion('a', { documentId: 'old' }) });
  expect(await ask(gateway, again)).toEqual([]);
  gate.open();
  await slow;
});
