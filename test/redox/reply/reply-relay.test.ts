/** The files of one reply on their way to several readers: each gets its own file, all of it, and no byte of another. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FileRelay, type WriteBytes } from '../../../src/redox/reply/file-relay.ts';
import { ReplyReader } from '../../../src/redox/reply/reply-reader.ts';
import { ReplyRelay } from '../../../src/redox/reply/reply-relay.ts';
import { finishAtOnce } from '../../../src/time-slices.ts';
import { sha256Of, someBytes } from '../../http/content/links.ts';
import { fewerCases } from '../../support/cases.ts';
import { cutBefore, readReply } from './read-reply.ts';

const MIB = 1_048_576;

/** As documents of Redox may be written: what names them comes after their contents. */
function replyOf(files: readonly Buffer[]): Buffer {
  const entries = files.map((file, at) => ({
    FileContents: file.length === 0 ? 'data:,' : file.toString('base64'),
    DocumentID: `d${at}`,
    Patient: { Identifiers: [{ ID: 'SYN-1', IDType: 'MR' }] },
  }));
  return Buffer.from(
    JSON.stringify({ Meta: { DataModel: 'Media', EventType: 'QueryResponse' }, Media: entries }),
  );
}

/** What a link knows of a file, as an earlier reply has shown it. */
function knownOf(file: Buffer) {
  const [item] = readReply(replyOf([file]), 'digest').items;
  if (item?.contents.kind !== 'inline' || typeof item.contents.file !== 'object') throw new Error('no file');
  return item.contents.file;
}

function readerOf(file: Buffer, write: WriteBytes = () => undefined) {
  const got: Buffer[] = [];
  const relay = new FileRelay(
    knownOf(file),
    (bytes, isShared) => {
      got.push(Buffer.from(bytes));
      return write(bytes, isShared);
    },
    { mayShare: true },
  );
  return { relay, bytes: () => Buffer.concat(got), sha256: () => sha256Of(Buffer.concat(got)) };
}

const relayTo = (readers: readonly { readonly relay: FileRelay }[]) =>
  new ReplyRelay(readers.map(({ relay }) => relay));

test('each of several gets its own, in whatever order they come', () => {
  const files = [5000, 3 * MIB + 1, 0, MIB, 100].map((length, at) => someBytes(length, at + 1));
  const readers = files.map((file) => readerOf(file));
  readReply(replyOf(files.toReversed()), relayTo(readers));
  expect(readers.map(({ sha256 }) => sha256())).toEqual(files.map(sha256Of));
  expect(readers.map(({ relay }) => relay.isWaiting)).toEqual(files.map(() => false));
});

test('any files, cut anyhow, reach those who wait for them, and nobody else gets anything', () => {
  const beginning = someBytes(3 * MIB);
  // Several have a beginning in common, of up to a checkpoint or more, or are equal.
  const file = fc
    .tuple(fc.constantFrom(0, 10, MIB - 1, MIB, 2 * MIB + 5), fc.constantFrom(0, 1, 50), fc.nat(3))
    .map(([shared, own, seed]) => Buffer.concat([beginning.subarray(0, shared), someBytes(own, seed + 1)]));
  const isSent = fc.boolean();
  const cuts = fc.array(fc.nat(20 * MIB), { maxLength: 5 });
  fc.assert(
    fc.property(fc.array(fc.tuple(file, isSent), { minLength: 1, maxLength: 5 }), cuts, (wanted, cuts) => {
      const readers = wanted.map(([one]) => readerOf(one));
      const sent = wanted.filter(([, isSent]) => isSent).map(([one]) => one);
      readReply(replyOf(sent), relayTo(readers), cuts);
      for (const [at, [one]] of wanted.entries()) {
        const got = readers[at]?.bytes() ?? Buffer.alloc(0);
        const isThere = sent.some((other) => other.equals(one));
        expect(readers[at]?.relay.isWaiting).toBe(!isThere);
        // What has come of a file that is not there is its beginning, which another file has as well.
        expect(got.equals(isThere ? one : one.subarray(0, got.length))).toBe(true);
      }
    }),
    { numRuns: fewerCases(20) },
  );
});

test('each is told whether other documents come in the same reply, as the file does not show whose it is', () => {
  const file = someBytes(100);
  const told: boolean[] = [];
  const reader = () =>
    readerOf(file, (_, isShared) => {
      told.push(isShared);
      return undefined;
    });
  readReply(replyOf([file]), relayTo([reader()]));
  readReply(replyOf([file]), relayTo([reader(), reader()]));
  expect(told).toEqual([false, true, true]);
});

test('two who wait for the same file both get it', () => {
  const file = someBytes(2 * MIB + 7);
  const readers = [readerOf(file), readerOf(file)];
  readReply(replyOf([someBytes(10), file]), relayTo(readers));
  expect(readers.map(({ sha256 }) => sha256())).toEqual([sha256Of(file), sha256Of(file)]);
});

test('after a reply that ended too soon the next one goes on for each where it was', () => {
  const files = [1, 2, 3].map((seed) => someBytes(2 * MIB + 10, seed));
  const readers = files.map((file) => readerOf(file));
  const text = replyOf(files);
  const broken = new ReplyReader(relayTo(readers));
  broken.push(text.subarray(0, text.length / 2));
  const lengths = readers.map(({ bytes }) => bytes().length);
  expect(lengths).toEqual([2 * MIB + 10, MIB, 0]);
  readReply(text, relayTo(readers));
  expect(readers.map(({ sha256 }) => sha256())).toEqual(files.map(sha256Of));
});

test('to one who has left nothing more is written, and the others get theirs', () => {
  const files = [1, 2].map((seed) => someBytes(2 * MIB + 10, seed));
  const [gone, other] = [
    readerOf(files[0] ?? Buffer.alloc(0), () => {
      gone.relay.close();
      return undefined;
    }),
    readerOf(files[1] ?? Buffer.alloc(0)),
  ];
  readReply(replyOf(files), relayTo([gone, other]));
  expect(gone.bytes().length).toBeLessThan(MIB);
  expect(other.sha256()).toBe(sha256Of(files[1] ?? Buffer.alloc(0)));
});

describe('a reader who takes nothing', () => {
  const files = [1, 2].map((seed) => someBytes(2 * MIB, seed));
  const never = () => new Promise<void>(() => undefined);
  const slow = () => readerOf(files[0] ?? Buffer.alloc(0), never);

  /** How often the reply would have to wait. */
  function waitsOf(relay: ReplyRelay): number {
    const reader = new ReplyReader(relay);
    const chunks = cutBefore(replyOf(files), [MIB, 2 * MIB, 3 * MIB]);
    const waits = chunks.filter((chunk) => reader.push(chunk) !== undefined).length;
    finishAtOnce(reader.end());
    return waits;
  }

  test('holds back a reply that is for it alone', () => {
    expect(waitsOf(relayTo([slow()]))).toBeGreaterThan(0);
  });

  test('holds up no other', () => {
    const other = readerOf(files[1] ?? Buffer.alloc(0));
    expect(waitsOf(relayTo([slow(), other]))).toBe(0);
    expect(other.sha256()).toBe(sha256Of(files[1] ?? Buffer.alloc(0)));
  });
});
