/** The file of an opened document: a picture, a player, a PDF, a text, or a link to save it. */
import { useEffect, useMemo, useState } from 'react';
import { sizeInWords } from '../cost/words.ts';
import { ProblemNotice } from '../graphql/problem-notice.tsx';
import { kindOf } from './kinds.ts';
import { useAddress, useBlob, useBlobAddress, useSteadyLink } from './use-file.ts';

export interface FileReference {
  readonly mediaType: string;
  readonly byteLength: number;
  readonly url: string;
}

interface Properties {
  readonly file: FileReference;
  readonly title: string;
}

/** A longer text would block the page; it is saved instead. */
const MAX_TEXT_BYTES = 500_000;

export function FileView({ file, title }: Properties) {
  const kind = kindOf(file.mediaType);
  if (kind === 'pdf') return <Pdf file={file} title={title} />;
  if (kind === 'text' && file.byteLength <= MAX_TEXT_BYTES) return <Text file={file} title={title} />;
  if (kind === 'text' || kind === 'other') {
    return (
      <p className="unshown">
        Browsers do not show files of this type ({file.mediaType}). Save it to open it.
      </p>
    );
  }
  return <Shown kind={kind} file={file} title={title} />;
}

function Shown({ kind, file, title }: Properties & { readonly kind: 'picture' | 'sound' | 'video' }) {
  const { link, renew } = useSteadyLink(file.url);
  const { address, problem } = useAddress(link);
  const [isBroken, setBroken] = useState(false);
  const fail = () => renew() || setBroken(true);
  if (problem) return <ProblemNotice problem={problem} />;
  if (isBroken) return <Broken />;
  if (address === null) return <p className="unshown">Loading {sizeInWords(file.byteLength)}…</p>;
  if (kind === 'picture') return <img className="shown" src={address} alt={title} onError={fail} />;
  const player = {
    className: 'shown',
    src: address,
    controls: true,
    preload: 'metadata',
    'aria-label': title,
  };
  if (kind === 'sound') return <audio {...player} onError={fail} />;
  return <video {...player} onError={fail} />;
}

function Broken() {
  return (
    <div className="notice" role="alert">
      <p>
        <strong>This file cannot be shown.</strong> It may be broken, or its link has expired: refresh the
        chart, or save the file as it is.
      </p>
    </div>
  );
}

/**
 * Shown as a blob: browsers show no PDF in a page from a link with a policy that forbids everything else, as links of files have.
 */
function Pdf({ file, title }: Properties) {
  const { blob, problem } = useBlob(useSteadyLink(file.url).link);
  // Whatever the bytes are, the browser treats them as a PDF, which executes nothing in the origin of this page.
  const pdf = useMemo(() => blob && new Blob([blob], { type: 'application/pdf' }), [blob]);
  const address = useBlobAddress(pdf);
  if (problem) return <ProblemNotice problem={problem} />;
  if (address === null) return <p className="unshown">Loading {sizeInWords(file.byteLength)}…</p>;
  return <iframe className="shown pdf" src={address} title={title} />;
}

function Text({ file, title }: Properties) {
  const { blob, problem } = useBlob(useSteadyLink(file.url).link);
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    if (blob === null) return;
    // The gateway states the charset of the bytes.
    const charset = /charset=([\w-]+)/i.exec(blob.type)?.[1] ?? 'utf-8';
    blob.arrayBuffer().then(
      (bytes) => setText(new TextDecoder(charset).decode(bytes)),
      () => setText(null),
    );
  }, [blob]);
  if (problem) return <ProblemNotice problem={problem} />;
  if (text === null) return <p className="unshown">Loading {sizeInWords(file.byteLength)}…</p>;
  // A read-only field can be scrolled by keyboard.
  return <textarea className="shown text" readOnly value={text} aria-label={title} />;
}
