/**
 * The canary search over the whole test suite: whatever any gateway of any test answers, logs or seals is searched for
 * what the charts of that test hold; canary-check.ts fails the test file when something is found.
 *
 * Seen are all answers that come over HTTP to this process (undici tells of them, also under `fetch`), and all log lines.
 * In `data` patients' values are where they belong; there only sealed texts and URLs are searched, unsealed as far as
 * base64 is.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ChartDocument } from '../../sandbox/sandbox.ts';

/** Shorter values are words that may stand anywhere. */
const MIN_LENGTH = 4;
/** What logs and answers name everywhere. */
const ALIASES = ['general', 'county'];
/** Of a file, as it is encoded. */
const CONTENTS_PREFIX = 24;
/** The field of the schema that holds a file: what a file says, its patient's number among it, belongs there. */
const FILE = 'base64';
/** Beside `data`: where an error stood in the caller's own document, and what the sandbox was asked, as its explorers show it. */
const OWN_MEMBERS: ReadonlySet<string> = new Set(['locations', 'queries']);
/** Answers about anything but files are smaller. */
const MAX_BYTES = 4_000_000;

/** These change from answer to answer and come from the server itself. */
const OWN_HEADERS = /^(?:date|content-length)$/i;
const FILE_HEADERS = /^(?:date|content-length|content-disposition)$/i;

const canaries = new Set<string>();
const origins = new Set<string>();
const texts = new Set<string>();

/** From now on these charts' values are looked for. */
export function plantCanaries(charts: readonly ChartDocument[]): void {
  for (const { fileContents, destination: _, fileType: __, identifiers, ...fields } of charts) {
    const values = [...Object.values(fields), ...identifiers.map(({ id }) => id)];
    for (const value of values) if (typeof value === 'string' && isCanary(value)) canaries.add(value);
    if (fileContents && fileContents.length >= CONTENTS_PREFIX)
      canaries.add(fileContents.slice(0, CONTENTS_PREFIX));
  }
}

function isCanary(value: string): boolean {
  return value.length >= MIN_LENGTH && !ALIASES.includes(value);
}

/** From now on everything that the server of this URL answers is searched, until the returned function is called. */
export function watchAnswers(url: string): () => void {
  const { origin } = new URL(url);
  origins.add(origin);
  // Its port may be another server's then.
  return () => origins.delete(origin);
}

/** Searched as it is. */
export function watchText(text: string): void {
  texts.add(text);
}

/** Where logs of watched gateways go. */
export const watchedLog = {
  write(line: string): void {
    // Random ids may look like anything.
    watchText(line.replace(/"time":"[^"]*"/, '').replaceAll(/[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/g, ''));
  },
};

/** Every canary in what has been seen so far, with what was around it; then forgets what was seen. */
export function findCanaries(): string[] {
  const seen = [...texts].join('\n');
  texts.clear();
  const found = [...canaries].filter((canary) => seen.includes(canary));
  return found.map((canary) => {
    const at = seen.indexOf(canary);
    return `${canary} in …${seen.slice(Math.max(0, at - 120), at + canary.length + 40)}…`;
  });
}

/** So that the next test file, which may run in this process too, is not searched for values of this one's charts. */
export function forgetCanaries(): void {
  canaries.clear();
  origins.clear();
  texts.clear();
}

interface Message {
  readonly request: { readonly origin?: string; readonly path?: string };
  readonly response?: { readonly headers: readonly Buffer[] };
  readonly chunk?: Buffer;
}

const bodies = new WeakMap<object, { chunks: Buffer[]; length: number }>();

function listen(name: string, hear: (message: Message) => void): void {
  subscribe(`undici:request:${name}`, (message) => {
    const heard = message as Message;
    if (origins.has(String(heard.request.origin))) hear(heard);
  });
}

listen('headers', ({ request, response }) => {
  const headers = (response?.headers ?? []).map(String);
  // A file's name goes with the file.
  const unsearched = request.path?.startsWith('/content/') ? FILE_HEADERS : OWN_HEADERS;
  // Name and value in turn.
  const lines = headers.flatMap((name, at) =>
    at % 2 === 0 && !unsearched.test(name) ? [`${name}: ${headers[at + 1]}`] : [],
  );
  watchText(lines.join('\n'));
  bodies.set(request, { chunks: [], length: 0 });
});
listen('bodyChunkReceived', ({ request, chunk }) => {
  const body = bodies.get(request);
  if (body === undefined || chunk === undefined || body.length > MAX_BYTES) return;
  body.length += chunk.length;
  body.chunks.push(Buffer.from(chunk));
});
listen('trailers', ({ request }) => {
  const body = bodies.get(request);
  if (body !== undefined && body.length <= MAX_BYTES) watchBody(Buffer.concat(body.chunks).toString());
});

function watchBody(text: string): void {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    // A page, metrics, or a file: files are handed out to those who may have them.
    return;
  }
  if (typeof answer !== 'object' || answer === null) return;
  const { data, ...rest } = answer as { data?: unknown };
  watchText(JSON.stringify(rest, (key, value: unknown) => (OWN_MEMBERS.has(key) ? undefined : value)));
  watchSealed(data);
}

function watchSealed(data: unknown): void {
  if (typeof data === 'string') {
    // A reference that came instead of contents is the destination's own.
    if (/^https?:.*\/content\//.test(data)) watchText(data);
    for (const [sealed] of data.matchAll(/[\w-]{40,}/g))
      watchText(Buffer.from(sealed, 'base64url').toString('latin1'));
  } else if (typeof data === 'object' && data !== null) {
    for (const [name, member] of Object.entries(data)) if (name !== FILE) watchSealed(member);
  }
}
