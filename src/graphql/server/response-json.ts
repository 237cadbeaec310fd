/**
 * Writes a response as JSON. A response with thousands of documents is written in several time slices, as JSON.stringify cannot
 * pause.
 */
import type { TimeSlices, Work } from '../../time-slices.ts';
import { stringifyWellFormed } from '../../well-formed-json.ts';

/** Values that are written synchronously, within a millisecond. Most responses have fewer. */
const MAX_AT_ONCE = 2000;

export function responseWriter(slices: TimeSlices): (response: object) => string | Promise<string> {
  return (response) =>
    holdsMoreThan(MAX_AT_ONCE, response)
      ? slices.finish(writeInSteps(response))
      : stringifyWellFormed(response);
}

/** Like `stringifyWellFormed`, in steps of at most `maxAtOnce` values. */
export function* writeInSteps(value: object, maxAtOnce = MAX_AT_ONCE): Work<string> {
  const parts: string[] = [];
  if (Array.isArray(value)) {
    for (const entry of value) parts.push(yield* writeMember(entry ?? null, maxAtOnce));
    return `[${parts.join()}]`;
  }
  for (const [name, member] of Object.entries(value)) {
    if (member === undefined) continue;
    parts.push(`${stringifyWellFormed(name)}:${yield* writeMember(member, maxAtOnce)}`);
  }
  return `{${parts.join()}}`;
}

function* writeMember(value: unknown, maxAtOnce: number): Work<string> {
  if (typeof value === 'object' && value !== null && holdsMoreThan(maxAtOnce, value)) {
    return yield* writeInSteps(value, maxAtOnce);
  }
  yield;
  return stringifyWellFormed(value ?? null);
}

/** Counts no further than it must, and creates no lists of properties, as it runs for every response. */
function holdsMoreThan(max: number, value: unknown): boolean {
  const open = isObject(value) ? [value] : [];
  let count = 0;
  for (let next = open.pop(); next !== undefined && count <= max; next = open.pop()) {
    count += Array.isArray(next) ? visitEntries(next, open) : visitMembers(next, open);
  }
  return count > max;
}

type Members = Readonly<Record<string, unknown>>;

/** Returns the number of entries; entries that contain others are visited later. */
function visitEntries(entries: readonly unknown[], open: Members[]): number {
  for (const entry of entries) if (isObject(entry)) open.push(entry);
  return entries.length;
}

function visitMembers(members: Members, open: Members[]): number {
  let count = 0;
  for (const name in members) {
    const member = members[name];
    count += 1;
    if (isObject(member)) open.push(member);
  }
  return count;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null;
}
