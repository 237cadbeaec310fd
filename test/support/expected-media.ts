/** What the gateway must make of charts, worked out by another way than its own: straight from the chart's fields. */
import type { ChartDocument } from '../../sandbox/sandbox.ts';

/** Every plain field of Media, for GraphQL and for `plainFieldsOf`. */
export const PLAIN_FIELDS =
  'destination documentId documentType documentDescription fileType fileName creationDateTime serviceDateTime';

export function plainFieldsOf(document: ChartDocument) {
  return {
    destination: document.destination,
    documentId: document.documentId ?? null,
    documentType: document.documentType ?? null,
    documentDescription: document.documentDescription ?? null,
    fileType: document.fileType ?? null,
    fileName: document.fileName ?? null,
    creationDateTime: document.creationDateTime ?? null,
    serviceDateTime: document.serviceDateTime ?? null,
  };
}

/** Milliseconds since 1970; null when missing or no date. Days begin in UTC, date-times without an offset are UTC. */
function momentIn(text: string | null | undefined): number | null {
  if (text === null || text === undefined || !/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const hasTime = text.includes('T');
  const hasOffset = /(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const moment = Date.parse(hasTime && !hasOffset ? `${text}Z` : text);
  return Number.isNaN(moment) ? null : moment;
}

/** The documents of a patient, by any one of their identifiers, in chart order. */
export function documentsOf(charts: readonly ChartDocument[], destination: string, id: string) {
  return charts.filter(
    (document) => document.destination === destination && document.identifiers.some((one) => one.id === id),
  );
}

/** Visit numbers, the one with the newest service first; undefined services count as oldest. */
export function visitsNewestFirst(documents: readonly ChartDocument[]): string[] {
  const newest = new Map<string, number>();
  for (const { visitNumber, serviceDateTime } of documents) {
    if (!visitNumber) continue;
    const moment = momentIn(serviceDateTime) ?? Number.NEGATIVE_INFINITY;
    newest.set(visitNumber, Math.max(moment, newest.get(visitNumber) ?? Number.NEGATIVE_INFINITY));
  }
  return [...newest].sort(([, a], [, b]) => b - a).map(([visitNumber]) => visitNumber);
}
