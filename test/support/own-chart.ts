/** Small flat charts of a test's own, and questions about them that must succeed. */
import { expect } from 'vitest';
import type { ChartDocument, ChartIdentifier } from '../../sandbox/sandbox.ts';
import type { IdentifierInput } from '../../src/generated/resolvers.ts';
import type { TestGateway } from './gateway.ts';

/** What every patient of these charts has: a record number and an EHR id. */
export function identifiersOf(name: string): ChartIdentifier[] {
  return [
    { id: `SYN-${name}`, idType: 'MR' },
    { id: `e-${name}`, idType: 'EHRID' },
  ];
}

/** A plain document of the patient `name`, with `fields` over what is usual. */
export function chartDocument(name: string, fields: Partial<ChartDocument> = {}): ChartDocument {
  return {
    destination: 'general',
    identifiers: identifiersOf(name),
    visitNumber: `V-${name}`,
    documentType: 'Photo',
    fileType: 'TXT',
    fileContents: Buffer.from(`synthetic file of ${name}`).toString('base64'),
    ...fields,
  };
}

/** A chart's identifiers, as `[IdentifierInput!]!` has them. */
export function inputOf(identifiers: readonly ChartIdentifier[]): IdentifierInput[] {
  return identifiers.map(({ id, idType }) => ({ value: id, idType }));
}

/** The `identifiers` argument, by record number. */
export function byRecordNumber(name: string): { identifiers: IdentifierInput[] } {
  return { identifiers: inputOf(identifiersOf(name).slice(0, 1)) };
}

/** Runs an operation that must succeed. `T` is what the test expects of `data`; nothing checks it. */
export async function askWell<T>(
  gateway: TestGateway,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<T> {
  const { data, errors, status } = await gateway.ask<T>(query, variables);
  expect({ errors, status }).toEqual({ errors: [], status: 200 });
  if (data === null || data === undefined) throw new Error('an answer without errors has data');
  return data;
}
