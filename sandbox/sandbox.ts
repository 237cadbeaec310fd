/**
 * A Redox for development: a real HTTP server on loopback that accepts tokens and Media Queries as Redox does, with synthetic
 * charts. It is an independent program: it shares no code with the gateway, which must treat it like the real one.
 */
import type { KeyObject } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import fastify, { type FastifyInstance } from 'fastify';
import type { ChartDocument, DestinationAlias } from './charts/chart.ts';
import type { Subscriber } from './push/subscriber.ts';
import { Subscriptions } from './push/subscriptions.ts';
import type { SandboxOptions } from './sandbox-options.ts';
import { AccessTokens } from './server/access-tokens.ts';
import type { AnswerHook, WriteHook } from './server/answer.ts';
import { AssertionVerifier } from './server/assertions.ts';
import { CallLog, type RecordedCall } from './server/call-log.ts';
import { ChartStore } from './server/chart-store.ts';
import { type IssuedCredentials, issueCredentials, type SandboxCredentials } from './server/credentials.ts';
import { DESTINATION_IDS, SOURCE_IDS } from './server/destinations.ts';
import { addEndpointRoute, type Behaviour } from './server/endpoint-route.ts';
import { RollingQuota } from './server/quota.ts';
import { ReplyWriter } from './server/replies.ts';
import { addTokenRoutes, TOKEN_PATH } from './server/token-routes.ts';
import { addUploadRoute, type RecordedUpload, UPLOAD_PATH } from './server/upload-route.ts';

export type { ChartDocument, ChartIdentifier, ChartPatient, DestinationAlias } from './charts/chart.ts';
export type { Subscriber } from './push/subscriber.ts';
export type { SandboxOptions } from './sandbox-options.ts';
export type { Answer, AnswerHook, RawItem, RawReply } from './server/answer.ts';
export type { RecordedCall } from './server/call-log.ts';
export type { SandboxCredentials } from './server/credentials.ts';
export type { ParsedQuery } from './server/media-query.ts';

export interface Sandbox extends AsyncDisposable {
  /** For REDOX_API_URL, e.g. http://127.0.0.1:4010. */
  readonly url: string;
  readonly tokenUrl: string;
  readonly uploadUrl: string;
  readonly credentials: SandboxCredentials;
  /** Alias → destination id, the same on every start. */
  readonly destinations: Readonly<Record<DestinationAlias, string>>;
  /** Alias → source id, by which the events of the same systems name their sender; the same on every start. */
  readonly sources: Readonly<Record<DestinationAlias, string>>;
  readonly charts: readonly ChartDocument[];
  /** Every call of /endpoint, including refused ones, oldest first. */
  readonly calls: RecordedCall[];
  /** The number of all calls of /endpoint, even if `calls` no longer contains them. */
  readonly callCount: number;
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Requests for a token, OAuth and legacy, granted or not. */
  readonly tokenCalls: number;
  /** Files that were uploaded, oldest first. */
  readonly uploads: readonly RecordedUpload[];
  latencyMs: number;
  maxPatientsPerQuery: number;
  answer: AnswerHook | undefined;
  answerWrite: WriteHook | undefined;
  /** From now on, every token issued so far gets a 401, and no refresh token works. */
  revokeTokens(): void;
  /**
   * From now on, writes are pushed to the subscriber as Redox does: verification first, one event at a time for each source,
   * repeated until it gets a 200. Returns a function that ends this: nothing is sent afterwards.
   */
  subscribe(subscriber: Subscriber): () => void;
  /** Closes all connections at once. */
  close(): Promise<void>;
}

export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  // Key generation has a thread of its own; the charts are created meanwhile, and only if the caller passed none.
  const issuing = issueCredentials();
  const charts = options.charts ?? (await import('./charts/seeded-charts.ts')).SEEDED_CHARTS;
  const sandbox = new RunningSandbox(options, charts, await issuing);
  await sandbox.listen(options.port ?? 0);
  for (const subscriber of options.subscribers ?? []) sandbox.subscribe(subscriber);
  return sandbox;
}

