/** Operations about one patient each, and what came of them. */
import { postOperation } from '../support/gateway.ts';

export interface Answered {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Of its errors; empty for an answer with data alone. */
  readonly codes: readonly string[];
}

export async function answer(url: string, query: string, variables: object = {}): Promise<Answered> {
  const { status, errors } = await postOperation(url, { query, variables }).catch(() => ({
    status: 0,
    errors: [],
  }));
  return { status, codes: errors.map(({ extensions }) => extensions.code) };
}

export function isGood({ status, codes }: Answered): boolean {
  return status === 200 && codes.length === 0;
}

/** Metadata of one patient's documents. */
export function patientQuery(name: string): string {
  return `{ patient(identifiers: { value: "SYN-${name}", idType: "MR" }) { media { nodes { documentId } } } }`;
}
