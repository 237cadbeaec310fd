/** What is written to a sandbox, and what it pushes of it. */
import { expect } from 'vitest';
import {
  type DestinationAlias,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
} from '../../sandbox/sandbox.ts';
import { getToken, type JsonObject, mediaQuery, post } from './client.ts';
import type { Arrival } from './subscriber.ts';

export const TOKEN = 'a-token-that-the-two-agreed-on-before';
export const FILE = Buffer.from('synthetic').toString('base64');
export const PATIENT = { Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] };

/** All of what Redox's schema has for a document. */
export function media(id: string, change: JsonObject = {}): JsonObject {
  return {
    FileType: 'PDF',
    FileName: `${id}.pdf`,
    FileContents: FILE,
    DocumentType: 'Consent Form',
    DocumentID: id,
    DocumentDescription: 'synthetic',
    CreationDateTime: '2026-03-04T15:20:11.402Z',
    ServiceDateTime: '2026-03-04',
    Availability: 'Unavailable',
    Authenticated: 'True',
    Authenticator: { ID: '9', FirstName: 'Syn', LastName: 'Thetic', Credentials: ['MD'] },
    Provider: { ID: '1', IDType: 'NPI', EmailAddresses: ['syn@example.invalid'] },
    ...change,
  };
}

export interface Written {
  readonly type?: string;
  readonly to?: readonly DestinationAlias[];
  readonly media: JsonObject;
}

export async function write(sandbox: Sandbox, { type = 'New', to = ['general'], media: written }: Written) {
  const { Meta } = mediaQuery(sandbox, 'general', {}) as { Meta: JsonObject };
  const Destinations = to.map((alias) => ({ ID: sandbox.destinations[alias] }));
  const response = await post(sandbox, await getToken(sandbox), {
    Meta: { ...Meta, EventType: type, Destinations },
    Patient: PATIENT,
    Visit: { VisitNumber: '7' },
    Orders: [{ ID: 'o' }],
    Media: written,
  });
  expect(response.status).toBe(200);
}

/** More than any test here makes: a loop that never ends is seen by what does not arrive. */
export const MAX_PAUSES = 40;

export function fired(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
}

/** Pauses are listed and end at once; the time of an attempt ends when the test says so. */
export function pauses() {
  const listed: number[] = [];
  let endAttempt = () => {};
  const wait: NonNullable<SandboxOptions['wait']> = (ms, signal) => {
    if (ms < 120_000 && listed.push(ms) <= MAX_PAUSES) return Promise.resolve();
    return Promise.race([
      fired(signal),
      new Promise<void>((resolve) => {
        endAttempt = resolve;
      }),
    ]);
  };
  return { listed, wait, endAttempt: () => endAttempt() };
}

export function start(url: string, options: SandboxOptions = {}): Promise<Sandbox> {
  return startSandbox({ charts: [], subscribers: [{ url, verificationToken: TOKEN }], ...options });
}

export const idOf = ({ body }: Arrival) => (body['Media'] as JsonObject)['DocumentID'];

export const metaOf = ({ body }: Arrival) =>
  body['Meta'] as { EventType: string; Source: { ID: string }; Logs: { ID: string; AttemptID: string }[] };
