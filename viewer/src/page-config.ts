/** The settings that the gateway wrote into the page, and addresses beside the page. */

export interface Identifier {
  readonly value: string;
  readonly idType: string;
}

/** A patient as people and programs name one. */
export interface PatientReference {
  readonly destination: string | null;
  readonly identifiers: readonly Identifier[];
}

interface PageConfig {
  readonly needsToken: boolean;
  readonly filesNeedToken: boolean;
  readonly patients: readonly PatientReference[];
}

const DEFAULTS: PageConfig = { needsToken: false, filesNeedToken: false, patients: [] };

function readPageConfig(): PageConfig {
  const text = document.getElementById('page-config')?.textContent ?? '{}';
  return { ...DEFAULTS, ...(JSON.parse(text) as Partial<PageConfig>) };
}

export const PAGE_CONFIG = readPageConfig();

/** Relative to the page: callers may reach the gateway below a path of its own. */
export function besidePage(path: string): string {
  return new URL(path, document.baseURI).href;
}

/**
 * The gateway builds links with its PUBLIC_URL. The page may have been opened by another name of the same gateway, and its
 * policy allows its own origin only.
 */
export function linkOnThisOrigin(url: string): string {
  return besidePage(`content/${url.slice(url.lastIndexOf('/') + 1)}`);
}

/** Two references are the same patient's when all that was asked is equal. */
export function keyOf({ destination, identifiers }: PatientReference): string {
  return JSON.stringify([destination, identifiers.map(({ idType, value }) => [idType, value])]);
}
