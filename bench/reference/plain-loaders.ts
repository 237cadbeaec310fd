/** The loaders that the gateway's own resolvers get in the references, in place of the gateway's. */

import DataLoader from 'dataloader';
import { createSystemClock } from '../../src/clock.ts';
import { ContentLinks } from '../../src/graphql/nodes/content-link.ts';
import type { Context } from '../../src/graphql/server/context.ts';
import { ResponseBudget } from '../../src/graphql/server/response-budget.ts';
import type { MediaLoader } from '../../src/media/loader.ts';
import { type Box, listedIn } from '../../src/media/model/box.ts';
import { destinationAlias, identifiersOf, type PatientKey, patientKey } from '../../src/media/model/keys.ts';
import { ALL_RIGHTS, rightsKeyOf } from '../../src/media/model/rights.ts';
import { OperationSlices } from '../../src/operation-slices.ts';
import type { Item } from '../../src/redox/messages.ts';
import { Seal } from '../../src/seal.ts';
import { TimeSlices } from '../../src/time-slices.ts';
import { MediaWriter, type WriterParts } from '../../src/writes/media-writer.ts';
import type { AskRedox } from './redox.ts';

/** What the resolvers of the benchmark's operations use of a loader. */
type Load = Pick<MediaLoader, 'load'>;

/** When a batch is whole: the resolvers begin the entries of long lists in several turns of the event loop. */
type Schedule = (dispatch: () => void) => void;

/** What a good team would write: DataLoader by patient, one Media Query a batch, items grouped by identifier. */
export function batchByPatient(ask: AskRedox, schedule: Schedule): Load {
  const loadAll = async (patients: readonly PatientKey[]) => {
    const items = await ask(patients.map((patient) => identifiersOf(patient)));
    const byIdentifier = new Map<PatientKey, Item[]>(patients.map((patient) => [patient, []]));
    for (const item of items) {
      for (const identifier of item.identifiers) byIdentifier.get(patientKey([identifier]))?.push(item);
    }
    return patients.map((patient) => byIdentifier.get(patient) ?? []);
  };
  const options = { batchScheduleFn: schedule };
  const loader = new DataLoader<PatientKey, readonly Item[]>(loadAll, options);
  return { load: ({ box }) => loader.load(onlyPatientOf(box)) };
}

function onlyPatientOf({ patients }: Box): PatientKey {
  const [only] = listedIn(patients);
  if (only === undefined) throw new Error('the benchmark asks by patients');
  return only;
}

/** What a first version does: every field asks for itself. */
export function askPerField(ask: AskRedox): Load {
  return { load: ({ box }) => ask([identifiersOf(onlyPatientOf(box))]) };
}

const GENERAL = destinationAlias('general');

/** Makes the resolvers' context, anew for every operation. */
export function contextFactory(createLoader: (schedule: Schedule) => Load): () => Context {
  const slices = new TimeSlices(createSystemClock());
  const shared = {
    destinations: { aliases: [GENERAL, destinationAlias('county')], default: GENERAL },
    ids: new Seal(['a-secret-of-the-benchmark-long-enough'], 'id'),
    cursors: new Seal(['a-secret-of-the-benchmark-long-enough'], 'cursor'),
    links: new ContentLinks({
      seal: new Seal(['a-secret-of-the-benchmark-long-enough'], 'content'),
      baseUrl: () => 'http://127.0.0.1',
      caller: { subject: null, clientId: null, token: null, rights: ALL_RIGHTS, expiresAt: Infinity },
      clock: createSystemClock(),
    }),
  };
  return () => {
    const ownSlices = new OperationSlices(slices);
    return {
      ...shared,
      responseBudget: new ResponseBudget({ nodes: 1_000_000, base64Bytes: 1_000_000 }),
      rights: ALL_RIGHTS,
      rightsKey: rightsKeyOf(ALL_RIGHTS),
      loader: toMediaLoader(createLoader(ownSlices.whenNoneWaits)),
      slices: ownSlices,
      // Nothing is written.
      writer: new MediaWriter({} as WriterParts),
    };
  };
}

/** It remembers nothing beyond an operation. */
function toMediaLoader(loader: Load): MediaLoader {
  const asOf = Date.UTC(2026, 0, 1);
  const resolversUse: Pick<MediaLoader, 'takeAnswer'> = {
    takeAnswer: async (need) => ({ items: await loader.load(need), asOf, answerId: () => null, ageMs: null }),
  };
  // The loader's class is wider than what resolvers use of it.
  return resolversUse as MediaLoader;
}
