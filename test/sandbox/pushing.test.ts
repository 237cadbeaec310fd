/** What is written to the sandbox is pushed to its subscribers, as Redox pushes: verification, order, repetition and all. */
import { describe, expect, test } from 'vitest';
import { EventFeed } from '../../sandbox/push/event-feed.ts';
import { PushEndpoint } from '../../sandbox/push/push-endpoint.ts';
import {
  type DestinationAlias,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../sandbox/sandbox.ts';
import { Gate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { getToken, type JsonObject, mediaQuery, post } from './client.ts';
import { type Arrival, type Reaction, startSubscriber } from './subscriber.ts';

const TOKEN = 'a-token-that-the-two-agreed-on-before';
const FILE = Buffer.from('synthetic').toString('base64');
const PATIENT = { Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] };

/** All of what Redox's schema has for a document. */
function media(id: string, change: JsonObject = {}): JsonObject {
  return {
    FileType: 'PDF',
    FileName: `${id}.pdf`,
    FileContents: FILE,
    DocumentType: 'Consent Form',
    DocumentID: id,
    DocumentDescription: 'synthetic',
    CreationDateTime: '2026-03-04T15:20:11.402Z',
    ServiceDateTime: '2026-03-04',
    Availability: 'Unavailable',
    Authenticated: 'True',
    Authenticator: { ID: '9', FirstName: 'Syn', LastName: 'Thetic', Credentials: ['MD'] },
    Provider: { ID: '1', IDType: 'NPI', EmailAddresses: ['syn@example.invalid'] },
    ...change,
  };
}

interface Written {
  readonly type?: string;
  readonly to?: readonly DestinationAlias[];
  readonly media: JsonObject;
}

async function write(sandbox: Sandbox, { type = 'New', to = ['general'], media: written }: Written) {
  const { Meta } = mediaQuery(sandbox, 'general', {}) as { Meta: JsonObject };
  const Destinations = to.map((alias) => ({ ID: sandbox.destinations[alias] }));
  const response = await post(sandbox, await getToken(sandbox), {
    Meta: { ...Meta, EventType: type, Destinations },
    Patient: PATIENT,
    Visit: { VisitNumber: '7' },
    Orders: [{ ID: 'o' }],
    Media: written,
  });
  expect(response.status).toBe(200);
}

/** More than any test here makes: a loop that never ends is seen by what does not arrive. */
const MAX_PAUSES = 40;

function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

/** Pauses are listed and end at once; the time of an attempt ends when the test says so. */
function pauses() {
  const listed: number[] = [];
  let endAttempt = () => {};
  const wait: NonNullable<SandboxOptions['wait']> = (ms, signal) => {
    if (ms < 120_000 && listed.push(ms) <= MAX_PAUSES) return Promise.resolve();
    return Promise.race([
      fired(signal),
      new Promise<void>((resolve) => {
        endAttempt = resolve;
      }),
    ]);
  };
  return { listed, wait, endAttempt: () => endAttempt() };
}

function start(url: string, options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ charts: [], subscribers: [{ url, verificationToken: TOKEN }], ...options });
}

const idOf = ({ body }: Arrival) => (body['Media'] as JsonObject)['DocumentID'];
const metaOf = ({ body }: Arrival) =>
  body['Meta'] as { EventType: string; Source: { ID: string }; Logs: { ID: string; AttemptID: string }[] };
/** Answers events by this list, then with 200; the challenge as it should. */
function answerEvents(...reactions: Reaction[]) {
  return ({ body }: Arrival): Reaction => ('challenge' in body ? 'verify' : (reactions.shift() ?? 200));
}

