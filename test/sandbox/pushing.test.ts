/** What is written to the sandbox is pushed to its subscribers, as Redox pushes: verification, order, repetition and all. */
import { describe, expect, test } from 'vitest';
import { Gate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { getToken, type JsonObject, mediaQuery, post } from './client.ts';
import { idOf, media, metaOf, PATIENT, pauses, start, TOKEN, write } from './pushes.ts';
import { type Reaction, startSubscriber } from './subscriber.ts';

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
