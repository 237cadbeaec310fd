/** A file by its link: the link itself where it is enough, else its bytes, fetched with the caller's token. */
import { useEffect, useState } from 'react';
import { type Problem, problemOf, readErrors } from '../graphql/errors.ts';
import { linkOnThisOrigin, PAGE_CONFIG } from '../page-config.ts';
import { authorizationHeader } from '../session/token.ts';

interface LoadedFile {
  readonly blob: Blob | null;
  readonly problem: Problem | null;
}

const NOT_YET: LoadedFile = { blob: null, problem: null };

/** The bytes. */
export function useBlob(url: string | null): LoadedFile {
  const [file, setFile] = useState(NOT_YET);
  useEffect(() => {
    setFile(NOT_YET);
    if (url === null) return;
    const gone = new AbortController();
    fetchFile(url, gone.signal).then(
      (loaded) => setFile(loaded),
      () => gone.signal.aborted || setFile({ blob: null, problem: problemOf('NETWORK') }),
    );
    return () => gone.abort();
  }, [url]);
  return file;
}

/**
 * The link that a file was shown by first: a chart that is read again brings another link of the same bytes, by which a player would begin
 * anew. Components with it have the file's SHA-256 as their key. `renew` takes the newest link, and says whether there was one.
 */
export function useSteadyLink(newest: string): { readonly link: string; readonly renew: () => boolean } {
  const [link, setLink] = useState(newest);
  const renew = () => {
    setLink(newest);
    return link !== newest;
  };
  return { link, renew };
}

/** An address for elements that show files. Null: not yet, or not at all. A link of null is not asked for yet. */
export function useAddress(url: string | null): {
  readonly address: string | null;
  readonly problem: Problem | null;
} {
  const { blob, problem } = useBlob(PAGE_CONFIG.filesNeedToken ? url : null);
  const ofBlob = useBlobAddress(blob);
  if (PAGE_CONFIG.filesNeedToken) return { address: ofBlob, problem };
  return { address: url && linkOnThisOrigin(url), problem };
}

export function useBlobAddress(blob: Blob | null): string | null {
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (blob === null) return setAddress(null);
    const made = URL.createObjectURL(blob);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return address;
}

async function fetchFile(url: string, signal: AbortSignal): Promise<LoadedFile> {
  const response = await fetch(linkOnThisOrigin(url), { headers: authorizationHeader(), signal });
  if (response.ok) return { blob: await response.blob(), problem: null };
  const [error] = readErrors(await response.text());
  const { code = 'INTERNAL_SERVER_ERROR' } = error?.extensions ?? {};
  return { blob: null, problem: FILE_PROBLEMS[response.status] ?? problemOf(String(code)) };
}

/** What links say by their status; see docs/contents.md. */
const FILE_PROBLEMS: Readonly<Record<number, Problem>> = {
  404: { code: '404', title: 'The document is gone.', advice: 'Refresh the chart.', logIds: [] },
  409: { code: '409', title: 'The document has another file now.', advice: 'Refresh the chart.', logIds: [] },
  410: { code: '410', title: 'The link of this file has expired.', advice: 'Refresh the chart.', logIds: [] },
};
