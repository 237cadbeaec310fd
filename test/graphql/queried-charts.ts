/** Charts of some patients, for fields that find patients and documents. */
import { chartDocument } from '../support/own-chart.ts';

export const charts = [
  chartDocument('a', { documentId: 'doc-a1', documentType: 'Photo', serviceDateTime: '2026-01-01' }),
  chartDocument('a', { documentId: 'doc-a2', documentType: 'Consent Form', visitNumber: 'V-a2' }),
  chartDocument('b', { documentId: 'doc-b1', documentType: 'Photo' }),
  // Versions of one document, in no order.
  chartDocument('c', { documentId: 'doc-c', documentDescription: 'second', serviceDateTime: '2026-02-02' }),
  chartDocument('c', {
    documentId: 'doc-c',
    documentDescription: 'third',
    serviceDateTime: '2026-02-02T01:00:00Z',
  }),
  chartDocument('c', { documentId: 'doc-c', documentDescription: 'first' }),
  // The same DocumentID in two patients' charts, and in another destination.
  chartDocument('d', { documentId: 'doc-shared' }),
  chartDocument('e', { documentId: 'doc-shared' }),
  chartDocument('far', { documentId: 'doc-a1', destination: 'county', documentDescription: 'county' }),
];