describe('verification', () => {
  test('comes first, with a challenge and the token', async () => {
    await using subscriber = await startSubscriber();
    await using sandbox = await start(subscriber.url);
    await write(sandbox, { media: media('one') });
    await until(() => subscriber.arrivals.length === 2);
    const [first, second] = subscriber.arrivals;
    expect(first?.body).toEqual({
      'verification-token': TOKEN,
      challenge: expect.stringMatching(/^[\w-]{36}$/),
    });
    expect(first?.headers).toMatchObject({ 'application-name': 'RedoxEngine' });
    expect(second?.headers).toMatchObject({
      'verification-token': TOKEN,
      'application-name': 'RedoxEngine',
      'content-type': 'application/json',
    });
  });

  test.each<[string, Reaction]>([
    ['is refused', 401],
    ['is answered without the challenge', 200],
    ['leads to another address', 307],
    ['is not answered', 'hang up'],
  ])('that %s is tried again, and what is written meanwhile waits', async (_, reaction) => {
    const written = new Gate();
    await using subscriber = await startSubscriber(async ({ body }, count) => {
      if (count === 1) await written.passed;
      if (count < 4) return reaction;
      return 'challenge' in body ? 'verify' : 200;
    });
    const { listed, wait } = pauses();
    const reports: string[] = [];
    await using sandbox = await start(subscriber.url, { wait, report: (line) => reports.push(line) });
    await write(sandbox, { media: media('one') });
    await write(sandbox, { media: media('two') });
    written.open();
    await until(() => subscriber.events.length === 2);
    expect(subscriber.arrivals.map(({ body }) => 'challenge' in body)).toEqual([
      ...Array.from({ length: 4 }, () => true),
      false,
      false,
    ]);
    expect(listed).toEqual([1_000, 2_000, 4_000]);
    expect(reports).toHaveLength(4);
    expect(reports.at(-1)).toBe(`${subscriber.url} is verified: events are pushed to it.`);
    const challenges = subscriber.arrivals.map(({ body }) => body['challenge']).slice(0, 4);
    expect(new Set(challenges).size).toBe(4);
  });
});

