/** Reads the inputs of mutations into messages for Redox. All mistakes of clients are found here, before anything is sent. */

import { badInput } from '../../errors.ts';
import type {
  ContentInput,
  DeleteMediaInput,
  InputMaybe,
  ReplaceMediaInput,
  SaveMediaInput,
} from '../../generated/resolvers.ts';
import type { DestinationAlias } from '../../media/model/keys.ts';
import type { MediaEventType, WriteTree } from '../../redox/wire/media-event.ts';
import type { MediaWrite } from '../../writes/media-write.ts';
import { readPatient, readText } from './arguments.ts';
import { type Destinations, readDestination } from './destinations.ts';
import { checkIds, readDemographics, readWrittenDateTime } from './write-details.ts';

type WriteInput = SaveMediaInput | ReplaceMediaInput | DeleteMediaInput;

export function readWrite(type: MediaEventType, input: WriteInput, known: Destinations): MediaWrite {
  const { patient, visit, orders, destinations, clientMutationId, ...media } = input;
  const aliases = readDestinations(destinations, known);
  const { identifiers } = readPatient(patient.identifiers, aliases[0], 'input.patient.identifiers');
  for (const name of ['documentType', 'fileName', 'fileType'] as const) {
    readText(media[name], `input.${name}`);
  }
  checkIds({ visit, orders, ...media, content: null }, 'input');
  const demographics = readDemographics(patient.demographics, 'input.patient.demographics');
  const dateTimes = {
    creationDateTime: readWrittenDateTime(media.creationDateTime, 'input.creationDateTime'),
    serviceDateTime: readWrittenDateTime(media.serviceDateTime, 'input.serviceDateTime'),
  };
  return {
    type,
    destinations: aliases,
    identifiers,
    documentId: media.documentId,
    removes: removedBy(type, input),
    fileName: media.fileName,
    fileType: media.fileType,
    content: 'content' in media ? readContent(media.content) : null,
    eventWith: (contents) => ({
      type,
      patient: { ...patient, identifiers, demographics },
      visit,
      media: mediaTree({ ...media, ...dateTimes }, contents),
      orders,
    }),
    clientMutationId: readMutationId(clientMutationId),
    text: JSON.stringify([type, aliases, { ...input, clientMutationId: undefined }]),
  };
}

function removedBy(type: MediaEventType, input: WriteInput): string | null {
  if ('originalDocumentId' in input) return input.originalDocumentId;
  return type === 'Delete' ? input.documentId : null;
}

function mediaTree(media: Omit<WriteInput, 'patient'>, contents: string | null): WriteTree {
  const { availability, authenticated, ...rest } = media;
  return {
    ...rest,
    content: undefined,
    fileContents: contents,
    // Redox's own spelling: a word for the availability, and text in place of a boolean.
    availability: availability === 'AVAILABLE' ? 'Available' : 'Unavailable',
    authenticated:
      authenticated === null || authenticated === undefined ? null : authenticated ? 'True' : 'False',
  };
}

function readDestinations(
  given: InputMaybe<readonly string[]>,
  known: Destinations,
): readonly [DestinationAlias, ...DestinationAlias[]] {
  if (given === null || given === undefined) return [known.default];
  const aliases = given.map((alias, at) => readDestination(alias, known, `input.destinations[${at}]`));
  const [first, ...others] = new Set(aliases);
  if (first === undefined) throw badInput('input.destinations', 'must not be empty');
  return [first, ...others];
}

function readContent({ base64, upload }: ContentInput): { base64: string } | { upload: string } {
  const given = [base64, upload].filter((one) => one !== null && one !== undefined);
  if (given.length !== 1) throw badInput('input.content', 'needs exactly one of base64 and upload');
  if (typeof base64 === 'string') return { base64 };
  return { upload: readText(upload, 'input.content.upload') };
}

/** Clients send UUIDs, or hashes of their input; a longer text is not an id. */
const MAX_MUTATION_ID = 200;

function readMutationId(id: InputMaybe<string>): string | null {
  if (id === null || id === undefined) return null;
  if (id.length > MAX_MUTATION_ID) {
    throw badInput('input.clientMutationId', `must be at most ${MAX_MUTATION_ID} characters`);
  }
  return readText(id, 'input.clientMutationId');
}
