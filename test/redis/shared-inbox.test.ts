/** The inbox that replicas share through a real Redis: one order for all, nothing twice, and no gap that is not told. */
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSystemClock } from '../../src/clock.ts';
import { RedisConnection } from '../../src/redis/connection.ts';
import { InboxEntries } from '../../src/redis/inbox-entry.ts';
import { SharedInbox } from '../../src/redis/shared-inbox.ts';
import { Seal } from '../../src/seal.ts';
import { changeOf, receivedEvent } from '../events/received.ts';
import { until } from '../support/until.ts';
import { KEY, nameOf, SECRET, startReplicas } from './inbox-replicas.ts';

const IDENTIFIERS = [{ idType: 'MR', id: 'SYN-1' }];

describe('an event', () => {
  test('is heard of by every replica, in one order, as it was received', async () => {
    const { open } = await startReplicas();
    const [one, other] = [await open(), await open()];
    const event = changeOf({
      kind: 'REPLACED',
      identifiers: IDENTIFIERS,
      documentId: 'a',
      originalDocumentId: 'before',
      provider: {
        providerId: '1',
        idType: 'NPI',
        firstName: 'SYN-First',
        lastName: null,
        credentials: ['MD'],
        emailAddresses: [],
      },
      authenticated: true,
      availability: 'UNAVAILABLE',
    });
    expect(await one.inbox.record({ ...receivedEvent('a'), event })).toBe('recorded');
    expect(one.heard.map((heard) => heard.event)).toEqual([event]);
    await other.inbox.record(receivedEvent('b'));
    await Promise.all(Array.from({ length: 20 }, (_, at) => one.inbox.record(receivedEvent(`c${at}`))));
    await until(() => other.heard.length === 22);
    expect(other.heard).toEqual(one.heard);
    expect(one.inbox.newest).toBe(one.heard.at(-1)?.position);
    const positions = one.heard.map(({ position }) => position);
    expect(positions.toSorted((a, b) => one.inbox.compare(a, b))).toEqual(positions);
    expect([...one.missed, ...other.missed]).toEqual([]);
  });

  test('is heard of at another replica once that has caught up', async () => {
    const { open } = await startReplicas();
    const [one, other] = [await open(), await open()];
    for (let at = 0; at < 50; at += 1) {
      await one.inbox.record(receivedEvent(`d${at}`));
      expect(await other.inbox.catchUp()).toBe(true);
      expect(other.heard).toHaveLength(at + 1);
    }
  });

  test('that is sent again is recorded once, whichever replica gets it', async () => {
    const { open } = await startReplicas();
    const [one, other] = [await open(), await open()];
    const removal = receivedEvent('a', { kind: 'DELETED' });
    const results = [];
    for (const { inbox } of [one, other]) results.push(await inbox.record(removal));
    results.push(await one.inbox.record(receivedEvent('a')), await other.inbox.record(removal));
    expect(results).toEqual(['recorded', 'repeated', 'recorded', 'recorded']);
    const replacement = receivedEvent('b', { kind: 'REPLACED', originalDocumentId: 'a' });
    expect(await one.inbox.record(replacement)).toBe('recorded');
    expect(await other.inbox.record(removal)).toBe('recorded');
    // The old document was changed again, so that it is not the last event of both any more.
    expect(await one.inbox.record(replacement)).toBe('recorded');
    expect(await other.inbox.record(replacement)).toBe('repeated');
    const atOnce = await Promise.all(
      [one, other, one, other].map(({ inbox }) => inbox.record(receivedEvent('c'))),
    );
    expect(atOnce.toSorted()).toEqual(['recorded', 'repeated', 'repeated', 'repeated']);
    expect(one.names()).toEqual(['a', 'a', 'a', 'b', 'a', 'b', 'c']);
  });

  test('of so many others still counts as sent again', async () => {
    const { open, redis } = await startReplicas({ maxEvents: 10 });
    const { inbox } = await open();
    for (let at = 0; at < 35; at += 1) await inbox.record(receivedEvent(`d${at}`));
    for (let at = 26; at < 35; at += 1) expect(await inbox.record(receivedEvent(`d${at}`))).toBe('repeated');
    const keys =
      (await redis.keys('events-series')).length + (await redis.keys('events-series-before')).length;
    expect(keys).toBe(2);
    expect(await inbox.record(receivedEvent('d0'))).toBe('recorded');
  });

  test('leaves nothing readable in Redis', async () => {
    const { open, redis } = await startReplicas();
    const { inbox } = await open();
    await inbox.record(receivedEvent('SYN-document', { identifiers: IDENTIFIERS, fileName: 'SYN-name' }));
    const dump = await redis.dump();
    expect(dump).toContain('event');
    expect(dump).not.toMatch(/SYN|general|SAVED/);
  });

  test('that is far longer than any is recorded as one that cannot be read', async () => {
    const { open } = await startReplicas();
    const { inbox, heard } = await open();
    await inbox.record(receivedEvent('a', { documentDescription: 'x'.repeat(100_000) }));
    expect(heard.map(({ event }) => event)).toEqual([
      { kind: 'UNREADABLE', reason: 'too-large', destination: 'general' },
    ]);
  });

  test('of a destination that this replica does not know may be any destination’s', async () => {
    const { open } = await startReplicas();
    const [one, other] = [await open(), await open([SECRET], ['county'])];
    await one.inbox.record(receivedEvent('a', { identifiers: IDENTIFIERS }));
    await until(() => other.heard.length === 1);
    expect(other.heard[0]?.event).toEqual({
      kind: 'UNREADABLE',
      reason: 'unknown-source',
      destination: null,
    });
  });

  test('that was sealed before a rotation of secrets is read after it', async () => {
    const { open } = await startReplicas();
    const [old, rotated] = [await open(['old']), await open(['new', 'old'])];
    await old.inbox.record(receivedEvent('a'));
    await until(() => rotated.heard.length === 1);
    expect(rotated.names()).toEqual(['a']);
    // A replica that does not know the new secret yet is not left in silence.
    await rotated.inbox.record(receivedEvent('b'));
    await until(() => old.missed.length === 1);
    expect(old.names()).toEqual(['a']);
  });
});

