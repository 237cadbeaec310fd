/** A hand-made Redox client for the sandbox's own tests: it shares nothing with the gateway's. */
import { createPrivateKey, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import type { DestinationAlias, Sandbox } from '../../sandbox/sandbox.ts';

export const ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

export interface AssertionChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly alg?: string;
  readonly kid?: string;
  readonly privateKeyPem?: string;
  readonly nowMs?: number;
}

/** A good assertion but for the changes. A claim changed to undefined is left out. */
export async function signAssertion(sandbox: Sandbox, changes: AssertionChanges = {}): Promise<string> {
  const { clientId, keyId, privateKeyPem } = sandbox.credentials;
  const now = Math.floor((changes.nowMs ?? Date.now()) / 1000);
  const claims = {
    iss: clientId,
    sub: clientId,
    aud: sandbox.tokenUrl,
    iat: now,
    exp: now + 300,
    jti: randomUUID(),
    ...changes.claims,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: changes.alg ?? 'RS384', kid: changes.kid ?? keyId, typ: 'JWT' })
    .sign(createPrivateKey(changes.privateKeyPem ?? privateKeyPem));
}

export function requestToken(
  sandbox: Sandbox,
  assertion: string,
  changes: Readonly<Record<string, string | undefined>> = {},
): Promise<Response> {
  const fields = {
    grant_type: 'client_credentials',
    client_assertion_type: ASSERTION_TYPE,
    client_assertion: assertion,
    ...changes,
  };
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) form.set(name, value);
  return fetch(sandbox.tokenUrl, { method: 'POST', body: form });
}

export async function getToken(sandbox: Sandbox, nowMs?: number): Promise<string> {
  const assertion = await signAssertion(sandbox, nowMs === undefined ? {} : { nowMs });
  const body = await readJson(await requestToken(sandbox, assertion));
  return String(member(body, 'access_token'));
}

export type JsonObject = Record<string, unknown>;

export async function readJson(response: Response): Promise<JsonObject> {
  const body: unknown = await response.json();
  if (!isObject(body)) throw new Error('not a JSON object');
  return body;
}

/** A member by name; undefined stands for absent. */
export function member(object: JsonObject | undefined, name: string): unknown {
  return object?.[name];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

/** The body of a Media Query; `filters` are its top-level members next to Meta. */
export function mediaQuery(sandbox: Sandbox, destination: DestinationAlias, filters: JsonObject): JsonObject {
  return {
    Meta: {
      DataModel: 'Media',
      EventType: 'Query',
      Test: true,
      Source: { ID: sandbox.credentials.sourceId },
      Destinations: [{ ID: sandbox.destinations[destination] }],
    },
    ...filters,
  };
}

export function byIdentifiers(...pairs: readonly (readonly [idType: string, id: string])[]): JsonObject {
  return { Identifiers: pairs.map(([IDType, ID]) => ({ ID, IDType })) };
}

export function post(sandbox: Sandbox, token: string | undefined, body: unknown): Promise<Response> {
  return fetch(`${sandbox.url}/endpoint`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

/** The answer's `Media[]`, which must have come with 200. */
export async function queryMedia(
  sandbox: Sandbox,
  token: string,
  destination: DestinationAlias,
  filters: JsonObject,
): Promise<JsonObject[]> {
  const response = await post(sandbox, token, mediaQuery(sandbox, destination, filters));
  if (response.status !== 200) throw new Error(`status ${response.status}: ${await response.text()}`);
  const { Media: media } = await readJson(response);
  return Array.isArray(media) ? media.filter(isObject) : [];
}

export function documentIds(items: readonly JsonObject[]): unknown[] {
  return items.map((item) => member(item, 'DocumentID'));
}
