/** Operations at a steady pace, whatever becomes of those before: as callers come who know nothing of each other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { postOperation } from '../support/gateway.ts';

export interface Answered {
  /** Milliseconds since the load began. */
  readonly sentAt: number;
  readonly tookMs: number;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Of its errors; empty for an answer with data alone. */
  readonly codes: readonly string[];
}

export interface LoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  readonly query: (at: number) => string;
}

export async function runLoad(url: string, { perSecond, seconds, query }: LoadOptions): Promise<Answered[]> {
  const begun = performance.now();
  const answers: Promise<Answered>[] = [];
  for (let at = 0; at < perSecond * seconds; at += 1) {
    const waitMs = begun + (at * 1000) / perSecond - performance.now();
    if (waitMs > 0) await sleep(waitMs);
    answers.push(answer(url, query(at), begun));
  }
  return Promise.all(answers);
}

export async function answer(url: string, query: string, begun = performance.now()): Promise<Answered> {
  const sentAt = performance.now() - begun;
  const { status, errors } = await postOperation(url, { query }).catch(() => ({ status: 0, errors: [] }));
  const tookMs = performance.now() - begun - sentAt;
  return { sentAt, tookMs, status, codes: errors.map(({ extensions }) => extensions.code) };
}

export function isGood({ status, codes }: Answered): boolean {
  return status === 200 && codes.length === 0;
}

/** The value below which `share` of them lies. */
export function quantile(values: readonly number[], share: number): number {
  const ascending = values.toSorted((a, b) => a - b);
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? Number.NaN;
}

/** Metadata of one patient's documents. */
export function patientQuery(name: string): string {
  return `{ patient(identifiers: { value: "SYN-${name}", idType: "MR" }) { media { nodes { documentId } } } }`;
}
