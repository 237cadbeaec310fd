/** How often, and for how long, the sandbox delivers an event that is not taken. */
import { describe, expect, test } from 'vitest';
import { EventFeed } from '../../sandbox/push/event-feed.ts';
import { PushEndpoint } from '../../sandbox/push/push-endpoint.ts';
import { Gate } from '../support/gate.ts';
import { until } from '../support/until.ts';
import { fired, idOf, media, metaOf, pauses, start, TOKEN, write } from './pushes.ts';
import { type Arrival, type Reaction, startSubscriber } from './subscriber.ts';

/** Answers events by this list, then with 200; the challenge as it should. */
function answerEvents(...reactions: Reaction[]) {
  return ({ body }: Arrival): Reaction => ('challenge' in body ? 'verify' : (reactions.shift() ?? 200));
}

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
