/** The settings of the Redox client. Their values are valid: the gateway's configuration checks them at start. */

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
  /** The URL to which files are uploaded. */
  readonly uploadUrl: string;
  readonly credentials: RedoxCredentials;
  /** `Meta.Source.ID`; needed when the environment has several OAuth API keys. */
  readonly sourceId?: string;
  /** Redox's destination IDs (UUIDs) by alias. */
  readonly destinations: ReadonlyMap<string, string>;
  /** `Meta.Test`. */
  readonly test: boolean;
  /** `Meta.FacilityCode`, by the alias of the destination that requires one. */
  readonly facilityCodes: ReadonlyMap<string, string>;
  /** The time limit of one query as a whole: waiting for a token and a connection, the call, and its repetition after a 401. */
  readonly timeoutMs: number;
  /** The time over which Redox counts the calls of its quota. */
  readonly rate: { readonly windowMs: number };
  /** The maximum number of open connections to `apiUrl`. Waiting for one counts towards the query's time limit. */
  readonly concurrency: number;
  readonly maxResponseBytes: number;
  /** The maximum number of bytes held of all replies that are being received. */
  readonly bytesInFlight: number;
}