describe('an event', () => {
  test('is the message as it was written, from the source, with its file inline; a Delete has none', async () => {
    await using subscriber = await startSubscriber();
    await using sandbox = await start(subscriber.url, { clock: () => Date.UTC(2026, 2, 4) });
    const token = await getToken(sandbox, Date.UTC(2026, 2, 4));
    const form = new FormData();
    form.append('file', new Blob(['an uploaded file']), 'f.txt');
    const upload = await fetch(sandbox.uploadUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: form,
    });
    const { URI } = (await upload.json()) as { URI: string };
    const send = async (type: string, written: JsonObject) => {
      const { Meta } = mediaQuery(sandbox, 'general', {}) as { Meta: JsonObject };
      const message = { Meta: { ...Meta, EventType: type }, Patient: PATIENT, Visit: null, Media: written };
      expect((await post(sandbox, token, message)).status).toBe(200);
    };
    await send('New', media('one'));
    await send('Replace', media('two', { OriginalDocumentID: 'one', FileContents: URI }));
    await send('Delete', media('two'));
    await until(() => subscriber.events.length === 3);
    const { FileContents: _, ...deleted } = media('two');
    expect(subscriber.events.map(({ body }) => body['Media'])).toEqual([
      media('one'),
      media('two', {
        OriginalDocumentID: 'one',
        FileContents: Buffer.from('an uploaded file').toString('base64'),
      }),
      deleted,
    ]);
    expect(subscriber.events.map((event) => metaOf(event).EventType)).toEqual(['New', 'Replace', 'Delete']);
    const { Meta, ...rest } = subscriber.events[0]?.body ?? {};
    expect(rest).toEqual({ Patient: PATIENT, Visit: null, Media: media('one') });
    expect(Meta).toEqual({
      DataModel: 'Media',
      EventType: 'New',
      EventDateTime: '2026-03-04T00:00:00.000Z',
      Test: true,
      Source: { ID: sandbox.sources.general, Name: 'General Hospital (synthetic)' },
      Destinations: [{ ID: expect.any(String), Name: expect.any(String) }],
      Logs: [{ ID: expect.any(String), AttemptID: expect.any(String) }],
    });
    expect(Object.values<string>(sandbox.destinations)).not.toContain(sandbox.sources.general);
  });

  test('of a write to two destinations comes once from each source', async () => {
    await using subscriber = await startSubscriber();
    await using sandbox = await start(subscriber.url);
    await write(sandbox, { to: ['general', 'county'], media: media('one') });
    await until(() => subscriber.events.length === 2);
    const sources = subscriber.events.map((event) => metaOf(event).Source.ID);
    expect(sources.toSorted()).toEqual(Object.values(sandbox.sources).toSorted());
  });

  test('that does not fit into one message has the URI of its upload in place of the file', async () => {
    await using subscriber = await startSubscriber();
    await using sandbox = await start(subscriber.url);
    const form = new FormData();
    form.append('file', new Blob([Buffer.alloc(30_000_000)]), 'f.bin');
    const upload = await fetch(sandbox.uploadUrl, {
      method: 'POST',
      headers: { authorization: `Bearer ${await getToken(sandbox)}` },
      body: form,
    });
    const { URI } = (await upload.json()) as { URI: string };
    // With it the message is a little above 40 MB.
    const DocumentDescription = 'x'.repeat(2_000_000);
    await write(sandbox, { media: media('large', { FileContents: URI, DocumentDescription }) });
    await until(() => subscriber.events.length === 1);
    expect(subscriber.events[0]?.body['Media']).toMatchObject({ DocumentID: 'large', FileContents: URI });
  });

  test('of a write that was refused, or answered by a hook, is none', async () => {
    await using subscriber = await startSubscriber();
    await using sandbox = await start(subscriber.url);
    const token = await getToken(sandbox);
    const { Meta } = mediaQuery(sandbox, 'general', {}) as { Meta: JsonObject };
    const refused = {
      Meta: { ...Meta, EventType: 'New' },
      Patient: PATIENT,
      Media: media('one', { Provider: {} }),
    };
    expect((await post(sandbox, token, refused)).status).toBe(400);
    sandbox.answerWrite = () => ({ status: 500 });
    const hooked = { Meta: { ...Meta, EventType: 'New' }, Patient: PATIENT, Media: media('two') };
    expect((await post(sandbox, token, hooked)).status).toBe(500);
    sandbox.answerWrite = undefined;
    await write(sandbox, { media: media('three') });
    await until(() => subscriber.events.length > 0);
    expect(subscriber.events.map(idOf)).toEqual(['three']);
  });
});