describe('a position', () => {
  const namesAfter = async (inbox: SharedInbox, position: string | null, count = 1000) => {
    const events = await inbox.readAfter(position, count);
    return events === 'expired' ? events : events.map(nameOf);
  };

  test('is good at every replica, also at one that was started later', async () => {
    const { open } = await startReplicas();
    const one = await open();
    for (const name of ['a', 'b', 'c', 'd']) await one.inbox.record(receivedEvent(name));
    const later = await open();
    const positions = one.heard.map(({ position }) => position);
    expect(later.inbox.newest).toBe(positions[3]);
    expect(await namesAfter(later.inbox, positions[1] ?? '')).toEqual(['c', 'd']);
    expect(await namesAfter(later.inbox, positions[1] ?? '', 1)).toEqual(['c']);
    expect(await namesAfter(later.inbox, positions[3] ?? '')).toEqual([]);
    expect(await namesAfter(later.inbox, null)).toEqual(['a', 'b', 'c', 'd']);
    expect(await namesAfter(later.inbox, null, 2)).toEqual(['a', 'b']);
    expect([later.heard, later.missed]).toEqual([[], []]);
  });

  test('is expired when the stream holds it no longer', async () => {
    const { open } = await startReplicas({ maxEvents: 10 });
    const { inbox, heard } = await open();
    for (let at = 0; at < 300; at += 1) await inbox.record(receivedEvent(`d${at}`));
    expect(await namesAfter(inbox, heard[0]?.position ?? '')).toBe('expired');
    expect(await namesAfter(inbox, heard[297]?.position ?? '')).toEqual(['d298', 'd299']);
    expect(heard).toHaveLength(300);
  });

  test.each(['', 'x', '1-1', 'e.0', '0-0.AAAAAAAAAAAAAAAA', '99999999999999-0.AAAAAAAAAAAAAAAA'])(
    'that no stream has given out (%j) is expired, and comes before all',
    async (position) => {
      const { open } = await startReplicas();
      const { inbox, heard } = await open();
      await inbox.record(receivedEvent('a'));
      expect(await namesAfter(inbox, position)).toBe('expired');
      if (!position.startsWith('9'))
        expect(inbox.compare(position, heard[0]?.position ?? '')).toBeLessThan(0);
    },
  );

  test('of a stream that was lost is expired, whatever was recorded since, and under whatever id', async () => {
    const { open, redis, send } = await startReplicas();
    const { inbox, heard, missed, names } = await open();
    await inbox.record(receivedEvent('a'));
    const { position = '' } = heard[0] ?? {};
    await redis.flush();
    await until(() => missed.length === 1);
    expect(inbox.newest).toBeNull();
    await inbox.record(receivedEvent('b'));
    expect(await namesAfter(inbox, position)).toBe('expired');
    expect(names()).toEqual(['a', 'b']);
    await send('DEL', KEY);
    await until(() => missed.length === 2);
    const [id = ''] = position.split('.');
    await send('XADD', KEY, id, 'event', 'x');
    await until(() => missed.length === 3);
    expect(await namesAfter(inbox, position)).toBe('expired');
    expect(names()).toEqual(['a', 'b']);
  });
});

