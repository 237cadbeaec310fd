/** The audit trail, from outside: who asked for which patient, and what came of it, before the answer leaves. */
import { appendFile, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AnswerHook, startSandbox } from '../../sandbox/sandbox.ts';
import { AUDIENCE, ISSUER, signToken, writeJwksFile } from '../http/callers/issuer.ts';
import { patientQuery } from '../resilience/operations.ts';
import { askTogether } from '../support/arrivals.ts';
import { holdAnswers } from '../support/gate.ts';
import { postOperation, startTestGateway } from '../support/gateway.ts';
import { eventsOf, startGatewayProcess } from '../support/gateway-process.ts';
import { byRecordNumber, chartDocument } from '../support/own-chart.ts';
import { untilUnderWay } from '../support/read-metrics.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { type Line, linesOf, newFile, verify } from './lines.ts';

const CHARTS = [
  chartDocument('a', { documentId: 'a-1', visitNumber: 'V-shared' }),
  chartDocument('a', { documentId: 'a-2' }),
  chartDocument('b', { documentId: 'b-1', visitNumber: 'V-shared' }),
];
const OF_PATIENTS = `query Charts($patients: [PatientInput!]!) { patients(patients: $patients) { media { totalCount } visits { visitNumber } } }`;
const [A, B, NOBODY] = ['a', 'b', 'nobody'].map(byRecordNumber);

const summary = ({ outcome, items, code }: Line) => [outcome, items, code];

test('the record of a patient whose document contradicts the empty chart has the code of that error', async () => {
  const file = await newFile();
  const answer: AnswerHook = ({ documentIds }) => (documentIds === null ? [] : undefined);
  await using gateway = await startTestGateway({ charts: CHARTS, answer }, { AUDIT_FILE: file });
  await gateway.ask('{ media(documentId: "a-1") { patient { media { totalCount } } } }');
  expect((await linesOf(file)).map(summary)).toEqual([['answered', 1, 'UNATTRIBUTED']]);
});

