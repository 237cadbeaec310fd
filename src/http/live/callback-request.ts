/**
 * Reads what a router requests by Apollo's callback protocol: where to send results, and the id and the verifier of the
 * subscription.
 */
import { z } from 'zod';
import { badInput } from '../../errors.ts';

export interface CallbackRequest {
  readonly url: URL;
  readonly id: string;
  readonly verifier: string;
  /** Infinite: the router wants no heartbeats. */
  readonly heartbeatMs: number;
}

const ARGUMENT = 'extensions.subscription';

/** A router's URL with an id. */
const MAX_URL_LENGTH = 2_048;
/** Routers send a UUID, and a verifier of some 64 characters; both are sent back with each event. */
const MAX_NAME_LENGTH = 1_024;
/** With a shorter interval, heartbeats of thousands of subscriptions would take a whole CPU. */
const MIN_HEARTBEAT_MS = 100;
/** Timers hold at most 24 days. */
const MAX_HEARTBEAT_MS = 86_400_000;
/** The protocol's default. */
const DEFAULT_HEARTBEAT_MS = 5_000;

const NAME = z.string().min(1).max(MAX_NAME_LENGTH);

const EXTENSION = z.object({
  callbackUrl: z.string().max(MAX_URL_LENGTH),
  subscriptionId: NAME,
  verifier: NAME,
  heartbeatIntervalMs: z
    .int()
    .refine((ms) => ms === 0 || ms >= MIN_HEARTBEAT_MS)
    .default(DEFAULT_HEARTBEAT_MS),
});

/** `origins`: those to which callbacks may be sent. @throws BAD_USER_INPUT */
export function readCallbackRequest(extension: unknown, origins: readonly string[]): CallbackRequest {
  const { data, error } = EXTENSION.safeParse(extension);
  if (data === undefined) {
    const [member] = error.issues[0]?.path ?? [];
    throw badInput(
      member === undefined ? ARGUMENT : `${ARGUMENT}.${String(member)}`,
      'does not fit the callback protocol',
    );
  }
  const { callbackUrl, subscriptionId: id, verifier, heartbeatIntervalMs } = data;
  const heartbeatMs =
    heartbeatIntervalMs === 0 ? Number.POSITIVE_INFINITY : Math.min(heartbeatIntervalMs, MAX_HEARTBEAT_MS);
  return { url: readAddress(callbackUrl, origins), id, verifier, heartbeatMs };
}

/** Errors name only members of the extension, never their values. */
function readAddress(text: string, origins: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isPlain || !origins.includes(url.origin)) {
    throw badInput(`${ARGUMENT}.callbackUrl`, 'is not of an origin that may be called back');
  }
  return url;
}
