/** The batching core of a test's own, joined as the gateway joins it: scheduler, Redox client, and a real Redox. */

import {
  type ChartDocument,
  type RecordedCall,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../sandbox/sandbox.ts';
import { type Clock, createSystemClock, sleep } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { createTextHmac } from '../../src/hmac.ts';
import type { CallEnd, CallStart, CircuitChange, Incident, SchedulerEvents } from '../../src/media/events.ts';
import { MediaLoader } from '../../src/media/loader.ts';
import type { OperationOptions } from '../../src/media/loader-options.ts';
import { destinationAlias, destinationId } from '../../src/media/model/keys.ts';
import { createNeed, type Need, type NeedLists } from '../../src/media/model/need.ts';
import { ALL_RIGHTS } from '../../src/media/model/rights.ts';
import { PendingNeed, type PendingNeedOptions } from '../../src/media/scheduling/pending-need.ts';
import { Scheduler } from '../../src/media/scheduling/scheduler.ts';
import { createRedoxClient } from '../../src/redox/client.ts';
import type { Item } from '../../src/redox/messages.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { chartDocument, identifiersOf } from './own-chart.ts';
import { settingsFor } from './settings.ts';

export interface TestCore extends AsyncDisposable {
  readonly redox: Sandbox;
  readonly scheduler: Scheduler;
  readonly observed: Observer;
  /** Calls that are neither answered nor held by the Redox's latency: they take real time. */
  readonly callsOnTheWay: number;
  submit(need: Need, options?: Partial<PendingNeedOptions>): PendingNeed;
  openOperation(options?: Partial<OperationOptions> & { readonly maxCalls?: number }): MediaLoader;
  /** Media Query calls that `work` causes. */
  countCalls(work: () => Promise<unknown>): Promise<number>;
}

export interface CoreOptions {
  readonly sandbox?: SandboxOptions;
  /** Environment variables. */
  readonly settings?: Readonly<Record<string, string>>;
  /** How many destinations are configured beside the sandbox's two; nobody ever asks them. */
  readonly moreDestinations?: number;
  /** More names of the sandbox's destinations, each with the name that it has already. */
  readonly aliases?: Readonly<Record<string, keyof Sandbox['destinations']>>;
  /** Of all of it, the Redox too; default: the system's. */
  readonly clock?: Clock;
  /** In which the scheduler distributes long replies; default: its own. */
  readonly slices?: TimeSlices;
  /** Of the scheduler alone; default: Math.random. */
  readonly random?: () => number;
}

const FAR_OFF_MS = 60_000;

export async function startCore(options: CoreOptions = {}): Promise<TestCore> {
  const { clock = createSystemClock() } = options;
  const latency = new Latency(clock);
  const redox = await startSandbox({ ...timeOf(clock), wait: latency.wait, ...options.sandbox });
  const { upstream, batching, operation: bounds, real, limited } = await readSettings(redox, options);
  const client = createRedoxClient({ ...real, ...upstream }, { clock });
  const { maxPatients } = batching;
  const limits = { patients: maxPatients, visits: maxPatients, documents: maxPatients };
  const observed = new Observer();
  const scheduler = new Scheduler({
    query: (...call) => client.query(...call),
    destinations: new Map(
      [
        ...real.destinations,
        ...namesUpTo(options.moreDestinations ?? 0).map((alias) => [alias, alias] as const),
      ].map(([alias, uuid]) => [destinationAlias(alias), destinationId(uuid)]),
    ),
    concurrency: upstream.concurrency,
    rate: upstream.rate,
    limits,
    maxResponseBytes: upstream.maxResponseBytes,
    maxWaiting: bounds.maxWaiting,
    hash: createTextHmac(['a secret of the tests'], 'scheduler-culprit/v1'),
    clock,
    ...(options.random && { random: options.random }),
    slices: options.slices ?? new TimeSlices(clock),
    events: observed,
  });
  const usual = () => ({ batchKey: 'everyone', deadline: clock.now() + FAR_OFF_MS });
  return {
    redox,
    scheduler,
    observed,
    get callsOnTheWay() {
      return scheduler.load.callsInFlight - latency.waiting;
    },
    submit: (need, asking) => scheduler.submit(need, { ...usual(), ...asking }),
    openOperation({ maxCalls = bounds.maxCalls, ...operation } = {}) {
      const { signal } = new AbortController();
      return new MediaLoader(scheduler, {
        ...usual(),
        rights: ALL_RIGHTS,
        bounds: { maxNeeds: limited.needs, maxCalls, limits },
        signal,
        ...operation,
      });
    },
    async countCalls(work) {
      const before = redox.callCount;
      await work();
      return redox.callCount - before;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      await redox.close();
    },
  };
}

/** Knows how many calls wait for it. */
class Latency {
  waiting = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  readonly wait = async (ms: number): Promise<void> => {
    this.waiting += 1;
    await sleep(this.#clock, ms);
    this.waiting -= 1;
  };
}

/** What a Redox of a test's own takes of the clock. */
export function timeOf(clock: Clock): Pick<SandboxOptions, 'clock' | 'wait'> {
  return { clock: () => clock.wallTime(), wait: (ms, signal) => sleep(clock, ms, signal) };
}

async function readSettings(redox: Sandbox, { settings, aliases = {} }: CoreOptions) {
  const { REDOX_DESTINATIONS = '', ...usual } = settingsFor(redox);
  const more = Object.entries(aliases).map(([alias, name]) => `${alias}=${redox.destinations[name]}`);
  const {
    redox: real,
    upstream,
    batching,
    operation,
    limits: limited,
  } = await parseConfig({
    ...usual,
    REDOX_DESTINATIONS: [REDOX_DESTINATIONS, ...more].join(','),
    ...settings,
  });
  if (real.kind === 'sandbox') throw new Error('the settings lead to the sandbox as to a real Redox');
  return { real, upstream, batching, operation, limited };
}

/** What the core reports of its work. */
class Observer implements SchedulerEvents {
  /** Items that were dropped. */
  unmatched = 0;
  /** One reading for each call that was begun. */
  readonly readings: string[] = [];
  /** What each of them does with files. */
  readonly files: string[] = [];
  readonly outcomes: string[] = [];
  readonly incidents: string[] = [];
  /** `general open`, and so on. */
  readonly breakers: string[] = [];
  /** Makes this listener throw when the next call is begun. */
  failsNext = false;

  onCall({ reading, files }: CallStart): void {
    this.readings.push(reading);
    this.files.push(files);
    if (!this.failsNext) return;
    this.failsNext = false;
    throw new Error('a log is full');
  }

  onCallEnd({ unmatched, outcome }: CallEnd): void {
    this.unmatched += unmatched;
    this.outcomes.push(outcome);
  }

  onIncident({ kind }: Incident): void {
    this.incidents.push(kind);
  }

  onBreaker({ destination, state }: CircuitChange): void {
    this.breakers.push(`${destination ?? 'host'} ${state}`);
  }
}

/** `count` names: p0, p1, … */
export function namesUpTo(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, at) => `p${from + at}`);
}

