/** Keys: on these rests that no two patients are ever taken for one, and no identifier for a patient. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { identifierKey, identifiersOf, patientKey } from '../../../src/media/model/keys.ts';
import { CASES } from '../../support/cases.ts';

/** Texts made of what keys are made of, so that ambiguity would show. */
const tricky = fc.string({
  unit: fc.constantFrom('1', '2', ':', 'M', 'R', '|', '*', '\0', '"'),
  minLength: 1,
  maxLength: 6,
});
const identifier = fc.record({ id: tricky, idType: tricky });

test('keys of two identifiers are equal only when ID and IDType are', () => {
  fc.assert(
    fc.property(identifier, identifier, (a, b) => {
      expect(identifierKey(a) === identifierKey(b)).toBe(a.id === b.id && a.idType === b.idType);
    }),
    { numRuns: CASES },
  );
});

test('a key of a patient holds all identifiers, once each, in no order', () => {
  fc.assert(
    fc.property(fc.array(identifier, { minLength: 1, maxLength: 4 }), (identifiers) => {
      const key = patientKey(identifiers);
      expect(patientKey(identifiers.toReversed())).toBe(key);
      const distinct = new Set(identifiers.map(identifierKey));
      expect(new Set(identifiersOf(key).map(identifierKey))).toEqual(distinct);
      expect(identifiersOf(key)).toHaveLength(distinct.size);
    }),
    { numRuns: CASES },
  );
});

/** A patient with one identifier has the same text for both keys: only the compiler can tell them apart. */
describe('a mix-up of kinds of keys does not compile', () => {
  const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
  const MODEL = `${ROOT}src/media/model`;
  const PROGRAMS = {
    'all as it should be': `
      const box: Box = { ...createBox({}), patients: new Set([patientKey([mr])]) };
      const rights: Rights = { ...ALL_RIGHTS, patients: new Set([identifierKey(mr)]) };
      export default [box, rights, createNeed(destinationAlias('general'), {})];`,
    'an identifier among the patients of a box': `
      const box: Box = { ...createBox({}), patients: new Set([identifierKey(mr)]) };
      export default box;`,
    'text among the patients of a box': `
      const box: Box = { ...createBox({}), patients: new Set(['MR']) };
      export default box;`,
    'a patient among the identifiers of rights': `
      const rights: Rights = { ...ALL_RIGHTS, patients: new Set([patientKey([mr])]) };
      export default rights;`,
    'a patient among the destinations of rights': `
      const rights: Rights = { ...ALL_RIGHTS, destinations: new Set([patientKey([mr])]) };
      export default rights;`,
    'an identifier looked for among patients': `
      const { patients } = createBox({});
      export default patients !== 'all' && patients.has(identifierKey(mr));`,
    'text as a destination': `
      export default createNeed('general', {});`,
  };
  const IMPORTS = `
    import type { Box } from '${MODEL}/box.ts';
    import { destinationAlias, identifierKey, patientKey } from '${MODEL}/keys.ts';
    import { createBox, createNeed } from '${MODEL}/need.ts';
    import { ALL_RIGHTS, type Rights } from '${MODEL}/rights.ts';
    const mr = { id: 'SYN-1', idType: 'MR' };`;

  test('and all else does', () => {
    // Below the project, so that its packages are found.
    const folder = mkdtempSync(`${ROOT}test/.compiled-`);
    try {
      const names = Object.keys(PROGRAMS);
      for (const [at, program] of Object.values(PROGRAMS).entries()) {
        writeFileSync(`${folder}/program-${at}.ts`, `${IMPORTS}${program}`);
      }
      const settings = {
        extends: `${ROOT}tsconfig.json`,
        compilerOptions: { noUnusedLocals: false },
        include: ['*.ts'],
      };
      writeFileSync(`${folder}/tsconfig.json`, JSON.stringify(settings));
      const tsc = `${ROOT}node_modules/typescript/bin/tsc`;
      const { stdout } = spawnSync(process.execPath, [tsc, '--project', folder, '--pretty', 'false'], {
        encoding: 'utf8',
      });
      const refused = new Set(
        [...stdout.matchAll(/program-(\d+)\.ts\(/g)].map(([, at]) => names[Number(at)]),
      );
      expect(
        names.filter((name) => !refused.has(name)),
        stdout,
      ).toEqual(['all as it should be']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
