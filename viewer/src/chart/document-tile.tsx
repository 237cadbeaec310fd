/** A document as a tile: its picture or the kind of its file, its name, and its date. */
import { FileMark } from '../files/file-mark.tsx';
import { kindOf } from '../files/kinds.ts';
import { Thumbnail } from '../files/thumbnail.tsx';
import { contentProblems } from '../graphql/content-problems.ts';
import { useStore } from '../store.ts';
import { dayInWords } from './dates.ts';
import type { ChartDocument } from './use-chart.ts';

interface Properties {
  readonly document: ChartDocument;
  readonly isOpened: boolean;
  readonly onOpen: (document: ChartDocument) => void;
}

export function DocumentTile({ document, isOpened, onOpen }: Properties) {
  const { id, content, serviceDateTime, visit } = document;
  const problem = useStore(contentProblems).get(id);
  const day = dayInWords(serviceDateTime) ?? 'no date';
  return (
    <button
      type="button"
      className="tile"
      id={`tile-${id}`}
      aria-pressed={isOpened}
      onClick={() => onOpen(document)}
    >
      <span className="preview">
        {content && kindOf(content.mediaType) === 'picture' ? (
          <Thumbnail key={content.sha256} url={content.url} label={labelOf(document)} />
        ) : (
          <FileMark kind={content ? kindOf(content.mediaType) : 'none'} label={labelOf(document)} />
        )}
      </span>
      <span className="title">{titleOf(document)}</span>
      <span className="hint">{document.documentType ?? 'No type'}</span>
      <span className="hint">{visit ? `${day} · ${visit.visitNumber}` : `${day} · no visit`}</span>
      {problem !== undefined && <span className="badge">File broken</span>}
    </button>
  );
}

export function titleOf({ documentDescription, fileName, documentType }: ChartDocument): string {
  return documentDescription ?? fileName ?? documentType ?? 'Document';
}

function labelOf({ fileType, content }: ChartDocument): string {
  return fileType ?? content?.mediaType.split('/').at(-1)?.toUpperCase() ?? 'No file';
}
