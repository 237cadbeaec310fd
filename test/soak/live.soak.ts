/** A thousand subscribers and a hundred events a second, each of which concerns ten of them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, Pool } from 'undici';
import { expect, onTestFinished, test } from 'vitest';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { pushed, SETTINGS, TOKEN } from '../events/pushed.ts';
import { readMetrics } from '../support/read-metrics.ts';
import { settingsFor } from '../support/settings.ts';
import { until } from '../support/until.ts';
import { SOAK_SECONDS, SOAK_TIMEOUT_MS } from './duration.ts';
import { startGatewayChild } from './gateway-child.ts';

const PATIENTS = 100;
const SUBSCRIBERS_OF_EACH = 10;
const SUBSCRIBERS = PATIENTS * SUBSCRIBERS_OF_EACH;
const EVENTS_PER_SECOND = 100;
/** Connections that are opened at once. */
const OPENED_AT_ONCE = 20;

const WARM_UP_ROUNDS = 500;

const MEGABYTE = 1_000_000;
/** The goal is 64: docs/performance.md says what the rest is. */
const MAX_GROWTH_MEGABYTES = 128;
const MAX_P99_MS = 100;

const patientOf = (at: number) => `SYN-L-${at % PATIENTS}`;
const documentOf = (at: number) => `SYN-D-${at}`;

const QUERY = `subscription ($id: ID!) {
  mediaChanged(filter: { patients: [{ identifiers: [{ value: $id, idType: "MR" }] }] }) {
    cursor kind documentId documentType patient { identifier { value } } provider { providerId } } }`;

interface Subscriber {
  readonly patient: string;
  readonly documents: string[];
}

/** Resolves when it is subscribed; it is told of each document as it arrives. */
async function subscribe(
  agent: Agent,
  url: string,
  patient: string,
  onDocument: (documentId: string) => void,
): Promise<Subscriber> {
  const subscriber: Subscriber = { patient, documents: [] };
  const { statusCode, body } = await agent.request({
    origin: new URL(url).origin,
    path: '/graphql',
    method: 'POST',
    headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
    body: JSON.stringify({ query: QUERY, variables: { id: patient } }),
  });
  expect(statusCode).toBe(200);
  let text = '';
  body.setEncoding('utf8');
  // At the end of the test, the agent is destroyed under it.
  body.on('error', () => undefined);
  body.on('data', (chunk: string) => {
    text += chunk;
    const frames = text.split('\n\n');
    text = frames.pop() ?? '';
    for (const frame of frames) {
      const documentId = /"documentId":"([^"]+)"/.exec(frame)?.[1];
      if (documentId === undefined) continue;
      subscriber.documents.push(documentId);
      onDocument(documentId);
    }
  });
  return subscriber;
}

async function subscribeAll(url: string, onDocument: (documentId: string) => void): Promise<Subscriber[]> {
  const agent = new Agent({ connections: SUBSCRIBERS, bodyTimeout: 0, pipelining: 1 });
  onTestFinished(() => agent.destroy());
  const subscribers: Subscriber[] = [];
  for (let from = 0; from < SUBSCRIBERS; from += OPENED_AT_ONCE) {
    const opened = Array.from({ length: OPENED_AT_ONCE }, (_, at) =>
      subscribe(agent, url, patientOf(from + at), onDocument),
    );
    subscribers.push(...(await Promise.all(opened)));
  }
  return subscribers;
}

/** Sends events at their rate, however long each takes, and resolves to how many they were. */
async function pushAll(url: string, sentAt: Map<string, number>): Promise<number> {
  const pool = new Pool(new URL(url).origin, { connections: 8 });
  onTestFinished(() => pool.close());
  const count = SOAK_SECONDS * EVENTS_PER_SECOND;
  const beganAt = performance.now();
  const sent: Promise<unknown>[] = [];
  for (let at = 0; at < count; at += 1) {
    await sleep(Math.max(0, beganAt + (at * 1000) / EVENTS_PER_SECOND - performance.now()));
    const message = pushed(
      'New',
      { DocumentID: documentOf(at) },
      { Patient: { Identifiers: [{ ID: patientOf(at), IDType: 'MR' }] } },
    );
    sentAt.set(documentOf(at), performance.now());
    const headers = { 'verification-token': TOKEN };
    const post = { path: '/redox/events', method: 'POST', headers, body: JSON.stringify(message) } as const;
    sent.push(pool.request(post).then(({ body }) => body.dump()));
  }
  await Promise.all(sent);
  return count;
}

/** A process that is used at all has young generations of their full size: what subscriptions take comes on top. */
async function warmUp(url: string): Promise<void> {
  const pool = new Pool(new URL(url).origin, { connections: 8 });
  const query = `{ patient(identifiers: [{ value: "SYN-L-1", idType: "MR" }]) { id destination identifier { value } } }`;
  const headers = { 'content-type': 'application/json' };
  const post = { path: '/graphql', method: 'POST', headers, body: JSON.stringify({ query }) } as const;
  for (let round = 0; round < WARM_UP_ROUNDS; round += 1) {
    const operations = Array.from({ length: 8 }, () => pool.request(post).then(({ body }) => body.dump()));
    await Promise.all(operations);
  }
  await pool.close();
}

const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

test('a thousand subscribers', { timeout: SOAK_TIMEOUT_MS }, async () => {
  const redox = await startSandbox({ charts: [] });
  onTestFinished(() => redox.close());
  // As `npm start` runs it.
  const flags = ['--no-allocation-site-pretenuring'];
  const gateway = await startGatewayChild({ ...settingsFor(redox), ...SETTINGS }, flags);
  await warmUp(gateway.url);
  const { peakRssBytes: before } = await gateway.read();
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  const subscribers = await subscribeAll(gateway.url, (documentId) => {
    latencies.push(performance.now() - (sentAt.get(documentId) ?? Number.NaN));
  });
  expect((await readMetrics(gateway.url)).get('subscribers')).toBe(SUBSCRIBERS);
  const { peakRssBytes: subscribed } = await gateway.read();
  const count = await pushAll(gateway.url, sentAt);
  await until(() => latencies.length >= count * SUBSCRIBERS_OF_EACH);
  const { peakRssBytes, loopDelayP99Ms } = await gateway.read();
  const all = Array.from({ length: count }, (_, at) => at);
  const expected = Map.groupBy(all, patientOf);
  for (const { patient, documents } of subscribers) {
    expect(documents).toEqual(expected.get(patient)?.map(documentOf));
  }
  latencies.sort((a, b) => a - b);
  const [median, p99] = [0.5, 0.99].map((share) => percentile(latencies, share));
  const grown = (bytes: number) => Math.round((bytes - before) / MEGABYTE);
  process.stdout.write(
    `${latencies.length} deliveries, ms: median ${median?.toFixed(1)}, p99 ${p99?.toFixed(1)}; event loop p99 ${loopDelayP99Ms.toFixed(1)} ms; ` +
      `megabytes beyond a process that answers queries (${Math.round(before / MEGABYTE)}): ${grown(subscribed)} with all subscribers, ${grown(peakRssBytes)} at most\n`,
  );
  expect(p99).toBeLessThanOrEqual(MAX_P99_MS);
  expect(grown(peakRssBytes)).toBeLessThanOrEqual(MAX_GROWTH_MEGABYTES);
});
