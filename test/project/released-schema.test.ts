/** The schema is a promise: it is published as it is, and what breaks it is told in CHANGELOG.md. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { findBreakages, findUnnamed } from './breaking-changes.ts';
import { readProjectFile } from './sources.ts';

/** With a release, `schema.graphql` is copied here. */
const RELEASED = readProjectFile('test/project/released-schema.graphql');
const CURRENT = readProjectFile('schema.graphql');

test('schema.graphql is what `npm run schema:print` writes now', () => {
  const script = fileURLToPath(new URL('../../scripts/print-schema.ts', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script, '--check'], { encoding: 'utf8' });
  expect({ status, output: status === 0 ? '' : stderr }).toEqual({ status: 0, output: '' });
});

test('CHANGELOG.md names, under Unreleased, every change that breaks the schema of the last release', () => {
  expect(findUnnamed(findBreakages(RELEASED, CURRENT), readProjectFile('CHANGELOG.md'))).toEqual([]);
});

describe('a change that breaks is found', () => {
  test.each<[string, string, string, string[]]>([
    ['another name of a field', '  visits: [Visit!]', '  allVisits: [Visit!]', ['Patient.visits']],
    ['another type of a field', '  visits: [Visit!]', '  visits: [Visit]', ['Patient.visits']],
    ['another name of an argument', '    visitNumber: ID!\n', '    number: ID\n', ['Patient.visit']],
    ['another name of an enum value', '  FILE_NAME\n', '  NAME\n', ['MediaOrderField.FILE_NAME']],
    [
      'a required input field',
      '  idType: String!\n}\n\n"""\nA patient',
      '  idType: String!\n  at: ID!\n}\n\n"""\nA patient',
      ['IdentifierInput.at'],
    ],
    ['a lost interface', 'type Visit implements Node ', 'type Visit ', ['Visit']],
    ['a lost key', ' @key(fields: "destination documentId")', '', ['Media']],
    ['a type that is no longer shared', 'type Identifier @shareable', 'type Identifier', ['Identifier']],
    ['a hidden field', '  visits: [Visit!]', '  visits: [Visit!] @inaccessible', ['Patient.visits']],
    ['none: an added field', '  visits: [Visit!]', '  more: ID\n  visits: [Visit!]', []],
    ['none: another description', 'For a patient reached through', 'Of a patient found through', []],
  ])('%s', (_, from, to, coordinates) => {
    expect(CURRENT).toContain(from);
    const breakages = findBreakages(CURRENT, CURRENT.replace(from, to));
    expect(breakages.map(({ coordinate }) => coordinate)).toEqual(coordinates);
  });

  test('unless the section of what is not released names it', () => {
    const broken = findBreakages(CURRENT, CURRENT.replace('  visits: [Visit!]', '  visits: [Visit]'));
    const changelog = (unreleased: string) =>
      `# Changelog\n\n## Unreleased\n\n${unreleased}\n## 0.1.0\n\n- \`Patient.visits\`\n`;
    expect(findUnnamed(broken, changelog('### Removed\n\n- `Patient.visits`: use `media`.\n'))).toEqual([]);
    expect(findUnnamed(broken, changelog('- Patient.visit is as it was.\n'))).toEqual(broken);
    expect(findUnnamed(broken, '## Unreleased\n\n- `Patient.visits`\n')).toEqual([]);
    expect(findUnnamed(broken, '')).toEqual(broken);
  });
});