describe('delivery', () => {
  test('is in order, and the next one waits for the 200', async () => {
    const held = new Gate();
    await using subscriber = await startSubscriber(async ({ body }) => {
      if ('challenge' in body) return 'verify';
      await held.passed;
      return 200;
    });
    await using sandbox = await start(subscriber.url);
    const ids = Array.from({ length: 20 }, (_, at) => `d${at}`);
    for (const id of ids) await write(sandbox, { media: media(id) });
    await until(() => subscriber.events.length > 0);
    // Another source's feed is another one.
    await write(sandbox, { to: ['county'], media: media('elsewhere') });
    await until(() => subscriber.events.length > 1);
    expect(subscriber.events.map(idOf)).toEqual(['d0', 'elsewhere']);
    held.open();
    await until(() => subscriber.events.length === ids.length + 1);
    expect(subscriber.events.map(idOf).filter((id) => id !== 'elsewhere')).toEqual(ids);
  });

  test('is repeated at longer and longer pauses, without end, each time with ids of its own', async () => {
    const faults: Reaction[] = [500, 503, 'hang up', 404, 302, 204, 429, 500, 500, 500];
    await using subscriber = await startSubscriber(answerEvents(...faults));
    const { listed, wait } = pauses();
    await using sandbox = await start(subscriber.url, { wait });
    await write(sandbox, { media: media('one') });
    await write(sandbox, { media: media('two') });
    await until(() => subscriber.events.length === faults.length + 2);
    expect(subscriber.events.map(idOf)).toEqual([...faults.map(() => 'one'), 'one', 'two']);
    expect(listed).toEqual([1, 2, 4, 8, 16, 32, 64, 90, 90, 90].map((seconds) => seconds * 1000));
    const logs = subscriber.events.flatMap((event) => metaOf(event).Logs);
    expect(new Set(logs.flatMap(({ ID, AttemptID }) => [ID, AttemptID])).size).toBe(2 * logs.length);
    const withoutMeta = subscriber.events.map(({ body: { Meta: _, ...rest } }) => JSON.stringify(rest));
    expect(new Set(withoutMeta).size).toBe(2);
  });

  test('that is not answered in time is cut and repeated', async () => {
    const silent = new Gate();
    let isFirst = true;
    await using subscriber = await startSubscriber(async ({ body }) => {
      if ('challenge' in body) return 'verify';
      if (isFirst) {
        isFirst = false;
        await silent.passed;
      }
      return 200;
    });
    const { wait, endAttempt, listed } = pauses();
    await using sandbox = await start(subscriber.url, { wait });
    await write(sandbox, { media: media('one') });
    await until(() => subscriber.events.length === 1);
    expect(listed).toEqual([]);
    endAttempt();
    await until(() => subscriber.events.length === 2);
    expect(listed[0]).toBe(1_000);
    silent.open();
  });

  test('ends with the subscription, and what is written later goes to the others', async () => {
    await using first = await startSubscriber();
    await using second = await startSubscriber(answerEvents(500));
    const reports: string[] = [];
    const paused = new Gate();
    await using sandbox = await start(second.url, {
      report: (line) => reports.push(line),
      wait: (ms, signal) => Promise.race([fired(signal), ...(ms < 120_000 ? [paused.passed] : [])]),
    });
    const unsubscribe = sandbox.subscribe({ url: first.url, verificationToken: TOKEN });
    await write(sandbox, { media: media('one') });
    await until(() => first.events.length === 1 && second.events.length === 1);
    unsubscribe();
    await write(sandbox, { media: media('two') });
    paused.open();
    await until(() => second.events.length === 3);
    expect(second.events.map(idOf)).toEqual(['one', 'one', 'two']);
    expect(first.events.map(idOf)).toEqual(['one']);
  });

  test('ends with the sandbox while a subscriber stays away', async () => {
    await using subscriber = await startSubscriber(() => 500);
    const reports: string[] = [];
    const sandbox = await start(subscriber.url, { report: (line) => reports.push(line) });
    await until(() => reports.length === 1);
    await write(sandbox, { media: media('one') });
    await sandbox.close();
    expect(reports).toEqual([
      `${subscriber.url} answered 500 to the verification; the next attempt is in 1 s.`,
    ]);
    expect(subscriber.events).toEqual([]);
  });

  test('of more than is kept begins with what is left, and the loss is reported once', async () => {
    const away = new Gate();
    await using subscriber = await startSubscriber(async ({ body }) => {
      if (!('challenge' in body)) return 200;
      await away.passed;
      return 'verify';
    });
    let losses = 0;
    const parts = { clock: () => 0, wait: pauses().wait, report: () => undefined };
    const endpoint = new PushEndpoint({ url: subscriber.url, verificationToken: TOKEN }, parts);
    const feed = new EventFeed(endpoint, () => losses++);
    // A quarter of what is kept; too large for a message, so that each attempt sends its URI alone.
    const contents = 'A'.repeat(64 * 1024 * 1024);
    for (const id of ['sent', 'lost', 'lost, too', '1', '2', '3', '4']) {
      const message = { Media: { DocumentID: id, FileContents: 'https://blob.invalid/1' } };
      feed.add({ source: 'general', meta: {}, message, contents });
    }
    away.open();
    await until(() => subscriber.events.length === 5);
    expect(subscriber.events.map(idOf)).toEqual(['sent', '1', '2', '3', '4']);
    expect(losses).toBe(1);
    endpoint.end();
  });
});
