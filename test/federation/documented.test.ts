/** docs/federation.md says what is so: its subgraph composes with ours, and its keys are ours. */
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { expect, test } from 'vitest';
import { readTypeDefs } from '../../src/graphql/schema/schema.ts';
import { readProjectFile } from '../project/sources.ts';

const DOCUMENT = readProjectFile('docs/federation.md');

test('the subgraph that refers to a patient composes with the media subgraph, and leads to the documents', () => {
  const blocks = [...DOCUMENT.matchAll(/^```graphql\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');
  const appointments = blocks.find((text) => text.includes('type Appointment')) ?? '';
  const { errors, publicSdl = '' } = composeServices([
    { name: 'media', typeDefs: parse(readTypeDefs()), url: 'http://media.example/graphql' },
    { name: 'appointments', typeDefs: parse(appointments), url: 'http://appointments.example/graphql' },
  ]);
  expect(errors).toBeUndefined();
  expect(publicSdl).toMatch(/type Appointment {[^}]*patient: Patient\b/);
});

test('its table of keys is the schema', () => {
  const keys = [
    ...readTypeDefs().matchAll(/^type (\w+)[^{]*?@key\(fields: "id"\)\s+@key\(fields: "([^"]+)"\)/gm),
  ];
  expect(keys).toHaveLength(3);
  for (const [, type, key] of keys) {
    expect(DOCUMENT).toContain(`| \`${type}\` | \`id\`, or \`${key}\` |`);
  }
});
