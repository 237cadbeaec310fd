/** A file by its link: the link itself if it suffices, else its bytes, fetched with the caller's token. */
import { useEffect, useState } from 'react';
import { type Problem, problemOf, readErrors } from '../graphql/errors.ts';
import { linkOnThisOrigin, PAGE_CONFIG } from '../page-config.ts';
import { authorizationHeader } from '../session/token.ts';

interface LoadedFile {
  readonly blob: Blob | null;
  readonly problem: Problem | null;
}

const NOT_YET: LoadedFile = { blob: null, problem: null };

/** Fetches the bytes. */
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
 * The link by which a file was first shown: a chart that is read again contains another link to the same bytes, and with it a
 * player would start again. Components that use it have the file's SHA-256 as their key. `renew` switches to the newest link, and
 * returns whether there was one.
 */
export function useSteadyLink(newest: string): { readonly link: string; readonly renew: () => boolean } {
  const [link, setLink] = useState(newest);
  const renew = () => {
    setLink(newest);
    return link !== newest;
  };
  return { link, renew };
}

/** A URL for elements that show files. Null: not yet, or not at all. With a link of null, nothing is fetched yet. */
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

/** The meaning of a link's HTTP status; see docs/contents.md. */
const FILE_PROBLEMS: Readonly<Record<number, Problem>> = {
  404: { code: '404', title: 'The document is gone.', advice: 'Refresh the chart.', logIds: [] },
  409: { code: '409', title: 'The document has another file now.', advice: 'Refresh the chart.', logIds: [] },
  410: { code: '410', title: 'The link of this file has expired.', advice: 'Refresh the chart.', logIds: [] },
};
