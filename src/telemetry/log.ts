/**
 * JSON lines on stdout. Only the event shapes below can be written, as redaction by path would miss values. No shape contains a
 * value of a caller; of Redox's values they contain log ids and trace ids, whose form is checked.
 */
import { type DestinationStream, type LevelWithSilent, type Logger, type LoggerOptions, pino } from 'pino';
import { GatewayError } from '../errors.ts';
import type { CallEnd, CallStart, CircuitChange } from '../media/events.ts';
import { StdoutLines } from './stdout-lines.ts';

export interface AccessLine {
  /** The pattern of the route, such as `/content/:token`; `none` for any other path. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
  /** Bytes sent, headers included. */
  readonly bytes: number;
  /** Whether the client got all of the response. */
  readonly isComplete: boolean;
}

/** `part` and `problem` are words of fixed lists, never texts of Redis. */
type RedisChange =
  | { readonly available: true }
  | { readonly available: false; readonly part: string; readonly problem: string };

export interface GatewayLog {
  listening(event: { readonly url: string; readonly sandbox: boolean }): void;
  draining(event: { readonly signal: string }): void;
  stopped(): void;
  /** The collector did not accept the last traces. */
  tracesLost(): void;
  /** An error in the gateway itself: `reference` is the one that the caller received. */
  internalError(event: { readonly reference: string; readonly error: unknown }): void;
  /** An operation could not be compiled, and is executed by graphql-js. Logged once. */
  notCompiled(event: { readonly error: unknown }): void;
  /** Callers' tokens could not be verified, as the keys of their issuer could not be fetched. */
  callerKeysUnavailable(event: { readonly error: unknown }): void;
  /** Redox grants no token: what it responded, where it did. At most once a minute. */
  tokenNotGranted(event: { readonly error: unknown }): void;
  /** The process ends because of this error. */
  fatal(event: { readonly error: unknown }): void;
  /** A Media Query starts. `reading` contains the lengths of its lists and none of their values. */
  redoxCall(event: CallStart): void;
  /** A Media Query failed: the code of its error, and the ids that Redox's support asks for. */
  redoxCallFailed(event: CallEnd): void;
  /** A reply contained items that satisfy no need; they were dropped. */
  unmatchedItems(event: { readonly destination: string; readonly count: number }): void;
  /** Documents do not show whether they were requested, so fields fail. At most once a minute for each destination. */
  unattributed(event: { readonly destination: string }): void;
  /** A circuit breaker changes its state: that of a destination, or of Redox itself (null). */
  breaker(event: CircuitChange): void;
  /**
   * Redis became available, or unavailable: then each replica works alone in what cannot be shared (`part`; `connection`:
   * everything).
   */
  redis(event: RedisChange): void;
  /**
   * An event of Redox could not be read, and was recorded as unreadable: the remembered answers of its destination (null: of
   * every one) were forgotten. At most once a minute for each reason.
   */
  eventUnreadable(event: { readonly reason: string; readonly destination: string | null }): void;
  /** Events of Redox cannot be recorded, so Redox keeps them. At most once a minute. */
  eventsNotRecorded(): void;
  /**
   * Recorded events cannot be read, or no longer: all remembered answers are forgotten, and subscriptions end. At most once a
   * minute.
   */
  eventsMissed(): void;
  /** An operation is not among the persisted documents. `digest` is the SHA-256 of its text. */
  unlistedOperation(event: { readonly digest: string }): void;
  /** The audit trail cannot be written; logged once until it can be written again. */
  auditFailed(event: { readonly error: unknown }): void;
  auditRestored(): void;
  /** A request was completed, with ACCESS_LOG=true. */
  request(line: AccessLine): void;
  /** Apollo Server logs a message. Only its level is written, as its text may quote an operation. */
  readonly apollo: Record<'debug' | 'info' | 'warn' | 'error', () => void>;
}

/** `lines` replaces stdout. */
export function createLog(level: LevelWithSilent, lines?: DestinationStream): GatewayLog {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  const logger = lines ? pino(options, lines) : logToStdout(options);
  return {
    listening: ({ url, sandbox }) => logger.info({ event: 'listening', url, sandbox }),
    draining: ({ signal }) => logger.info({ event: 'draining', signal }),
    stopped: () => logger.info({ event: 'stopped' }),
    tracesLost: () => logger.warn({ event: 'traces-lost' }),
    internalError: ({ reference, error }) =>
      logger.error({ event: 'internal-error', reference, ...describeError(error) }),
    notCompiled: ({ error }) => logger.error({ event: 'not-compiled', ...describeError(error) }),
    callerKeysUnavailable: ({ error }) =>
      logger.error({ event: 'caller-keys-unavailable', ...describeError(error) }),
    tokenNotGranted: ({ error }) => logger.error({ event: 'token-not-granted', ...describeResponse(error) }),
    fatal: ({ error }) => logger.fatal({ event: 'fatal', ...describeError(error) }),
    redoxCall: ({ destination, reading, needs, files }) =>
      logger.debug({ event: 'redox-call', destination, reading, needs, files }),
    redoxCallFailed: ({ destination, outcome, logIds, traceId }) => {
      const line = { event: 'redox-call-failed', destination, code: outcome, logIds };
      logger.info({ ...line, ...(traceId !== null && { traceId }) });
    },
    unmatchedItems: ({ destination, count }) => logger.warn({ event: 'unmatched-items', destination, count }),
    unattributed: ({ destination }) => logger.warn({ event: 'unattributed', destination }),
    breaker: ({ destination, state }) => logger.warn({ event: 'breaker', destination, state }),
    redis: (event) => {
      if (event.available) logger.info({ event: 'redis', available: true });
      else logger.warn({ event: 'redis', available: false, part: event.part, problem: event.problem });
    },
    eventUnreadable: ({ reason, destination }) =>
      logger.error({ event: 'event-unreadable', reason, destination }),
    eventsNotRecorded: () => logger.error({ event: 'events-not-recorded' }),
    eventsMissed: () => logger.warn({ event: 'events-missed' }),
    unlistedOperation: ({ digest }) => logger.warn({ event: 'unlisted-operation', digest }),
    auditFailed: ({ error }) => logger.error({ event: 'audit-failed', ...describeError(error) }),
    auditRestored: () => logger.info({ event: 'audit-restored' }),
    request: ({ route, method, status, durationMs, bytes, isComplete }) =>
      logger.info({ event: 'request', route, method, status, durationMs, bytes, isComplete }),
    apollo: {
      debug: () => undefined,
      info: () => logger.debug({ event: 'apollo' }),
      warn: () => logger.warn({ event: 'apollo' }),
      error: () => logger.error({ event: 'apollo' }),
    },
  };
}

function logToStdout(options: LoggerOptions): Logger {
  const stdout = new StdoutLines();
  const logger = pino(options, stdout);
  stdout.onResumed = (count) => logger.warn({ event: 'log-lines-dropped', count });
  return logger;
}

/** The origin of an error without its message, as messages may quote patients' data. */
function describeError(error: unknown): { name: string; code?: string; frames: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, frames: [] };
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return { name: error.name, ...code, frames: frames.map((line) => line.trim()) };
}

/** The status is null without a response. The trace id is for Redox's support. */
function describeResponse(error: unknown): { code: string; status: number | null; traceId?: string } {
  if (!(error instanceof GatewayError)) return { code: 'INTERNAL_SERVER_ERROR', status: null };
  const { status = null, traceId } = error.details.redox ?? {};
  return { code: error.code, status, ...(traceId !== undefined && { traceId }) };
}
