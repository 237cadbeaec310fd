/** The actions for an opened document: save its file, replace it, delete it. */
import { useState } from 'react';
import type { ChartDocument } from '../chart/use-chart.ts';
import { sizeInWords } from '../cost/words.ts';
import { useAddress } from '../files/use-file.ts';
import type { PatientReference } from '../page-config.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { FileButton } from './file-button.tsx';

interface Properties {
  readonly document: ChartDocument;
  readonly patient: PatientReference;
  readonly onReplace: (file: File) => void;
  readonly onDeleted: () => void;
}

export function DocumentActions({ document, patient, onReplace, onDeleted }: Properties) {
  const [isDeleting, setDeleting] = useState(false);
  const reason = whyNot(document);
  const replace = ([file]: readonly File[]) => file && onReplace(file);
  return (
    <footer className="panel-actions">
      {document.content && <SaveLink content={document.content} fileName={document.fileName} />}
      <FileButton onFiles={replace} disabled={reason !== null}>
        Replace…
      </FileButton>
      <button type="button" className="danger" disabled={reason !== null} onClick={() => setDeleting(true)}>
        Delete…
      </button>
      {reason && <p className="hint">{reason}</p>}
      {isDeleting && (
        <DeleteDialog
          document={document}
          patient={patient}
          onDeleted={onDeleted}
          onClose={() => setDeleting(false)}
        />
      )}
    </footer>
  );
}

/** Redox requires the document as it was saved. Values that the health system did not send are not invented. */
function whyNot({ documentId, documentType, fileName, fileType }: ChartDocument): string | null {
  const missing = [
    documentId === null && 'id',
    documentType === null && 'type',
    fileName === null && 'file name',
    fileType === null && 'file type',
  ].filter((one) => one !== false);
  if (missing.length === 0) return null;
  return `It cannot be replaced or deleted here: the health system sent it without ${missing.join(', ')}.`;
}

interface SaveProperties {
  readonly content: NonNullable<ChartDocument['content']>;
  readonly fileName: string | null;
}

function SaveLink({ content, fileName }: SaveProperties) {
  const { address } = useAddress(content.url);
  if (address === null) return null;
  // For a link, the gateway names the file; for a blob, the page has to.
  return (
    <a
      className="button"
      href={address}
      download={address.startsWith('blob:') ? (fileName ?? 'document') : ''}
    >
      Save, {sizeInWords(content.byteLength)}
    </a>
  );
}