describe('one record for each patient of an operation', () => {
  test('who, what, whose, what came of it: hashed, as far as it is about a patient', async () => {
    const file = await newFile();
    await using gateway = await startTestGateway({ charts: CHARTS }, { AUDIT_FILE: file });
    await gateway.ask(OF_PATIENTS, { patients: [A, B, NOBODY] });
    const lines = await linesOf(file);
    expect(lines.map(summary)).toEqual([
      ['answered', 2, null],
      ['answered', 1, null],
      ['empty', 0, null],
    ]);
    expect(lines[0]).toEqual({
      seq: 1,
      previous: '0'.repeat(64),
      event: 'audit',
      time: expect.stringMatching(/^20\d\d-\d\d-\d\dT/),
      operation: { name: 'Charts', hash: expect.stringMatching(/^[0-9a-f]{64}$/), event: 'Query' },
      subject: null,
      client: null,
      address: '127.0.0.1',
      destination: 'general',
      patient: expect.stringMatching(/^[0-9a-f]{32}$/),
      outcome: 'answered',
      code: null,
      items: 2,
      redoxLogIds: [expect.stringMatching(/^[\w-]{36}$/)],
      calls: [expect.stringMatching(/^[\w-]{36}$/)],
      durationMs: expect.any(Number),
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    // One call for all three; three patients, three hashes; nothing of them in the clear.
    expect(new Set(lines.flatMap(({ calls }) => calls)).size).toBe(1);
    expect(new Set(lines.map(({ patient }) => patient)).size).toBe(3);
    // Random ids may look like anything.
    const text = (await readFile(file, 'utf8')).replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, '');
    expect(text).not.toMatch(/SYN-|e-a|V-shared|a-1/);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    // The same patient, asked for again, has the same hash.
    await gateway.ask(OF_PATIENTS, { patients: [A] });
    expect((await linesOf(file)).at(-1)?.patient).toBe(lines[0]?.patient);
  });

  test('what Redox calls its calls: log ids, and the trace id of its answer, also of one that failed', async () => {
    const file = await newFile();
    await using gateway = await startTestGateway({ charts: CHARTS }, { AUDIT_FILE: file });
    const headers = { 'redox-trace-id': 'trace-1' };
    const Meta = { Logs: [{ ID: 'log-1' }] };
    gateway.redox.answer = () => ({ status: 200, headers, body: { Meta, Media: [] } });
    await gateway.ask(OF_PATIENTS, { patients: [A] });
    gateway.redox.answer = () => ({ status: 403, headers, body: '<html>' });
    const { errors } = await gateway.ask(OF_PATIENTS, { patients: [A] });
    expect(errors[0]?.extensions['redox']).toEqual({ logIds: [], status: 403, traceId: 'trace-1' });
    expect(
      (await linesOf(file)).map(({ redoxLogIds, redoxTraceIds }) => [redoxLogIds, redoxTraceIds]),
    ).toEqual([
      [['log-1'], ['trace-1']],
      [[], ['trace-1']],
    ]);
  });

  test('a query that names no patient: whose documents came, or no patient', async () => {
    const file = await newFile();
    await using gateway = await startTestGateway(
      { charts: CHARTS },
      { AUDIT_FILE: file, AUDIT_PATIENTS: 'plain' },
    );
    await gateway.ask('{ visit(visitNumber: "V-shared") { media { totalCount } } }');
    await gateway.ask('{ media(documentId: "none") { documentType } }');
    const lines = await linesOf(file);
    expect(lines.map(({ identifiers, items }) => [identifiers, items])).toEqual([
      [['MR|SYN-a', 'EHRID|e-a'], 1],
      [['MR|SYN-b', 'EHRID|e-b'], 1],
      [undefined, 0],
    ]);
    expect(lines.at(-1)?.patient).toBeNull();
  });

  test('refused and failed ones too, with who asked; none where no patient is touched', async () => {
    const file = await newFile();
    const auth = {
      AUTH_MODE: 'jwt',
      AUTH_ISSUER: ISSUER,
      AUTH_AUDIENCE: AUDIENCE,
      AUTH_JWKS_FILE: await writeJwksFile(),
    };
    await using gateway = await startTestGateway({ charts: CHARTS }, { ...auth, AUDIT_FILE: file });
    const ask = async (claims: Record<string, unknown>, query: string, variables = {}) =>
      gateway.ask(query, variables, { authorization: `Bearer ${await signToken({ claims })}` });
    await ask({ redox_patients: ['MR|SYN-a'], sub: 'nurse', client_id: 'app' }, OF_PATIENTS, {
      patients: [A, B],
    });
    gateway.redox.answer = () => ({ status: 500 });
    await ask({}, OF_PATIENTS, { patients: [B] });
    await ask({}, '{ destinations { id } }');
    const lines = await linesOf(file);
    lines.sort((one, other) => (one.outcome < other.outcome ? -1 : 1));
    expect(lines.map(summary)).toEqual([
      ['answered', 2, null],
      ['failed', 0, 'UPSTREAM_UNAVAILABLE'],
      ['refused', 0, 'FORBIDDEN'],
    ]);
    expect(lines[0]).toMatchObject({ subject: 'nurse', client: 'app' });
    // A 500 is asked again once.
    expect(lines[1]?.calls).toHaveLength(2);
    expect(lines[2]?.calls).toEqual([]);
  });

  test('200 operations at once: none is lost, and shared calls show', async () => {
    const file = await newFile();
    await using gateway = await startTestGateway({ charts: CHARTS }, { AUDIT_FILE: file });
    const answers = await askTogether(gateway, 200, () =>
      gateway.ask(OF_PATIENTS, { patients: [A, NOBODY] }),
    );
    expect(answers.every(({ errors }) => errors.length === 0)).toBe(true);
    const lines = await linesOf(file);
    expect(lines).toHaveLength(400);
    expect(lines.filter(({ outcome }) => outcome === 'answered')).toHaveLength(200);
    expect(new Set(lines.flatMap(({ calls }) => calls)).size).toBe(gateway.redox.callCount);
    expect(gateway.redox.callCount).toBe(1);
    expect(await verify(file)).toMatchObject({ code: 0, text: expect.stringContaining('400 lines, whole.') });
  });
});

describe('a file that stays', () => {
  const ask = async (file: string) => {
    await using gateway = await startTestGateway({ charts: CHARTS }, { AUDIT_FILE: file });
    await gateway.ask(OF_PATIENTS, { patients: [A] });
  };

  test('is gone on with after a restart, and after a crash in the middle of a line', async () => {
    const file = await newFile();
    await ask(file);
    await ask(file);
    await appendFile(file, '{"seq":3,"previous":"');
    await ask(file);
    expect((await linesOf(file)).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect((await verify(file)).code).toBe(0);
  });

  test('shows what was done to it', async () => {
    const file = await newFile();
    for (let times = 0; times < 3; times++) await ask(file);
    const head = String((await linesOf(file)).at(-1)?.['hash']);
    const lines = (await readFile(file, 'utf8')).split('\n');
    const cases: [string[], number][] = [
      [lines.map((line, at) => (at === 1 ? line.replace('"items":2', '"items":0') : line)), 2],
      [lines.toSpliced(0, 1), 1],
      [lines.toSpliced(1, 1), 2],
    ];
    for (const [changed, at] of cases) {
      await writeFile(file, changed.join('\n'));
      expect(await verify(file)).toMatchObject({
        code: 1,
        text: expect.stringContaining(`Broken at line ${at}:`),
      });
    }
    // An end that was cut off shows to who knows a later hash.
    await writeFile(file, lines.toSpliced(2, 1).join('\n'));
    expect((await verify(file)).code).toBe(0);
    expect(await verify(file, '--head', head)).toMatchObject({
      code: 1,
      text: expect.stringContaining('without the line'),
    });
    expect(await verify()).toMatchObject({ code: 1, text: expect.stringContaining('audit:verify') });
  });

  test.each([
    [
      'does not end as a trail does',
      async () => {
        const file = await newFile();
        await writeFile(file, 'somebody’s notes\n');
        return file;
      },
    ],
    ['cannot be made', async () => '/no/such/folder/audit.jsonl'],
    ['is a folder', async () => mkdtemp(join(tmpdir(), 'audit-'))],
  ])('keeps the gateway from starting when it %s', async (_, make) => {
    await expect(startTestGateway({ charts: [] }, { AUDIT_FILE: await make() })).rejects.toMatchObject({
      faults: [{ variable: 'AUDIT_FILE' }],
    });
  });
});

describe('while it cannot be written', () => {
  const FULL = '/dev/full';

  test('answers about patients are held back', async () => {
    await using gateway = await startTestGateway({ charts: CHARTS }, { AUDIT_FILE: FULL });
    const { status, data, errors } = await gateway.ask(OF_PATIENTS, { patients: [A] });
    expect({ status, data }).toEqual({ status: 503, data: undefined });
    expect(errors).toEqual([
      {
        message: 'The gateway is busy; try again later.',
        extensions: { code: 'OVERLOADED', retryable: true },
      },
    ]);
    expect((await gateway.ask('{ destinations { id } }')).status).toBe(200);
  });

  test('or leave, where the settings say so', async () => {
    const settings = { AUDIT_FILE: FULL, AUDIT_ON_FAILURE: 'continue' };
    await using gateway = await startTestGateway({ charts: CHARTS }, settings);
    expect((await gateway.ask(OF_PATIENTS, { patients: [A] })).errors).toEqual([]);
  });
});

test('on stdout without a file; what was answered before the end is there', async () => {
  const redox = await startSandbox({ charts: CHARTS });
  using gate = holdAnswers(redox);
  onTestFinished(() => redox.close());
  const { AUDIT_FILE: _, ...settings } = settingsFor(redox);
  const gateway = await startGatewayProcess({
    ...settings,
    AUDIT_FILE: '',
    LOG_LEVEL: 'info',
    REDOX_CONCURRENCY: '1',
  });
  const asked = Array.from({ length: 50 }, (_, at) =>
    postOperation(gateway.url, { query: patientQuery(`p${at}`) }),
  );
  await untilUnderWay(gateway.url, redox, asked.length);
  gateway.child.kill('SIGTERM');
  await until(() => eventsOf(gateway.output.stdout).some(({ event }) => event === 'draining'));
  gate.open();
  const answers = await Promise.all(asked);
  expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
  expect(await gateway.ended).toEqual([0, null]);
  const audited = eventsOf(gateway.output.stdout).filter(({ event }) => event === 'audit');
  expect(audited).toHaveLength(answers.length);
});

test('postOperation of a refused document leaves no record', async () => {
  const file = await newFile();
  await using gateway = await startTestGateway({ charts: CHARTS }, { AUDIT_FILE: file });
  expect((await postOperation(gateway.url, { query: '{ nothing }' })).status).toBe(400);
  expect(await linesOf(file)).toEqual([]);
});
