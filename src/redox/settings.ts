/** What the Redox client must be told. Values are taken as valid: the gateway's config checks them at start. */

/** A credential of one Redox environment: an OAuth API key (recommended), or a legacy one. */
export type RedoxCredentials = OAuthCredentials | LegacyCredentials;

export interface OAuthCredentials {
  readonly kind: 'oauth';
  readonly clientId: string;
  readonly keyId: string;
  /** PKCS#8 PEM, with real or escaped newlines, or a private JWK as JSON. */
  readonly privateKey: string;
}

export interface LegacyCredentials {
  readonly kind: 'legacy';
  readonly apiKey: string;
  readonly secret: string;
}

export interface RedoxSettings {
  /** Base URL; queries go to `{apiUrl}/endpoint`. */
  readonly apiUrl: string;
  readonly tokenUrl: string;
  /** Where files are uploaded. */
  readonly uploadUrl: string;
  readonly credentials: RedoxCredentials;
  /** `Meta.Source.ID`; needed when the environment has several OAuth API keys. */
  readonly sourceId?: string;
  /** Alias → destination ID (a UUID of Redox's). */
  readonly destinations: ReadonlyMap<string, string>;
  /** `Meta.Test`. */
  readonly test: boolean;
  /** `Meta.FacilityCode`, by the alias of the destination that wants one. */
  readonly facilityCodes: ReadonlyMap<string, string>;
  /** For one query, all of it: waiting for a token and a connection, the call, its repetition after a 401. */
  readonly timeoutMs: number;
  /** Redox's quota is counted over so long. */
  readonly rate: { readonly windowMs: number };
  /** Connections to `apiUrl`; a query beyond them waits, and its time runs. */
  readonly concurrency: number;
  readonly maxResponseBytes: number;
  /** Most bytes that are held of replies that are being received, all together. */
  readonly bytesInFlight: number;
}
