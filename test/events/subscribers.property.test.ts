/** Random events, and callers of different rights: each is given what is its own, all of it, in order, and once per cursor. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ChangeRequest, MediaChangeEvent } from '../../src/events/changes.ts';
import type { MediaChange } from '../../src/events/media-change.ts';
import { destinationAlias, identifierKey } from '../../src/media/model/keys.ts';
import { ALL_RIGHTS, type Rights } from '../../src/media/model/rights.ts';
import type { Identifier } from '../../src/redox/messages.ts';
import { fuzz } from '../support/fuzz.ts';
import { GENERAL, mr, openSubscribers, rightsOf } from './subscribed.ts';

const COUNTY = destinationAlias('county');
const ehr = (id: string): Identifier => ({ id, idType: 'EHRID' });
const ADA = [mr('SYN-1'), ehr('SYN-E1')] as const;
const BEN = [mr('SYN-2'), ehr('SYN-E2')] as const;
/** Its record number is another patient's EHR id: only both parts tell them apart. */
const CAL = [mr('SYN-E1'), ehr('SYN-E3')] as const;

interface CallerOfEvents {
  readonly rights: Rights;
  readonly filter: Partial<ChangeRequest>;
  /** Whether the event is its own, decided by other means than those of the gateway. */
  owns(event: MediaChange): boolean;
}

const names = (event: MediaChange, { id, idType }: Identifier) =>
  event.identifiers.some((one) => one.id === id && one.idType === idType);

const CALLERS: readonly CallerOfEvents[] = [
  {
    rights: rightsOf(ADA[0]),
    filter: { patients: [[ADA[0]]] },
    owns: (event) => event.destination === GENERAL && names(event, ADA[0]),
  },
  {
    rights: rightsOf(BEN[1], CAL[0]),
    filter: { patients: [[BEN[1], BEN[0]], [CAL[0]]], kinds: ['SAVED', 'DELETED'] },
    owns: (event) =>
      event.destination === GENERAL &&
      event.kind !== 'REPLACED' &&
      ((names(event, BEN[0]) && names(event, BEN[1])) || names(event, CAL[0])),
  },
  {
    rights: { ...ALL_RIGHTS, destinations: new Set([COUNTY]) },
    filter: { destination: COUNTY },
    owns: (event) => event.destination === COUNTY,
  },
];

interface Step {
  readonly event: Partial<MediaChange>;
  /** How many events each caller takes after it, and which of them then go away and come back with their last cursor. */
  readonly taken: number;
  readonly leaves: readonly number[];
}

const everyIdentifier = [...ADA, ...BEN, ...CAL].filter(
  (one, at, all) => all.findIndex((other) => identifierKey(other) === identifierKey(one)) === at,
);

const step: fc.Arbitrary<Step> = fc.record({
  event: fc.record({
    kind: fc.constantFrom('SAVED', 'REPLACED', 'DELETED'),
    destination: fc.constantFrom(GENERAL, GENERAL, COUNTY),
    identifiers: fc.oneof(fc.constantFrom(ADA, BEN, CAL), fc.subarray(everyIdentifier, { maxLength: 3 })),
  }),
  taken: fc.nat(3),
  leaves: fc.oneof(fc.constant([]), fc.subarray([0, 1, 2])),
});

class Reader {
  readonly given: MediaChangeEvent[] = [];
  readonly #subscribe: (after: string | null) => AsyncGenerator<MediaChangeEvent, void, void>;
  #stream: AsyncGenerator<MediaChangeEvent, void, void>;
  #next: Promise<void> | null = null;

  constructor(subscribe: (after: string | null) => AsyncGenerator<MediaChangeEvent, void, void>) {
    this.#subscribe = subscribe;
    this.#stream = subscribe(null);
  }

  /** Asks for the next one if it does not wait for one already, as readers do. */
  read(): void {
    this.#next ??= this.#stream.next().then(({ value }) => {
      this.#next = null;
      if (value !== undefined) this.given.push(value);
    });
  }

  /** It goes away, and comes back with the cursor of the last event that it has. */
  async comeBack(): Promise<void> {
    await this.#stream.return();
    await this.#next;
    this.#stream = this.#subscribe(this.given.at(-1)?.cursor ?? null);
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** All of them, in turn, and as many times as are said. */
async function readAll(readers: readonly Reader[], times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) {
    for (const reader of readers) reader.read();
    await settle();
  }
}

async function runSteps(
  steps: readonly Step[],
  readers: readonly Reader[],
  record: (event: Partial<MediaChange>) => Promise<unknown>,
): Promise<void> {
  for (const { event, taken, leaves } of steps) {
    await record(event);
    await readAll(readers, taken);
    // One that goes before it was given anything has no cursor to come back with.
    const leaving = readers.filter(({ given }, at) => leaves.includes(at) && given.length > 0);
    for (const reader of leaving) await reader.comeBack();
  }
}

test('three callers of different rights: no foreign event, none missing, each once per cursor, in order', async () => {
  await fuzz({
    cases: step,
    atOnce: 100,
    async check(steps) {
      const { subscribe, record, inbox } = openSubscribers({ limits: { bufferedEvents: 1000 } });
      const readers = CALLERS.map(
        ({ filter, rights }, at) =>
          new Reader((after) => subscribe({ ...filter, after }, rights, { subject: String(at) })),
      );
      await runSteps(steps, readers, record);
      await readAll(readers, steps.length);
      const recorded = await inbox.readAfter(null, steps.length);
      if (recorded === 'expired') throw new Error('events were dropped');
      const changes = recorded.flatMap(({ event }) => (event.kind === 'UNREADABLE' ? [] : event));
      expect(changes).toHaveLength(steps.length);
      for (const [at, { owns }] of CALLERS.entries()) {
        const given = readers[at]?.given ?? [];
        expect(given.map(({ change }) => change)).toEqual(changes.filter(owns));
        expect(new Set(given.map(({ cursor }) => cursor)).size).toBe(given.length);
      }
    },
  });
});
