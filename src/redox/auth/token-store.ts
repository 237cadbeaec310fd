/** An access token, and where replicas share one, if anywhere. */

export interface Token {
  readonly value: string;
  readonly gotAtMs: number;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

export interface TokenStore {
  /** Null: there is none, or it cannot be had. Never rejects. */
  read(): Promise<Token | null>;
  /** Never rejects. */
  write(token: Token): Promise<void>;
  /** The right to renew, until it is given back or some seconds have passed; null: another replica has it. Never rejects. */
  lock(): Promise<(() => Promise<void>) | null>;
}

/** For a gateway of one replica. */
export const NO_SHARED_STORE: TokenStore = {
  read: async () => null,
  write: async () => undefined,
  lock: async () => async () => undefined,
};
