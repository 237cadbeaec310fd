/** Callers who are limited to patients: what they get is theirs out of what all would get, and no call asks for others. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AnswerHook, ChartDocument, RecordedCall } from '../../sandbox/sandbox.ts';
import { destinationAlias, type IdentifierKey, identifierKey } from '../../src/media/model/keys.ts';
import { createNeed, type NeedLists } from '../../src/media/model/need.ts';
import { ALL_RIGHTS, type Rights, rightsKeyOf } from '../../src/media/model/rights.ts';
import type { Identifier } from '../../src/redox/messages.ts';
import { namesUpTo, outcomeOf, startCore, type TestCore } from '../support/core.ts';
import { fuzz } from '../support/fuzz.ts';
import { chartDocument, identifiersOf } from '../support/own-chart.ts';

const GENERAL = destinationAlias('general');
const NAMES = namesUpTo(6);
/** Two patients share each. */
const visitOf = (name: string) => `V-${Math.floor(NAMES.indexOf(name) / 2)}`;
const ofVisit = (name: string, fields: Partial<ChartDocument>) =>
  chartDocument(name, { visitNumber: visitOf(name), ...fields });
const CHART: readonly ChartDocument[] = NAMES.flatMap((name) => [
  ofVisit(name, { documentId: `${name}-a` }),
  ofVisit(name, { documentId: `${name}-b`, documentType: 'Consent Form' }),
  ofVisit(name, { documentId: `${name}-mr`, identifiers: identifiersOf(name).slice(0, 1) }),
  ofVisit(name, { documentId: `${name}-ehr`, identifiers: identifiersOf(name).slice(1) }),
  ofVisit(name, { documentId: `${name}-nobody`, identifiers: [] }),
  ofVisit(name, { fileName: `${name} without an id` }),
  ofVisit(name, { documentId: `${name}-no-visit`, visitNumber: null }),
]);

/** Every identifier of the chart, and one of a patient who has no documents. */
const IDENTIFIERS = [...NAMES, 'elsewhere'].flatMap(identifiersOf);

const rights = fc
  .subarray(IDENTIFIERS, { maxLength: 5 })
  .map((some): Rights => ({ ...ALL_RIGHTS, patients: new Set(some.map(identifierKey)) }));

/** More patients than one call takes. */
const manyPatients = fc.constant<Rights>({
  ...ALL_RIGHTS,
  patients: new Set(IDENTIFIERS.map(identifierKey)),
});

const names = fc.subarray(NAMES, { minLength: 1, maxLength: 3 });
const types = fc.constantFrom(undefined, ['Photo'], ['Consent Form', 'Photo']);
const visits = names.map((some) => [...new Set(some.map(visitOf))]);
const documents = names.map((some) =>
  some.flatMap((name) => ['a', 'ehr', 'nobody'].map((one) => `${name}-${one}`)),
);
const patients = fc
  .array(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom([0], [1], [0, 1])), {
    minLength: 1,
    maxLength: 2,
  })
  .map((some) => some.map(([name, at]) => at.flatMap((one) => identifiersOf(name)[one] ?? [])));

const ofAnybody: fc.Arbitrary<NeedLists> = fc.oneof(
  fc.record({ visitNumbers: visits, documentTypes: types }),
  fc.record({ documentIds: documents, documentTypes: types }),
  fc.record({ visitNumbers: visits, documentIds: documents }),
);
const ofPatients: fc.Arbitrary<NeedLists> = fc.oneof(
  fc.record({ patients, documentTypes: types }),
  fc.record({ patients, visitNumbers: visits }),
);

interface Case {
  readonly rights: Rights;
  /** Each round begins when the one before has been answered; all are of one operation. */
  readonly rounds: readonly (readonly NeedLists[])[];
}
const caseOf = (need: fc.Arbitrary<NeedLists>): fc.Arbitrary<Case> =>
  fc.record({
    rights: fc.oneof({ arbitrary: rights, weight: 5 }, manyPatients),
    rounds: fc.array(fc.array(need, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 2 }),
  });

