/** Walks a paginated list of one patient's media, forwards or backwards, as a client would. */
import type { TestGateway } from './gateway.ts';
import { askWell } from './own-chart.ts';

export interface PageOrder {
  readonly field: string;
  readonly direction: string;
}

interface Page {
  readonly totalCount: number;
  readonly nodes: readonly { readonly id: string; readonly documentDescription: string | null }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

const PAGE = `query ($orderBy: MediaOrder, $first: Int, $after: String, $last: Int, $before: String) {
  patient(identifiers: [{ value: "SYN-a", idType: "MR" }]) {
    media(orderBy: $orderBy, first: $first, after: $after, last: $last, before: $before) {
      totalCount nodes { id documentDescription } edges { cursor node { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }`;

export async function askPage(gateway: TestGateway, variables: Record<string, unknown>): Promise<Page> {
  const { patient } = await askWell<{ patient: { media: Page } }>(gateway, PAGE, variables);
  return patient.media;
}

/** All pages, in the order of the list. `between` runs after every page but the last. */
export async function walkPages(
  gateway: TestGateway,
  { backwards, size, orderBy }: { backwards: boolean; size: number; orderBy?: PageOrder | undefined },
  between: () => void = () => undefined,
): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = null; ; between()) {
    const page: Page = await askPage(
      gateway,
      backwards ? { orderBy, last: size, before: cursor } : { orderBy, first: size, after: cursor },
    );
    if (backwards) pages.unshift(page);
    else pages.push(page);
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo;
    cursor = backwards ? startCursor : endCursor;
    if (!(backwards ? hasPreviousPage : hasNextPage) || cursor === null) return pages;
    if (pages.length > 100) throw new Error('the pages do not end');
  }
}
