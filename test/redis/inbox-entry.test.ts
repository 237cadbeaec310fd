/** Entries of events in Redis: each is opened once, and those that are kept open have a bound. */

import { expect, test } from 'vitest';
import { comparePositions, InboxEntries, idOf, positionOf } from '../../src/redis/inbox-entry.ts';
import type { StreamEntry } from '../../src/redis/stream-entry.ts';
import { Seal } from '../../src/seal.ts';
import { changeOf } from '../events/received.ts';

/** Counts what is opened. */
class CountingSeal extends Seal {
  opened = 0;
  override open(text: string): unknown {
    this.opened += 1;
    return super.open(text);
  }
}

function createEntries() {
  const seal = new CountingSeal(['a-secret'], 'event');
  const entries = new InboxEntries(seal, new Set(['general']));
  const entryOf = (at: number, documentDescription: string | null = null): StreamEntry => {
    const event = changeOf({ documentId: `SYN-${at}`, documentDescription });
    return [`${at}-0`, ['event', entries.close(event, at)]];
  };
  return { seal, entries, entryOf };
}

test('an entry is opened once, however many read it', () => {
  const { seal, entries, entryOf } = createEntries();
  const entry = entryOf(1);
  for (let reader = 0; reader < 100; reader += 1)
    expect(entries.open(entry)).toMatchObject({ receivedAt: 1 });
  expect(seal.opened).toBe(1);
  // The same text in another place is another entry, and another text in the same place as well.
  expect(entries.open(['2-0', entry[1]])?.position).not.toBe(entries.open(entry)?.position);
  expect(entries.open(['1-0', entryOf(3)[1]])).toMatchObject({ receivedAt: 3 });
  expect(seal.opened).toBe(3);
});

test('one that was opened long ago is opened again: those that are kept open have a bound', () => {
  const { seal, entries, entryOf } = createEntries();
  const first = entryOf(0);
  entries.open(first);
  const long = 'x'.repeat(45_000);
  for (let at = 1; at <= 300; at += 1) entries.open(entryOf(at, long));
  expect(seal.opened).toBe(301);
  entries.open(first);
  expect(seal.opened).toBe(302);
  entries.open(first);
  expect(seal.opened).toBe(302);
});

test('positions are ordered by their ids, as numbers', () => {
  const ids = ['9-1', '10-0', '10-2', '10-11', '1764201600000-0', '18446744073709551615-0'];
  const positions = ids.map((id) => positionOf([id, ['x', 'y']]));
  expect(positions.toReversed().toSorted(comparePositions)).toEqual(positions);
  expect(positions.map(idOf)).toEqual(ids);
  expect(comparePositions(positions[0] ?? '', positions[0] ?? '')).toBe(0);
});
