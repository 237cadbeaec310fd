/** Deletes a document after a confirmation that names it. */
import { useApolloClient } from '@apollo/client/react';
import { type FormEvent, useState } from 'react';
import { titleOf } from '../chart/document-tile.tsx';
import type { ChartDocument } from '../chart/use-chart.ts';
import type { DeleteMediaInput } from '../generated/graphql.ts';
import { describeError, type Problem } from '../graphql/errors.ts';
import { DeleteDocument } from '../graphql/operations.ts';
import { ProblemNotice } from '../graphql/problem-notice.tsx';
import type { PatientReference } from '../page-config.ts';
import { Dialog } from './dialog.tsx';
import { ProviderField, rememberProvider } from './provider-field.tsx';

interface Properties {
  readonly document: ChartDocument;
  readonly patient: PatientReference;
  readonly onDeleted: () => void;
  readonly onClose: () => void;
}

export function DeleteDialog({ document, patient, onDeleted, onClose }: Properties) {
  const client = useApolloClient();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isRunning, setRunning] = useState(false);
  const remove = async (providerId: string) => {
    setRunning(true);
    setProblem(null);
    const input = inputFor(document, patient, providerId);
    const { error } = await client.mutate({
      mutation: DeleteDocument,
      variables: { input },
      errorPolicy: 'all',
    });
    setRunning(false);
    if (error) return setProblem(describeError(error));
    onClose();
    onDeleted();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const providerId = String(new FormData(event.currentTarget).get('providerId') ?? '').trim();
    rememberProvider(providerId);
    remove(providerId).catch((error: unknown) => {
      setRunning(false);
      setProblem(describeError(error));
    });
  };
  return (
    <Dialog title="Delete this document?" onClose={() => isRunning || onClose()}>
      <form onSubmit={submit} autoComplete="off">
        <p>
          <strong>{titleOf(document)}</strong> of {patient.identifiers[0]?.value} will be deleted at the
          health system. This cannot be undone here.
        </p>
        <ProviderField />
        {problem && <ProblemNotice problem={problem} />}
        <p className="buttons">
          <button type="button" onClick={onClose} disabled={isRunning}>
            Keep it
          </button>
          <button type="submit" className="danger" disabled={isRunning}>
            {isRunning ? 'Deleting…' : 'Delete'}
          </button>
        </p>
      </form>
    </Dialog>
  );
}

/** As it was saved, which Redox requires. The dialog opens only for documents that have all of these values. */
function inputFor(document: ChartDocument, patient: PatientReference, providerId: string): DeleteMediaInput {
  const { documentId, documentType, documentDescription, fileName, fileType, visit } = document;
  return {
    patient: { identifiers: patient.identifiers.map(({ value, idType }) => ({ value, idType })) },
    ...(visit && { visit: { visitNumber: visit.visitNumber } }),
    documentId: documentId ?? '',
    documentType: documentType ?? '',
    documentDescription,
    fileName: fileName ?? '',
    fileType: fileType ?? '',
    creationDateTime: document.creationDateTime,
    serviceDateTime: document.serviceDateTime,
    availability: 'AVAILABLE',
    provider: { id: providerId },
    ...(patient.destination !== null && { destinations: [patient.destination] }),
  };
}
