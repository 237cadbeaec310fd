/** Adds documents to a chart, or replaces one: the values that Redox needs, and the progress of each file. */
import type { FormEvent } from 'react';
import type { ChartDocument, ChartPatient } from '../chart/use-chart.ts';
import { sizeInWords } from '../cost/words.ts';
import { ProblemNotice } from '../graphql/problem-notice.tsx';
import type { PatientReference } from '../page-config.ts';
import { Dialog } from './dialog.tsx';
import { ProviderField, rememberProvider } from './provider-field.tsx';
import { type Details, isSettled, type Progress, useWrites, WAITING } from './use-writes.ts';

export interface Draft {
  readonly files: readonly File[];
  /** Null: the files are new documents. */
  readonly replaced: ChartDocument | null;
}

interface Properties {
  readonly draft: Draft;
  readonly patient: PatientReference;
  readonly chart: ChartPatient | null;
  readonly onWritten: () => void;
  readonly onClose: () => void;
}

export function WriteDialog({ draft: { files, replaced }, patient, chart, onWritten, onClose }: Properties) {
  const writes = useWrites({ files, patient, originalDocumentId: replaced?.documentId ?? null });
  const isDone = writes.progress.every(isSettled);
  const isAccepted = writes.progress.every(({ step }) => step === 'accepted');
  const hasBegun = writes.progress.some(({ step }) => step !== 'waiting');
  const close = () => {
    if (writes.isRunning) return;
    if (writes.progress.some(isSettled)) onWritten();
    onClose();
  };
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const details = readDetails(new FormData(event.currentTarget));
    rememberProvider(details.providerId);
    writes.send(details).catch(() => undefined);
  };
  return (
    <Dialog title={replaced ? 'Replace the document' : 'Add documents'} onClose={close}>
      <form onSubmit={submit} autoComplete="off">
        <ul className="uploads">
          {files.map((file, at) => (
            // The files of a dialog are not reordered.
            <FileRow key={keyOf(file)} file={file} progress={writes.progress[at] ?? WAITING} />
          ))}
        </ul>
        {!isDone && <DetailFields replaced={replaced} chart={chart} />}
        {isAccepted && (
          <p className="notice good" role="status">
            <strong>Redox has accepted it.</strong> It appears in the chart when the health system has filed
            it.
          </p>
        )}
        <p className="buttons">
          <button type="button" onClick={close} disabled={writes.isRunning}>
            {isDone ? 'Close' : 'Cancel'}
          </button>
          {!isDone && (
            <button type="submit" className="primary" disabled={writes.isRunning}>
              {hasBegun && !writes.isRunning ? 'Try again' : replaced ? 'Replace' : 'Upload'}
            </button>
          )}
        </p>
      </form>
    </Dialog>
  );
}

function keyOf({ name, size, lastModified }: File): string {
  return `${name} ${size} ${lastModified}`;
}

function readDetails(form: FormData): Details {
  const read = (name: string) => String(form.get(name) ?? '').trim();
  return {
    documentType: read('documentType'),
    documentDescription: read('documentDescription'),
    serviceDay: read('serviceDay'),
    visitNumber: read('visitNumber'),
    providerId: read('providerId'),
  };
}

const STEPS = {
  waiting: '',
  sending: 'Sending…',
  filing: 'Handing it to Redox…',
  accepted: 'Accepted',
  failed: 'Not accepted',
} as const;

function stateInWords(progress: Progress): string {
  return progress.step === 'failed' && isSettled(progress) ? 'Outcome unknown' : STEPS[progress.step];
}

function FileRow({ file, progress }: { readonly file: File; readonly progress: Progress }) {
  return (
    <li>
      <p>
        <span className="name">{file.name}</span>{' '}
        <span className="hint" aria-live="polite">
          {stateInWords(progress) || sizeInWords(file.size)}
        </span>
      </p>
      {(progress.step === 'sending' || progress.step === 'filing') && (
        <progress value={progress.share} max={1} aria-label={`${file.name}: sent`} />
      )}
      {progress.step === 'failed' && <ProblemNotice problem={progress.problem} />}
    </li>
  );
}

function DetailFields({ replaced, chart }: Pick<Properties, 'chart'> & Pick<Draft, 'replaced'>) {
  const types = new Set(chart?.timeline?.nodes.flatMap(({ documentType }) => documentType ?? []));
  return (
    <div className="details">
      <label className="field">
        <span>Type</span>
        <input name="documentType" list="types" required defaultValue={replaced?.documentType ?? ''} />
      </label>
      <datalist id="types">
        {[...types].map((type) => (
          <option key={type} value={type} />
        ))}
      </datalist>
      <label className="field">
        <span>Day of the service</span>
        <input name="serviceDay" type="date" defaultValue={replaced?.serviceDateTime?.slice(0, 10) ?? ''} />
      </label>
      <label className="field wide">
        <span>Description</span>
        <input name="documentDescription" defaultValue={replaced?.documentDescription ?? ''} />
      </label>
      <label className="field">
        <span>Visit</span>
        <input name="visitNumber" list="visits" defaultValue={replaced?.visit?.visitNumber ?? ''} />
      </label>
      <datalist id="visits">
        {chart?.visits?.map(({ id, visitNumber }) => (
          <option key={id} value={visitNumber} />
        ))}
      </datalist>
      <ProviderField />
    </div>
  );
}
