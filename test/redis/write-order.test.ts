/** Replicas over a real Redis: a question at one sees what was written at the other. */
import { describe, expect, test } from 'vitest';
import { Gate } from '../support/gate.ts';
import { postOperation } from '../support/gateway.ts';
import { chartDocument } from '../support/own-chart.ts';
import { until } from '../support/until.ts';
import { deletion, saving } from '../writes/inputs.ts';
import { startRedis, type TestRedis } from './redis-server.ts';
import { startTwoReplicas } from './two-replicas.ts';

const charts = [chartDocument('a', { documentId: 'old' }), chartDocument('b', { documentId: 'of-b' })];
const byRecordNumber = (name: string) =>
  `{ patient(identifiers: { value: "SYN-${name}", idType: "MR" }) { media { nodes { documentId } } } }`;
const BY_EHR_ID =
  '{ patient(identifiers: { value: "e-a", idType: "EHRID" }) { media { nodes { documentId } } } }';
const BY_VISIT = '{ visit(visitNumber: "V-a") { media { nodes { documentId } } } }';

async function startTwo(redis: TestRedis) {
  const { redox, writer, reader, isTold } = await startTwoReplicas(redis, charts);
  const ask = async (query: string) => {
    const { data } = await postOperation(reader.url, { query });
    return [...JSON.stringify(data).matchAll(/"documentId":"([^"]+)"/g)].map(([, id]) => id ?? '');
  };
  const remove = (url = writer.url, from = 'a') =>
    postOperation(url, {
      query: 'mutation ($input: DeleteMediaInput!) { deleteMedia(input: $input) { accepted } }',
      variables: { input: deletion(from, { documentId: 'old' }) },
    });
  const save = () =>
    postOperation(writer.url, {
      query: 'mutation ($input: SaveMediaInput!) { saveMedia(input: $input) { accepted } }',
      variables: { input: saving('a') },
    });
  return { redox, writer, reader, isTold, ask, remove, save };
}

/** Two replicas; the first query of the reader hangs at the destination, which has read the chart, until the gate opens. */
async function startWithSlowQuery(redis: TestRedis, question: string) {
  const started = await startTwo(redis);
  const gate = new Gate();
  let asked = 0;
  started.redox.answer = async (_, documents) => {
    asked += 1;
    if (asked === 1) await gate.passed;
    return documents;
  };
  const slow = started.ask(question);
  await until(() => asked === 1);
  return { ...started, slow, gate, countQueries: () => asked };
}

async function startWithSlowWrite(redis: TestRedis) {
  const started = await startTwo(redis);
  const gate = new Gate();
  started.redox.answerWrite = async () => {
    await gate.passed;
    return undefined;
  };
  const writing = started.remove().catch(() => undefined);
  await until(() => started.redox.inFlight === 1);
  return { ...started, gate, writing };
}

describe('with a slow query of the reader in flight', () => {
  test.each([
    ['the patient', byRecordNumber('a')],
    ['the patient by another identifier', BY_EHR_ID],
    ['the visit', BY_VISIT],
  ])('what another replica deleted is not listed any more for %s', async (_, question) => {
    await using redis = await startRedis();
    const { remove, ask, slow, gate } = await startWithSlowQuery(redis, question);
    expect((await remove()).errors).toEqual([]);
    expect(await ask(question)).toEqual([]);
    gate.open();
    expect(await slow).toEqual(['old']);
    expect(await redis.dump()).not.toMatch(/SYN-|EHRID|idType/);
  });

  test('nothing joins it once another replica has deleted a document, whichever patient was named', async () => {
    await using redis = await startRedis();
    const { writer, remove, ask, slow, gate, countQueries } = await startWithSlowQuery(
      redis,
      byRecordNumber('a'),
    );
    await remove(writer.url, 'b');
    expect(await ask(byRecordNumber('a'))).toEqual(['old']);
    expect(countQueries()).toBe(2);
    gate.open();
    await slow;
  });

  test('who is provably another patient joins it', async () => {
    await using redis = await startRedis();
    const { save, ask, slow, gate, countQueries } = await startWithSlowQuery(redis, byRecordNumber('b'));
    await save();
    const joined = ask(byRecordNumber('b'));
    expect(await ask(byRecordNumber('a'))).toEqual(['a-document', 'old']);
    gate.open();
    expect([await slow, await joined]).toEqual([['of-b'], ['of-b']]);
    expect(countQueries()).toBe(2);
  });

  test('nothing joins it once Redis has forgotten what was written meanwhile', async () => {
    await using redis = await startRedis();
    const { remove, ask, slow, gate, countQueries } = await startWithSlowQuery(redis, byRecordNumber('b'));
    await remove();
    expect(await ask(byRecordNumber('a'))).toEqual([]);
    await redis.flush();
    expect(await ask(byRecordNumber('b'))).toEqual(['of-b']);
    expect(countQueries()).toBe(3);
    gate.open();
    await slow;
  });

  test('nothing joins it while Redis cannot be read', async () => {
    await using redis = await startRedis();
    const { ask, slow, gate, countQueries, isTold } = await startWithSlowQuery(redis, byRecordNumber('b'));
    await redis.stop();
    await until(() => isTold(false));
    expect(await ask(byRecordNumber('b'))).toEqual(['of-b']);
    expect(countQueries()).toBe(2);
    gate.open();
    await slow;
  });
});

describe('a question that begins while another replica writes', () => {
  test.each([
    ['for the patient', byRecordNumber('a')],
    ['for the patient by another identifier', BY_EHR_ID],
    ['for a visit', BY_VISIT],
  ])('%s is sent when that write has been answered', async (_, question) => {
    await using redis = await startRedis();
    const { redox, ask, gate, writing } = await startWithSlowWrite(redis);
    const answer = ask(question);
    expect(await ask(byRecordNumber('b'))).toEqual(['of-b']);
    expect(redox.callCount).toBe(2);
    gate.open();
    await writing;
    expect(await answer).toEqual([]);
  });

  test('waits no longer than it takes to see that the replica is gone', { timeout: 30_000 }, async () => {
    await using redis = await startRedis();
    const { redox, ask, writer, gate } = await startWithSlowWrite(redis);
    const answer = ask(byRecordNumber('a'));
    // It says each second that its write is under way, for longer than its silence would be waited for.
    const [order = ''] = await redis.keys('write-order');
    await until(async () => Number(await redis.send('XLEN', order)) >= 6);
    expect(redox.callCount).toBe(1);
    writer.child.kill('SIGKILL');
    expect(await answer).toEqual(['old']);
    gate.open();
  });
});
