/**
 * Sends files one after the other: first the bytes, then the document to which they belong. Each file has an outcome of its own.
 */
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import type { SaveMediaInput } from '../generated/graphql.ts';
import { describeError, type Problem, problemOf } from '../graphql/errors.ts';
import { ReplaceDocument, SaveDocument } from '../graphql/operations.ts';
import type { PatientReference } from '../page-config.ts';
import { UploadRefused, upload } from './upload.ts';

/** The values that are entered once for all files of a dialog. */
export interface Details {
  readonly documentType: string;
  readonly documentDescription: string;
  readonly serviceDay: string;
  readonly visitNumber: string;
  readonly providerId: string;
}

export type Progress =
  | { readonly step: 'waiting' | 'sending' | 'filing' | 'accepted'; readonly share: number }
  | { readonly step: 'failed'; readonly share: number; readonly problem: Problem };

export const WAITING: Progress = { step: 'waiting', share: 0 };

/** Whether nothing more is to be sent of it. */
export function isSettled(progress: Progress): boolean {
  return progress.step === 'accepted' || (progress.step === 'failed' && progress.problem.code === 'UNKNOWN');
}

interface Task {
  readonly files: readonly File[];
  readonly patient: PatientReference;
  /** Null: new documents. */
  readonly originalDocumentId: string | null;
}

export function useWrites({ files, patient, originalDocumentId }: Task) {
  const client = useApolloClient();
  const [progress, setProgress] = useState<readonly Progress[]>(() => files.map(() => WAITING));
  const [isRunning, setRunning] = useState(false);
  const note = (at: number, now: Progress) =>
    setProgress((before) => before.map((one, index) => (index === at ? now : one)));

  async function write(file: File, at: number, details: Details): Promise<void> {
    let isSent = false;
    try {
      note(at, { step: 'sending', share: 0 });
      const token = await upload(file, (share) => note(at, { step: 'sending', share }));
      note(at, { step: 'filing', share: 1 });
      isSent = true;
      const input = inputFor(file, token, details, patient);
      const { error } = await (originalDocumentId === null
        ? client.mutate({ mutation: SaveDocument, variables: { input }, errorPolicy: 'all' })
        : client.mutate({
            mutation: ReplaceDocument,
            variables: { input: { ...input, originalDocumentId } },
            errorPolicy: 'all',
          }));
      if (error) throw error;
      note(at, { step: 'accepted', share: 1 });
    } catch (error) {
      const described = error instanceof UploadRefused ? error.problem : describeError(error);
      // The connection broke: the gateway may have received the message nevertheless.
      const problem = isSent && described.code === 'NETWORK' ? problemOf('UNKNOWN') : described;
      note(at, { step: 'failed', share: 0, problem });
    }
  }

  /** A document that was accepted, or may have been, is not sent again. */
  async function send(details: Details): Promise<void> {
    setRunning(true);
    for (const [at, file] of files.entries()) {
      if (!isSettled(progress[at] ?? WAITING)) await write(file, at, details);
    }
    setRunning(false);
  }

  return { progress, isRunning, send };
}

function inputFor(file: File, token: string, details: Details, patient: PatientReference): SaveMediaInput {
  const now = new Date().toISOString();
  return {
    patient: { identifiers: patient.identifiers.map(({ value, idType }) => ({ value, idType })) },
    ...(details.visitNumber !== '' && { visit: { visitNumber: details.visitNumber } }),
    // Chosen here, so that the document can be replaced and deleted by it.
    documentId: newDocumentId(),
    documentType: details.documentType,
    ...(details.documentDescription !== '' && { documentDescription: details.documentDescription }),
    fileName: file.name,
    fileType: fileTypeOf(file),
    creationDateTime: now,
    serviceDateTime: details.serviceDay === '' ? now : details.serviceDay,
    availability: 'AVAILABLE',
    provider: { id: details.providerId },
    content: { upload: token },
    ...(patient.destination !== null && { destinations: [patient.destination] }),
  };
}

/** Browsers provide `crypto.randomUUID` only to pages of a secure context, which a page without TLS from another machine is not. */
function newDocumentId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Redox's label of a format is the file extension; without one, the type that the browser states. */
function fileTypeOf({ name, type }: File): string {
  const ending = /\.(\w{1,8})$/.exec(name)?.[1];
  return (ending ?? (type.split('/').at(-1) || 'BIN')).toUpperCase();
}
