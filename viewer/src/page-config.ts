/** The settings that the gateway wrote into the page, and URLs relative to the page. */

export interface Identifier {
  readonly value: string;
  readonly idType: string;
}

/** A patient by its identifiers. */
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

/** Relative to the page, as clients may reach the gateway below another path. */
export function besidePage(path: string): string {
  return new URL(path, document.baseURI).href;
}

/**
 * The gateway creates links with its PUBLIC_URL. The page may have been opened under another name of the same gateway, and its
 * policy allows only its own origin.
 */
export function linkOnThisOrigin(url: string): string {
  return besidePage(`content/${url.slice(url.lastIndexOf('/') + 1)}`);
}

/** Two references are the same patient if all their identifiers are equal. */
export function keyOf({ destination, identifiers }: PatientReference): string {
  return JSON.stringify([destination, identifiers.map(({ idType, value }) => [idType, value])]);
}
