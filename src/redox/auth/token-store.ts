/** An access token, and the store by which replicas share it, if there is one. */

export interface Token {
  readonly value: string;
  readonly gotAtMs: number;
  readonly renewAtMs: number;
  readonly expiresAtMs: number;
}

export interface TokenStore {
  /** Null: there is none, or it cannot be read. Never rejects. */
  read(): Promise<Token | null>;
  /** Never rejects. */
  write(token: Token): Promise<void>;
  /**
   * The lock for a renewal, held until it is released or some seconds have passed; null: another replica holds it. Never rejects.
   */
  lock(): Promise<(() => Promise<void>) | null>;
}

/** For a gateway of one replica. */
export const NO_SHARED_STORE: TokenStore = {
  read: async () => null,
  write: async () => undefined,
  lock: async () => async () => undefined,
};
