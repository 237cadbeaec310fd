/** Patients are told apart by the identifiers that items share, at a cost that grows with the items and no faster. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distinctPatients, itemsByPatient } from '../../../src/media/model/patients.ts';
import { countWork } from '../../support/count-work.ts';

interface Named {
  readonly identifiers: readonly { readonly id: string; readonly idType: string }[];
}

/** As the rule says it, item by item: an item joins all patients with whom it shares an identifier. */
function patientsByRule(items: readonly Named[]): Set<string>[] {
  let patients: Set<string>[] = [];
  for (const { identifiers } of items) {
    if (identifiers.length === 0) continue;
    const keys = new Set(identifiers.map((identifier) => JSON.stringify(identifier)));
    const same = patients.filter((patient) => !patient.isDisjointFrom(keys));
    patients = patients.filter((patient) => !same.includes(patient));
    patients.push(same.reduce((all, one) => all.union(one), keys));
  }
  return patients;
}

const identifier = fc.record({
  id: fc.constantFrom('1', '2', '3', '4', '5'),
  idType: fc.constantFrom('A', 'B'),
});
const named = fc.array(fc.record({ identifiers: fc.array(identifier, { maxLength: 3 }) }), { maxLength: 12 });
const asTexts = (sets: Iterable<Iterable<string>>) => [...sets].map((set) => [...set].sort().join()).sort();

test('the patients are those of the rule, and every item is with the one that it names', () => {
  fc.assert(
    fc.property(named, (items) => {
      const found = itemsByPatient(items);
      const texts = found.map(({ identifiers }) => identifiers.map((one) => JSON.stringify(one)));
      expect(asTexts(texts)).toEqual(asTexts(patientsByRule(items)));
      for (const { identifiers, items: own } of found) {
        const texts = new Set(identifiers.map((one) => JSON.stringify(one)));
        expect(own).toEqual(
          items.filter((item) => item.identifiers.some((one) => texts.has(JSON.stringify(one)))),
        );
      }
    }),
  );
});

test.each([
  ['share nothing', (at: number) => [{ id: `${at}`, idType: 'MR' }]],
  // Each item joins the patient of all before it, by an identifier of the last.
  ['are one in the end', (at: number) => [0, 1].map((more) => ({ id: `${at + more}`, idType: 'MR' }))],
])('eight times the items are at most ten times the work, when they %s', async (_, name) => {
  const itemsOf = (count: number) => Array.from({ length: count }, (_, at) => ({ identifiers: name(at) }));
  const [few, many] = [itemsOf(500), itemsOf(4000)];
  const files = ['src/media/model/patients.ts', 'src/media/model/keys.ts'];
  const work = await countWork(() => distinctPatients(few), files);
  expect(await countWork(() => distinctPatients(many), files)).toBeLessThan(10 * work);
});
