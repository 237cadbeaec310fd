/** A field that must be refused for one of its arguments: in fixed words, before any upstream call, without the value. */
import { expect } from 'vitest';
import type { TestGateway } from './gateway.ts';

/** `argument`: the path that the error must name. A value that must not come back holds the word CANARY. */
export async function expectRefusal(
  gateway: TestGateway,
  field: string,
  argument: string,
  variables: Record<string, unknown> = {},
): Promise<void> {
  const declared = Object.keys(variables).map((name) => `$${name}: ${VARIABLE_TYPES[name]}`);
  const calls = await gateway.countCalls(async () => {
    const { status, errors } = await gateway.ask(
      `query ${declared.length > 0 ? `(${declared})` : ''} { destinations { id } ${field} }`,
      variables,
    );
    expect(status).toBe(200);
    expect(errors).toEqual([
      {
        message: 'An argument of this field is not acceptable.',
        path: expect.any(Array),
        locations: expect.any(Array),
        extensions: { code: 'BAD_USER_INPUT', argument, problem: expect.any(String), retryable: false },
      },
    ]);
    expect(JSON.stringify(errors)).not.toContain('CANARY');
  });
  expect(calls).toBe(0);
}
export const VARIABLE_TYPES: Readonly<Record<string, string>> = {
  patients: '[PatientInput!]!',
  ids: '[ID!]!',
  id: 'ID!',
  search: 'MediaSearchFilter!',
  filter: 'MediaFilter',
  cursor: 'String',
};