class RunningSandbox implements Sandbox, Behaviour {
  url = '';
  tokenCalls = 0;
  readonly uploads: RecordedUpload[] = [];
  latencyMs: number;
  maxPatientsPerQuery: number;
  answer: AnswerHook | undefined;
  answerWrite: WriteHook | undefined;
  readonly destinations = DESTINATION_IDS;
  readonly sources = SOURCE_IDS;
  readonly credentials: SandboxCredentials;
  readonly charts: readonly ChartDocument[];
  readonly #log: CallLog;
  readonly #tokens: AccessTokens;
  readonly #store: ChartStore;
  readonly #subscriptions: Subscriptions;
  readonly #app: FastifyInstance;
  readonly #wait: NonNullable<SandboxOptions['wait']>;
  readonly #closed = new AbortController();

  constructor(options: SandboxOptions, charts: readonly ChartDocument[], issued: IssuedCredentials) {
    const clock = options.clock ?? Date.now;
    this.latencyMs = options.latencyMs ?? 0;
    this.maxPatientsPerQuery = options.maxPatientsPerQuery ?? Number.POSITIVE_INFINITY;
    this.answer = options.answer;
    this.credentials = issued.credentials;
    this.charts = charts;
    this.#store = new ChartStore(charts, options.database ?? null);
    this.#log = new CallLog(options.maxRecordedCalls ?? 10_000, clock);
    this.#tokens = new AccessTokens((options.tokenLifetimeSeconds ?? 300) * 1000, clock);
    this.#wait = options.wait ?? waitUnlessAborted;
    const report = options.report ?? (() => undefined);
    this.#subscriptions = new Subscriptions({ clock, wait: this.#wait, report });
    this.#app = createServer();
    this.#addRoutes(clock, issued.publicKey, options);
  }

  #addRoutes(clock: () => number, publicKey: KeyObject, { quota }: SandboxOptions): void {
    const { clientId, keyId, sourceId } = this.credentials;
    const tokens = this.#tokens;
    addTokenRoutes(this.#app, {
      tokens,
      clock,
      credentials: this.credentials,
      assertions: new AssertionVerifier({ publicKey, clientId, keyId, audience: () => this.tokenUrl, clock }),
      countCall: () => this.tokenCalls++,
    });
    addEndpointRoute(this.#app, {
      behaviour: this,
      tokens,
      sourceId,
      log: this.#log,
      store: this.#store,
      quota: quota && new RollingQuota(quota, clock),
      replies: new ReplyWriter(clock, sourceId),
      publish: (event, written) => this.#subscriptions.publish(event, written),
      wait: (ms) => this.#wait(ms, this.#closed.signal),
    });
    const keep = (uri: string, base64: string) => this.#store.keepUpload(uri, base64);
    const record = (upload: RecordedUpload) => void this.uploads.push(upload);
    addUploadRoute(this.#app, { tokens, url: () => this.url, keep, record });
  }

  async listen(port: number): Promise<void> {
    this.url = await this.#app.listen({ port, host: '127.0.0.1' });
  }

  get tokenUrl(): string {
    return this.url + TOKEN_PATH;
  }
  get uploadUrl(): string {
    return this.url + UPLOAD_PATH;
  }
  get calls(): RecordedCall[] {
    return this.#log.calls;
  }
  get callCount(): number {
    return this.#log.total;
  }
  get inFlight(): number {
    return this.#log.inFlight;
  }
  get maxInFlight(): number {
    return this.#log.maxInFlight;
  }

  revokeTokens(): void {
    this.#tokens.revokeAll();
  }

  subscribe(subscriber: Subscriber): () => void {
    return this.#subscriptions.add(subscriber);
  }

  async close(): Promise<void> {
    this.#subscriptions.endAll();
    await this.#app.close();
    // After the connections are closed: a delayed response that was woken earlier would still be sent.
    this.#closed.abort();
    this.#store.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The signal fires when nothing has to wait any more, so that no timer keeps the process running. */
async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch {
    // The signal fired: the wait is over.
  }
}

function createServer(): FastifyInstance {
  // Clients keep connections open; closing must not wait for them.
  const app = fastify({ forceCloseConnections: true });
  // Every route reads its own body: Redox's reaction to a wrong Content-Type is not a framework's.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return app;
}
