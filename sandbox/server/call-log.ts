/** Records the newest calls and how many were in flight at the same time, so that tests can check what a client really sent. */

export interface RecordedCall {
  /** The first destination that the query names, known or not. */
  readonly destinationId: string | null;
  /** The request body as parsed from JSON; undefined when it was not JSON or did not arrive completely. */
  readonly query: unknown;
  /** Null until there is a response, and permanently when the client disconnected before. */
  readonly status: number | null;
  readonly startedAt: number;
  readonly finishedAt?: number;
}

export class CallLog {
  /** In the order in which the bodies of the calls arrived; the oldest are dropped above the limit. */
  readonly calls: RecordedCall[] = [];
  inFlight = 0;
  maxInFlight = 0;
  total = 0;
  readonly #maxCalls: number;
  readonly #clock: () => number;

  constructor(maxCalls: number, clock: () => number) {
    this.#maxCalls = maxCalls;
    this.#clock = clock;
  }

  begin(): OpenCall {
    this.inFlight++;
    this.total++;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    const record: { -readonly [K in keyof RecordedCall]: RecordedCall[K] } = {
      destinationId: null,
      query: undefined,
      status: null,
      startedAt: this.#clock(),
    };
    let isListed = false;
    let isSettled = false;
    const list = () => {
      if (isListed) return;
      isListed = true;
      this.calls.push(record);
      if (this.calls.length > this.#maxCalls) this.calls.shift();
    };
    return {
      readQuery: (query) => {
        record.query = query;
        record.destinationId = firstDestinationId(query);
        list();
      },
      settle: (status) => {
        list();
        if (isSettled) return;
        isSettled = true;
        record.status = status;
        record.finishedAt = this.#clock();
        this.inFlight--;
      },
    };
  }
}

/** A call that has begun and must be settled; settling it again does nothing. */
export interface OpenCall {
  readQuery(query: unknown): void;
  settle(status: number | null): void;
}

function firstDestinationId(query: unknown): string | null {
  const id = member(member(member(member(query, 'Meta'), 'Destinations'), '0'), 'ID');
  return typeof id === 'string' ? id : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
