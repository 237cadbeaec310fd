/**
 * Whatever is read, stored, sent and written in whatever order: files never take more than their room, a link gets its own bytes
 * or none, none that are too old, and what was sent before a write is not found after it.
 */

import { hash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fingerprintOf } from '../../../src/media/model/item.ts';
import { destinationId } from '../../../src/media/model/keys.ts';
import { createBox } from '../../../src/media/model/need.ts';
import { type FileInUse, RecentFiles } from '../../../src/media/recent/recent-files.ts';
import type { DecodedFile, Item } from '../../../src/redox/messages.ts';
import { CASES } from '../../support/cases.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const MAX_BYTES = 40_000;
const MAX_AGE_MS = 10_000;
const DESTINATION = destinationId('a-destination');
const BOX = createBox({ patients: [[{ id: 'SYN-a', idType: 'MR' }]] });

interface Shown {
  readonly document: number;
  readonly version: number;
  readonly length: number;
}

const shown: fc.Arbitrary<Shown> = fc.record({
  document: fc.nat(5),
  version: fc.nat(2),
  length: fc.integer({ min: 0, max: 6000 }),
});

const steps = fc.array(
  fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('reply' as const),
        files: fc.array(shown, { maxLength: 12 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('failure' as const),
        files: fc.array(shown, { maxLength: 4 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('use' as const), at: fc.nat() }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('release' as const), at: fc.nat() }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 4000 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('write' as const) }) },
  ),
  { maxLength: 60 },
);

type Step = typeof steps extends fc.Arbitrary<(infer One)[]> ? One : never;

const bytesOf = ({ document, version, length }: Shown) =>
  Buffer.from(`${document}.${version}.`.repeat(Math.ceil(length / 4))).subarray(0, length);

function itemOf(one: Shown): { item: Item; file: DecodedFile; bytes: Buffer } {
  const bytes = bytesOf(one);
  const sha256 = hash('sha256', bytes);
  const file = {
    statedType: null,
    byteLength: bytes.length,
    sha256,
    checkpoints: [],
    head: bytes,
    isUtf8: true,
    blocks: null,
  };
  const item = {
    identifiers: [{ id: 'SYN-a', idType: 'MR' }],
    visitNumber: null,
    documentId: `doc-${one.document}`,
    documentType: null,
    documentDescription: null,
    fileType: null,
    fileName: null,
    creationDateTime: null,
    serviceDateTime: null,
    contents: { kind: 'inline' as const, length: bytes.length, checksum: sha256, file },
  };
  return { item, file, bytes };
}

const distinct = (files: readonly Shown[]) => [
  ...new Map(files.map((one) => [`${one.document} ${hash('sha256', bytesOf(one))}`, one])).values(),
];

interface Answer {
  readonly one: Shown;
  readonly sentAt: number;
  readonly answeredAt: number;
}

/** The files, and what is known of them from outside. */
class History {
  readonly clock = new FakeClock();
  readonly files = new RecentFiles({ maxBytes: MAX_BYTES, maxAgeMs: MAX_AGE_MS, clock: this.clock });
  readonly #answers: Answer[] = [];
  readonly #inUse: { readonly file: FileInUse; readonly bytes: Buffer }[] = [];
  #place = 0;
  #writtenAt = 0;

  read(shown: readonly Shown[], isAnswered: boolean): void {
    this.#place += 1;
    const collected = this.files.collect(DESTINATION, { id: 'a call', logIds: [], traceId: null });
    const read = distinct(shown).map((one) => ({ one, ...itemOf(one) }));
    for (const { file, bytes } of read) {
      if (bytes.length <= collected.maxFileBytes) collected.keep(file, [Buffer.from(bytes)]);
      this.check();
    }
    const items = read.map(({ item }) => item);
    if (isAnswered) {
      collected.store(items, BOX, this.#place);
      for (const { one } of read) {
        this.#answers.push({ one, sentAt: this.#place, answeredAt: this.clock.now() });
      }
    }
    collected.end();
  }

  /** By a link that some reply led to. */
  use(at: number): void {
    const one = this.#answers[at % this.#answers.length]?.one;
    if (one === undefined) return;
    const { item, file, bytes } = itemOf(one);
    const name = { destination: DESTINATION, fingerprint: fingerprintOf(item), sha256: file.sha256 };
    expect(this.files.use({ ...name, destination: destinationId('another') }, () => true)).toBeNull();
    const found = this.files.use(name, ({ sentAt }) => sentAt > this.#writtenAt);
    if (found === null) return;
    const ofDocument = this.#answers.filter((other) => other.one.document === one.document);
    const last = ofDocument.findLast((other) => bytesOf(other.one).equals(bytes));
    expect(last?.sentAt).toBeGreaterThan(this.#writtenAt);
    expect(found.ageMs).toBe(this.clock.now() - (last?.answeredAt ?? 0));
    expect(found.ageMs).toBeLessThan(MAX_AGE_MS);
    // A later reply that had another file for the document would have replaced it.
    expect(ofDocument.at(-1)?.sentAt).toBe(last?.sentAt);
    this.#inUse.push({ file: found, bytes });
  }

  release(at: number): void {
    const [one] = this.#inUse.splice(at % Math.max(1, this.#inUse.length), 1);
    one?.file.release();
  }

  write(): void {
    this.#place += 1;
    this.#writtenAt = this.#place;
  }

  take(step: Step): void | Promise<void> {
    switch (step.kind) {
      case 'reply':
        return this.read(step.files, true);
      case 'failure':
        return this.read(step.files, false);
      case 'use':
        return this.use(step.at);
      case 'release':
        return this.release(step.at);
      case 'wait':
        return this.clock.advance(step.ms);
      case 'write':
        return this.write();
    }
  }

  check(): void {
    expect(this.files.bytes).toBeLessThanOrEqual(MAX_BYTES);
    for (const { file, bytes } of this.#inUse) expect(Buffer.concat(file.blocks).equals(bytes)).toBe(true);
  }

  /** All that was taken is given back, though no one has looked for it. */
  async end(): Promise<void> {
    while (this.#inUse.length > 0) this.release(0);
    await this.clock.advance(MAX_AGE_MS + 1000);
    expect([this.files.bytes, this.files.size]).toEqual([0, 0]);
  }
}

test('any order of replies, downloads, writes and time', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (all) => {
      const history = new History();
      for (const step of all) {
        await history.take(step);
        history.check();
      }
      await history.end();
    }),
    { numRuns: CASES },
  );
});
