/** What a router asks for by Apollo's callback protocol: where results go, and by which id and verifier it knows them. */
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

/** A router's address with an id. */
const MAX_URL_LENGTH = 2_048;
/** Routers send a UUID, and a verifier of some 64 characters; both are sent back with each event. */
const MAX_NAME_LENGTH = 1_024;
/** More often, heartbeats of thousands of subscriptions would take a processor each. */
const MIN_HEARTBEAT_MS = 100;
/** A timer takes no more than 24 days. */
const MAX_HEARTBEAT_MS = 86_400_000;
/** Of the protocol, where the router does not say. */
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

/** `origins`: those that may be called. @throws BAD_USER_INPUT */
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

/** Only the members of the extension are named, never what is in them. */
function readAddress(text: string, origins: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isPlain =
    url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (!isPlain || !origins.includes(url.origin)) {
    throw badInput(`${ARGUMENT}.callbackUrl`, 'is not of an origin that may be called back');
  }
  return url;
}
