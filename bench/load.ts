/** Clients in a closed loop: each sends its next operation when the last is answered; every answer is compared, bytewise. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { Numbers } from './child-messages.ts';
import type { Operation } from './workload.ts';

export interface Load {
  readonly url: string;
  readonly clients: number;
  readonly operations: readonly Operation[];
  /** Sent with every operation; default: none but what it needs. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Window {
  /** Load before the measured time, so that it begins in full swing. */
  readonly settleMs: number;
  readonly measureMs: number;
}

export interface Measured {
  readonly operations: number;
  readonly failed: number;
  readonly seconds: number;
  readonly perSecond: number;
  /** Ascending. */
  readonly latenciesMs: readonly number[];
  /** What the readers' counters grew by. */
  readonly used: Numbers;
}

/** Runs the load and measures the window; `readers` are read at both of its ends. */
export async function measure(
  load: Load,
  window: Window,
  readers: readonly { read(): Promise<Numbers> }[] = [],
): Promise<Measured> {
  const clients = new Clients(load);
  const running = clients.run();
  await sleep(window.settleMs);
  const before = await readAll(readers);
  clients.startCounting();
  const start = performance.now();
  await sleep(window.measureMs);
  const latenciesMs = clients.stopCounting();
  const seconds = (performance.now() - start) / 1000;
  const after = await readAll(readers);
  await running;
  const { failed } = clients;
  const operations = latenciesMs.length;
  return {
    operations,
    failed,
    seconds,
    perSecond: operations / seconds,
    latenciesMs: latenciesMs.sort((a, b) => a - b),
    used: Object.fromEntries(
      Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)]),
    ),
  };
}

async function readAll(readers: readonly { read(): Promise<Numbers> }[]): Promise<Numbers> {
  const readings = await Promise.all(readers.map((reader) => reader.read()));
  return Object.assign({}, ...readings);
}

class Clients {
  failed = 0;
  readonly #load: Load;
  readonly #send: (operation: Operation) => Promise<boolean>;
  readonly #pool: Pool;
  #latenciesMs: number[] | null = null;
  #isOver = false;
  #next = 0;

  constructor(load: Load) {
    this.#load = load;
    const { origin, pathname } = new URL(load.url);
    this.#pool = new Pool(origin, { connections: load.clients, headersTimeout: 0, bodyTimeout: 0 });
    this.#send = createSender(this.#pool, pathname, load.headers);
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.#load.clients }, () => this.#runOne()));
    await this.#pool.close();
  }

  startCounting(): void {
    this.#latenciesMs = [];
    this.failed = 0;
  }

  /** The clients finish what they have begun, uncounted. */
  stopCounting(): number[] {
    const latenciesMs = this.#latenciesMs ?? [];
    this.#latenciesMs = null;
    this.#isOver = true;
    return latenciesMs;
  }

  async #runOne(): Promise<void> {
    const { operations } = this.#load;
    while (!this.#isOver) {
      const operation = operations[this.#next++ % operations.length];
      if (operation === undefined) return;
      const start = performance.now();
      const isRight = await this.#send(operation);
      if (this.#latenciesMs === null) continue;
      if (isRight) this.#latenciesMs.push(performance.now() - start);
      else this.failed += 1;
    }
  }
}

const HEADERS = { 'content-type': 'application/json' };

/** Sends operations one by one; true for the expected answer. */
export function createSender(
  pool: Pool,
  path: string,
  more: Load['headers'] = {},
): (operation: Operation) => Promise<boolean> {
  const headers = { ...HEADERS, ...more };
  return async ({ body, expected }) => {
    const response = await pool.request({ method: 'POST', path, headers, body });
    const answer = Buffer.from(await response.body.arrayBuffer());
    if (response.statusCode !== 200) return false;
    if (expected === null) return !answer.includes('"errors"');
    // Apollo Server ends its responses with a line break.
    return answer.subarray(0, expected.length).equals(expected) && answer.length <= expected.length + 1;
  };
}
