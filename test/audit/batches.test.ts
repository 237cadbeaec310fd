/** Operations that end in one tick are one write to the audit trail: it is whole, in order, and no operation goes on without it. */
import { readFile, writeFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Access } from '../../src/audit/access.ts';
import { AuditLog, type AuditLogOptions } from '../../src/audit/audit-log.ts';
import { checkLine, type Link, START } from '../../src/audit/chain.ts';
import { type OpenedSink, openSink } from '../../src/audit/open-sink.ts';
import { sinkOfStream } from '../../src/audit/stream-sink.ts';
import { createSystemClock, nextTurn } from '../../src/clock.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { access } from './entries.ts';
import { linesOf, newFile, readLines } from './lines.ts';

const LATER = Number.POSITIVE_INFINITY;

/** Logs what reaches the sink, in `seen`. */
function watched({ sink, last }: OpenedSink, seen: string[]): OpenedSink {
  return {
    last,
    sink: {
      check: () => sink.check(),
      close: () => sink.close(),
      write(text) {
        const written = sink.write(text);
        seen.push(`${readLines(text).length} lines`);
        return written;
      },
    },
  };
}

function logTo(opened: OpenedSink, change: Partial<AuditLogOptions> = {}): AuditLog {
  const clock = createSystemClock();
  const report = { reportFailed: () => undefined, reportRestored: () => undefined };
  return new AuditLog({ ...opened, onFailure: 'refuse', clock, ...report, ...change });
}

const some = (count: number, from = 0) => Array.from({ length: count }, (_, at) => access(from + at));

/** Whether every line follows the one before. */
function isChain(lines: readonly string[]): boolean {
  let last: Link | null = START;
  for (const line of lines) last = last && checkLine(line, last);
  return last !== null;
}

const textLines = (text: string) => text.split('\n').filter(Boolean);
const itemsOf = (lines: readonly string[]) => lines.map((line) => (JSON.parse(line) as Access).items);

describe('operations that end in one tick', () => {
  test('are one write, in the order in which they ended, and go on after it', async () => {
    const file = await newFile();
    const seen: string[] = [];
    const log = logTo(watched(await openSink(file), seen));
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        await log.record(some(2, 2 * at), LATER);
        seen.push('goes on');
      }),
    );
    expect(seen).toEqual(['40 lines', ...Array.from({ length: 20 }, () => 'goes on')]);
    const lines = textLines(await readFile(file, 'utf8'));
    expect(isChain(lines)).toBe(true);
    expect(itemsOf(lines)).toEqual(some(40).map(({ items }) => items));
    log.close();
  });

  test('are apart from those that end in another', async () => {
    const file = await newFile();
    const seen: string[] = [];
    const log = logTo(watched(await openSink(file), seen));
    await Promise.all([log.record(some(1), LATER), Promise.resolve().then(() => log.record(some(1), LATER))]);
    expect(seen).toEqual(['2 lines']);
    await nextTurn(createSystemClock());
    await log.record(some(1), LATER);
    expect(seen).toEqual(['2 lines', '1 lines']);
    log.close();
  });

  test('are several writes where they are many, so that none is long', async () => {
    const file = await newFile();
    const seen: string[] = [];
    const log = logTo(watched(await openSink(file), seen));
    await Promise.all(Array.from({ length: 10 }, (_, at) => log.record(some(100, 100 * at), LATER)));
    expect(seen).toEqual(['300 lines', '300 lines', '300 lines', '100 lines']);
    expect(isChain(textLines(await readFile(file, 'utf8')))).toBe(true);
    log.close();
  });

  test('hold no other up by what one of them writes', async () => {
    const file = await newFile();
    const seen: string[] = [];
    const log = logTo(watched(await openSink(file), seen));
    const long = log.record(some(1000), LATER).then(() => seen.push('the long one goes on'));
    await log.record(some(1, 1000), LATER);
    seen.push('the short one goes on');
    await long;
    expect(seen.slice(0, 3)).toEqual(['250 lines', '1 lines', 'the short one goes on']);
    expect(seen.at(-1)).toBe('the long one goes on');
    const lines = textLines(await readFile(file, 'utf8'));
    expect(isChain(lines)).toBe(true);
    expect(new Set(itemsOf(lines)).size).toBe(1001);
    log.close();
  });

  test('go on once the reader of a stream has all of their write, and not before', async () => {
    const seen: string[] = [];
    const takes: (() => void)[] = [];
    const slow = new Writable({
      decodeStrings: false,
      write(text: string, _encoding, taken) {
        seen.push(`${readLines(text).length} lines`);
        takes.push(taken);
      },
    });
    const log = logTo({ sink: sinkOfStream(slow), last: START }, { clock: new FakeClock() });
    const asked = [2, 1, 3].map(async (count) => {
      await log.record(some(count), 60_000);
      seen.push('goes on');
    });
    await nextTurn(createSystemClock());
    expect(seen).toEqual(['6 lines']);
    takes[0]?.();
    await Promise.all(asked);
    expect(seen).toEqual(['6 lines', 'goes on', 'goes on', 'goes on']);
    log.close();
  });

  test('are written before the log is closed, also those that have only just ended', async () => {
    const file = await newFile();
    const log = logTo(await openSink(file));
    const ended = [log.record(some(2), LATER), log.record(some(1, 2), LATER)];
    log.close();
    await Promise.all(ended);
    expect(itemsOf(textLines(await readFile(file, 'utf8')))).toEqual([0, 1, 2]);
  });
});