const meets = (keys: readonly IdentifierKey[], allowed: Rights['patients']) =>
  allowed === 'all' || keys.some((key) => allowed.has(key));
const hasAll = (document: ChartDocument, asked: readonly Identifier[]) =>
  asked.every(({ id, idType }) => document.identifiers.some((one) => one.id === id && one.idType === idType));

/** By brute force over the chart: what all would get, less what is not the caller's. */
function expectedOf(lists: NeedLists, { patients: allowed }: Rights): string[] | 'FORBIDDEN' {
  const asked = lists.patients?.map((identifiers) => identifiers.map(identifierKey)) ?? [];
  if (!asked.every((keys) => meets(keys, allowed))) return 'FORBIDDEN';
  const isListed = (list: readonly string[] | null | undefined, value: string | null | undefined) =>
    !list || list.includes(value ?? '');
  return CHART.filter(
    (document) =>
      isListed(lists.visitNumbers, document.visitNumber) &&
      isListed(lists.documentTypes, document.documentType) &&
      isListed(lists.documentIds, document.documentId) &&
      (lists.patients?.some((patient) => hasAll(document, patient)) ?? true) &&
      meets(document.identifiers.map(identifierKey), allowed),
  )
    .map(({ documentId }) => documentId ?? '')
    .sort();
}

async function check(core: TestCore, { rights, rounds }: Case): Promise<void> {
  const loader = core.openOperation({ rights, batchKey: rightsKeyOf(rights), maxCalls: 1_000 });
  for (const round of rounds) {
    const answers = await Promise.all(
      round.map((lists) => outcomeOf(loader.load(createNeed(GENERAL, lists)))),
    );
    expect(answers).toEqual(round.map((lists) => expectedOf(lists, rights)));
  }
}

/** Whether every patient that the call asks for is covered by these rights. */
function isWithin({ query }: RecordedCall, { patients }: Rights): boolean {
  const { Patients = [] } = query as {
    Patients?: readonly { Identifiers: readonly { ID: string; IDType: string }[] }[];
  };
  const asked = Patients.map(({ Identifiers }) =>
    Identifiers.map(({ ID, IDType }) => identifierKey({ id: ID, idType: IDType })),
  );
  return asked.length > 0 && asked.every((keys) => meets(keys, patients));
}

/** For each Redox: the budget of needs that are asked again alone fills with time, which does not pass here. */
const AT_ONCE = 20;

/**
 * One after another. A call that was cancelled may reach Redox when the next case has begun, so that a call may be any earlier
 * case's; those with many patients, whose rights cover every call, have a Redox of their own.
 */
async function checkAll(cases: readonly Case[], answer?: AnswerHook): Promise<void> {
  const isLarge = ({ rights }: Case) => rights.patients !== 'all' && rights.patients.size > 5;
  for (const some of [cases.filter(isLarge), cases.filter((one) => !isLarge(one))]) {
    await using core = await startCore({
      sandbox: { charts: CHART, ...(answer && { answer }) },
      settings: { BATCH_MAX_PATIENTS: '4' },
    });
    for (const one of some) await check(core, one);
    const stray = core.redox.calls.filter((call) => !some.some(({ rights }) => isWithin(call, rights)));
    expect(stray.map(({ query }) => query)).toEqual([]);
  }
}

test("answers are those of all, less what is not the caller's; no call asks for others", async () => {
  await fuzz({ cases: caseOf(fc.oneof(ofAnybody, ofPatients)), atOnce: AT_ONCE, check: checkAll });
});

test('so they are at a destination that does not filter by patients', async () => {
  const isListed = (list: readonly string[] | null, value: string | null | undefined) =>
    list?.includes(value ?? '') ?? true;
  const answer: AnswerHook = ({ visitNumbers, documentTypes, documentIds }) =>
    CHART.filter(
      (document) =>
        isListed(visitNumbers, document.visitNumber) &&
        isListed(documentTypes, document.documentType) &&
        isListed(documentIds, document.documentId),
    );
  await fuzz({
    cases: caseOf(ofAnybody),
    atOnce: AT_ONCE,
    check: (cases) => checkAll(cases, answer),
  });
});