describe('a replica that was away', () => {
  test('hears of all that it missed within the length of the stream, once', async () => {
    const { open, redis } = await startReplicas();
    const [one, other] = [await open(), await open()];
    await one.inbox.record(receivedEvent('a'));
    await other.inbox.catchUp();
    redis.hang();
    await until(async () => !(await other.inbox.catchUp()));
    await expect(one.inbox.record(receivedEvent('b'))).rejects.toThrow();
    redis.goOn();
    await until(() =>
      one.inbox.record(receivedEvent('b')).then(
        () => true,
        () => false,
      ),
    );
    await until(() => other.heard.length === 2);
    expect(other.names()).toEqual(['a', 'b']);
    expect(other.heard).toEqual(one.heard);
    expect([...one.missed, ...other.missed]).toEqual([]);
  });

  /** In one step, so that the replica reads nothing in between. */
  const inOneStep = (...commands: string[]) => commands.map((command) => `redis.call(${command})`).join(' ');
  const sealed = new InboxEntries(new Seal([SECRET], 'event'), new Set()).close(
    changeOf({ documentId: 'x' }),
    1,
  );
  const ADD = `'XADD', KEYS[1], '*', 'event', '${sealed}'`;

  test('is told that it missed events which the stream holds no more, and hears of those that are left', async () => {
    const { open, send } = await startReplicas();
    const { inbox, names, missed } = await open();
    await inbox.record(receivedEvent('a'));
    await send('EVAL', inOneStep(ADD, ADD, ADD, "'XTRIM', KEYS[1], 'MAXLEN', '2'"), '1', KEY);
    await until(() => names().length === 3);
    expect([missed, names()]).toEqual([[null], ['a', 'x', 'x']]);
    await inbox.record(receivedEvent('b'));
    expect(names().at(-1)).toBe('b');
  });

  test('is told of a Redis that has lost its newest events, and hears of none a second time', async () => {
    const { open, send } = await startReplicas();
    const { inbox, heard, names, missed } = await open();
    for (const name of ['a', 'b', 'c']) await inbox.record(receivedEvent(name));
    const ids = heard.map(({ position }) => position.split('.')[0] ?? '');
    await send('EVAL', inOneStep(`'XDEL', KEYS[1], '${ids[2]}'`), '1', KEY);
    await until(() => missed.length === 1);
    await inbox.record(receivedEvent('d'));
    expect(names()).toEqual(['a', 'b', 'c', 'd']);
    expect(await inbox.readAfter(heard[2]?.position ?? '', 10)).toBe('expired');
  });

  test('when Redis was away at its start is told so once Redis is there', async () => {
    const { open, redis } = await startReplicas();
    await redis.stop();
    const clock = createSystemClock();
    const connection = new RedisConnection(redis.url, () => undefined, clock);
    const entries = new InboxEntries(new Seal([SECRET], 'event'), new Set(['general']));
    const inbox = new SharedInbox(connection, {
      entries,
      hash: (text) => text,
      name: 'name',
      maxEvents: 9,
      clock,
    });
    onTestFinished(() => {
      inbox.close();
      connection.close();
    });
    let missed = 0;
    inbox.listen({ recorded() {}, missed: () => (missed += 1) });
    await inbox.start();
    expect([missed, inbox.health]).toEqual([0, { lastSeen: null, isUp: false, upSince: null }]);
    await redis.start();
    await (await open()).inbox.record(receivedEvent('a'));
    await until(() => missed === 1);
    await until(() => inbox.health.isUp);
  });
});