describe('what the sink does not take', () => {
  test.each<[AuditLogOptions['onFailure'], string]>([
    ['refuse', 'OVERLOADED'],
    ['continue', 'goes on'],
  ])('counts for every operation of the batch (%s)', async (onFailure, expected) => {
    const file = await newFile();
    const opened = await openSink(file);
    let isFull = true;
    const { sink } = opened;
    const write = (text: string) => {
      if (isFull) throw new Error('ENOSPC');
      return sink.write(text);
    };
    const full = { check: () => sink.check(), close: () => sink.close(), write };
    const log = logTo({ ...opened, sink: full }, { onFailure });
    const outcomes = [3, 1, 2].map((count) =>
      log.record(some(count), LATER).then(
        () => 'goes on',
        (error: unknown) => error,
      ),
    );
    for (const outcome of await Promise.all(outcomes)) {
      if (onFailure === 'refuse') expect(outcome).toMatchObject({ code: expected });
      else expect(outcome).toBe(expected);
    }
    isFull = false;
    await log.record(some(1), LATER);
    const lines = await linesOf(file);
    expect(lines.map(({ event, unwritten }) => [event, unwritten])).toEqual([
      ['audit-gap', 6],
      ['audit', undefined],
    ]);
    expect(isChain(textLines(await readFile(file, 'utf8')))).toBe(true);
    log.close();
  });

  test('in time is waited for by each operation as long as its deadline allows', async () => {
    const clock = new FakeClock();
    // It never says that it has taken anything.
    const hung = new Writable({ write: () => undefined });
    const failures: unknown[] = [];
    const reportFailed = ({ error }: { readonly error: unknown }) => failures.push(error);
    const log = logTo({ sink: sinkOfStream(hung), last: START }, { clock, reportFailed });
    const refused: string[] = [];
    const ask = (name: string, leftMs: number) =>
      log.record(some(1), clock.now() + leftMs).catch(() => refused.push(name));
    const asked = [ask('late', 0), ask('hurried', 500), ask('patient', 60_000), ask('also patient', 70_000)];
    await clock.advance(199);
    expect(refused).toEqual([]);
    await clock.advance(1);
    expect(refused).toEqual(['late']);
    await clock.advance(300);
    expect(refused).toEqual(['late', 'hurried']);
    await clock.advance(1500);
    expect(refused).toEqual(['late', 'hurried', 'patient', 'also patient']);
    expect(failures).toMatchObject([{ code: 'AUDIT_READER_STOPPED' }]);
    await Promise.all(asked);
    log.close();
  });
});

test('wherever a crash cuts a batch off, its whole lines stay, and the chain goes on', async () => {
  const file = await newFile();
  const log = logTo(await openSink(file));
  await log.record(some(1), LATER);
  const before = (await readFile(file)).length;
  await Promise.all([log.record(some(2, 1), LATER), log.record(some(2, 3), LATER)]);
  log.close();
  const bytes = await readFile(file);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: before, max: bytes.length }), async (cut) => {
      const again = await newFile();
      await writeFile(again, bytes.subarray(0, cut));
      const whole = bytes.subarray(0, cut).toString().split('\n').length - 1;
      const next = logTo(await openSink(again));
      await next.record(some(1, 99), LATER);
      next.close();
      const lines = textLines(await readFile(again, 'utf8'));
      expect(isChain(lines)).toBe(true);
      expect(itemsOf(lines)).toEqual([...some(whole).map(({ items }) => items), 99]);
    }),
  );
});
