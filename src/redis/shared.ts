/** Everything that the replicas of one gateway share through Redis. */

import { hash } from 'node:crypto';
import type { Clock } from '../clock.ts';
import { createTextHmac, createTextSigner } from '../hmac.ts';
import type { SharedWriteOrder } from '../media/ordering/shared-write-order.ts';
import type { Rate, SharedQuota } from '../media/resilience/rate-limiter.ts';
import type { TokenStore } from '../redox/auth/token-store.ts';
import type { RedoxCredentials, RedoxSettings } from '../redox/settings.ts';
import { Seal } from '../seal.ts';
import type { WriteMemory } from '../writes/write-memory.ts';
import { RedisConnection, type RedisReport } from './connection.ts';
import { REDIS_PARTS } from './health.ts';
import { InboxEntries } from './inbox-entry.ts';
import { RedisReplicas } from './replicas.ts';
import { SharedInbox } from './shared-inbox.ts';
import { RedisQuota } from './shared-quota.ts';
import { createSharedToken } from './shared-token.ts';
import { RedisWriteOrder } from './shared-write-order.ts';
import { RedisWriteMemory } from './shared-writes.ts';

export interface Shared {
  readonly tokenStore: TokenStore;
  readonly quota: SharedQuota;
  readonly writes: WriteMemory;
  readonly writeOrder: SharedWriteOrder;
  /** The inbox of all events; to be called once. `destinations`: the aliases of all destinations. */
  openInbox(destinations: ReadonlySet<string>, maxEvents: number): SharedInbox;
  /** Whether each part is shared now. */
  parts(): ReadonlyMap<string, boolean>;
  close(): void;
}

export interface SharedOptions {
  readonly url: string;
  readonly secrets: readonly string[];
  readonly rate: Rate;
  readonly redox: RedoxSettings;
  /** What happens to writes with a clientMutationId while Redis is unavailable. */
  readonly writesWithoutRedis: 'allow' | 'refuse';
  readonly clock: Clock;
  /** Called when Redis becomes available or unavailable. */
  readonly report: (event: RedisReport) => void;
}

export function shareThroughRedis(options: SharedOptions): Shared {
  const { url, secrets, rate, redox, clock, report } = options;
  const connection = new RedisConnection(url, report, clock);
  const name = nameOfAccount(redox);
  const replicas = new RedisReplicas(connection, name, clock);
  const countReplicas = () => replicas.count;
  const quota = new RedisQuota(connection, { rate, name, clock, countReplicas });
  const writes = new RedisWriteMemory(connection, {
    seal: new Seal(secrets, 'write'),
    name,
    clock,
    whenAway: options.writesWithoutRedis,
  });
  // The other parts detect a loss in what they read.
  replicas.onLoss(() => {
    quota.reportOwnCalls();
    writes.resendAll();
  });
  const writeOrder = new RedisWriteOrder(connection, {
    name,
    hash: createTextHmac(secrets, 'write-order/v1'),
    signer: createTextSigner(secrets, 'write-order-signature/v1'),
    clock,
  });
  return {
    tokenStore: createSharedToken(connection, new Seal(secrets, 'token'), nameOfKey(redox), clock),
    quota,
    writes,
    writeOrder,
    openInbox(destinations, maxEvents) {
      const entries = new InboxEntries(new Seal(secrets, 'event'), destinations);
      const hash = createTextHmac(secrets, 'event-series/v1');
      return new SharedInbox(connection, { entries, hash, name, maxEvents, clock });
    },
    parts: () => new Map(REDIS_PARTS.map((part) => [part, connection.works(part)])),
    close() {
      replicas.close();
      quota.close();
      writeOrder.close();
      connection.close();
    },
  };
}

/**
 * Gateways with the same Redox and the same account share one prefix of keys, which reveals neither of them. While a key pair is replaced
 * by the next one, replicas with either of them must know of the same calls, writes and events.
 */
function nameOfAccount({ apiUrl, credentials }: RedoxSettings): string {
  return nameFor([apiUrl, credentials.kind, accountOf(credentials)]);
}

/** A token is good for as long as the key is that it was granted to. */
function nameOfKey({ apiUrl, tokenUrl, credentials }: RedoxSettings): string {
  const { kind } = credentials;
  const key = kind === 'oauth' ? [credentials.keyId] : [];
  return nameFor([apiUrl, tokenUrl, kind, accountOf(credentials), ...key]);
}

function accountOf(credentials: RedoxCredentials): string {
  return credentials.kind === 'oauth' ? credentials.clientId : credentials.apiKey;
}

function nameFor(parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22);
}
