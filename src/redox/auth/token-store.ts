/** Where replicas share one access token, if anywhere. */
import type { Token } from './token.ts';

export interface TokenStore {
  /** Null: there is none, or it cannot be had. Never rejects. */
  read(): Promise<Token | null>;
  /** Never rejects. */
  write(token: Token): Promise<void>;
  /** The right to renew, until it is given back or some seconds have passed; null: another replica has it. Never rejects. */
  lock(): Promise<(() => Promise<void>) | null>;
}

/** For a gateway that has no others beside it. */
export const NO_SHARED_STORE: TokenStore = {
  read: async () => null,
  write: async () => undefined,
  lock: async () => async () => undefined,
};
