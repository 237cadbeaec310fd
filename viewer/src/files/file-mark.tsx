/** Represents a file without a picture: a drawn mark and the label of its format. */
import type { Kind } from './kinds.ts';

const STROKES: Readonly<Record<Kind | 'none', string>> = {
  picture: 'M4 5h16v14H4zM4 16l5-5 4 4 3-3 4 4M15 9h.01',
  sound: 'M9 18V6l10-2v12M9 18a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM19 16a3 3 0 1 1-6 0 3 3 0 0 1 6 0z',
  video: 'M3 6h12v12H3zM15 11l6-4v10l-6-4z',
  pdf: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  text: 'M6 3h12v18H6zM9 8h6M9 12h6M9 16h3',
  other: 'M6 3h8l4 4v14H6zM14 3v4h4',
  none: 'M5 5l14 14M6 3h8l4 4v10M6 7v14h12',
};

interface Properties {
  readonly kind: Kind | 'none';
  readonly label: string;
}

export function FileMark({ kind, label }: Properties) {
  return (
    <span className="mark">
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d={STROKES[kind]} />
      </svg>
      <span>{label}</span>
    </span>
  );
}