/** Two documents for every patient, of the types Photo and Consent Form. */
export function chartsOf(names: readonly string[], fields: Partial<ChartDocument> = {}): ChartDocument[] {
  return names.flatMap((name) => [
    chartDocument(name, { documentId: `${name}-a`, ...fields }),
    chartDocument(name, { documentId: `${name}-b`, documentType: 'Consent Form', ...fields }),
  ]);
}

/** The documents of these patients, each by record number. */
export function needOf(names: readonly string[], lists: NeedLists = {}, destination = 'general'): Need {
  return createNeed(destinationAlias(destination), {
    patients: names.map((name) => identifiersOf(name).slice(0, 1)),
    ...lists,
  });
}

/** What `chartsOf` holds for these patients, as `idsOf` reads it. */
export function documentsOf(names: readonly string[]): string[] {
  return names.flatMap((name) => [`${name}-a`, `${name}-b`]).sort();
}

export function idsOf(items: readonly Item[]): string[] {
  return items.map(({ documentId }) => documentId ?? '').sort();
}

/** The documents that a need was given, or the code of the error it failed with. */
export async function outcomeOf(answer: Promise<readonly Item[]> | PendingNeed): Promise<string[] | string> {
  try {
    return idsOf(await (answer instanceof PendingNeed ? answer.answer : answer));
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
    throw error;
  }
}

/** The names of the patients that a call asked for, in no order that matters. */
export function patientsIn({ query }: RecordedCall): string[] {
  const { Patients = [] } = query as { Patients?: readonly { Identifiers: readonly { ID: string }[] }[] };
  return Patients.map(({ Identifiers: [first] }) => first?.ID.replace('SYN-', '') ?? '').sort();
}
