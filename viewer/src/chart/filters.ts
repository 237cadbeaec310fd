/** The filters that are chosen above a chart, and the argument that is made of them. */
import type { MediaFilter } from '../generated/graphql.ts';
import { nextDay } from './dates.ts';

export interface Filters {
  readonly documentTypes: readonly string[];
  readonly visitNumber: string | null;
  /** Days as `2025-03-04`, both included; empty for none. */
  readonly from: string;
  readonly to: string;
}

export const NO_FILTERS: Filters = { documentTypes: [], visitNumber: null, from: '', to: '' };

/** Null: all documents are shown. */
export function toMediaFilter({ documentTypes, visitNumber, from, to }: Filters): MediaFilter | null {
  const filter: MediaFilter = {
    ...(documentTypes.length > 0 && { documentTypes: [...documentTypes] }),
    ...(visitNumber !== null && { visitNumbers: [visitNumber] }),
    ...((from !== '' || to !== '') && {
      serviced: { ...(from !== '' && { from }), ...(to !== '' && { to: nextDay(to) }) },
    }),
  };
  return Object.keys(filter).length > 0 ? filter : null;
}
