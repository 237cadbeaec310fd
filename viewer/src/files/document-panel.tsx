/** The opened document beside the list: its file, its metadata, and actions. */
import { useEffect, useRef } from 'react';
import { dateTimeInWords } from '../chart/dates.ts';
import { titleOf } from '../chart/document-tile.tsx';
import type { ChartDocument } from '../chart/use-chart.ts';
import { sizeInWords } from '../cost/words.ts';
import { contentProblems } from '../graphql/content-problems.ts';
import { problemOf } from '../graphql/errors.ts';
import { ProblemNotice } from '../graphql/problem-notice.tsx';
import type { PatientReference } from '../page-config.ts';
import { useStore } from '../store.ts';
import { DocumentActions } from '../writes/document-actions.tsx';
import { FileView } from './file-view.tsx';

interface Properties {
  readonly document: ChartDocument;
  readonly patient: PatientReference;
  readonly onClose: () => void;
  readonly onReplace: (file: File) => void;
  readonly onWritten: () => void;
}

export function DocumentPanel({ document, patient, onClose, onReplace, onWritten }: Properties) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  useEscape(onClose);
  return (
    <aside className="panel" aria-labelledby="opened">
      <header>
        <h2 id="opened" ref={heading} tabIndex={-1}>
          {titleOf(document)}
        </h2>
        <button type="button" className="quiet" onClick={onClose}>
          Close
        </button>
      </header>
      <File document={document} />
      <Facts document={document} />
      <DocumentActions
        document={document}
        patient={patient}
        onReplace={onReplace}
        onDeleted={() => {
          onClose();
          onWritten();
        }}
      />
    </aside>
  );
}

/** Ignored while a dialog is open, which handles the key itself. */
function useEscape(onEscape: () => void): void {
  useEffect(() => {
    const listen = ({ key }: KeyboardEvent) => {
      if (key === 'Escape' && document.querySelector('dialog[open]') === null) onEscape();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [onEscape]);
}

function File({ document }: Pick<Properties, 'document'>) {
  const errorCode = useStore(contentProblems).get(document.id);
  if (document.content)
    return <FileView key={document.content.sha256} file={document.content} title={titleOf(document)} />;
  if (errorCode !== undefined) return <ProblemNotice problem={problemOf(errorCode)} />;
  return (
    <p className="unshown">
      {document.contentReference === null
        ? 'The health system sent no file with this document.'
        : 'The health system sent a reference in place of a file.'}
    </p>
  );
}

function Facts({ document }: Pick<Properties, 'document'>) {
  const { content } = document;
  const facts = [
    ['Type', document.documentType],
    ['Service', dateTimeInWords(document.serviceDateTime)],
    ['Created', dateTimeInWords(document.creationDateTime)],
    ['Visit', document.visit?.visitNumber],
    ['Document ID', document.documentId],
    ['File', document.fileName],
    ['Format', [document.fileType, content?.mediaType].filter(Boolean).join(', ')],
    ['Size', content && sizeInWords(content.byteLength)],
    ['Reference', document.contentReference],
  ] as const;
  return (
    <dl className="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
