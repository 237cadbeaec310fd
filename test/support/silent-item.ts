/** An item that says nothing: tests of one member add that one. */
import type { Item } from '../../src/redox/messages.ts';

export const SILENT_ITEM: Item = {
  identifiers: [],
  visitNumber: null,
  documentId: null,
  documentType: null,
  documentDescription: null,
  fileType: null,
  fileName: null,
  creationDateTime: null,
  serviceDateTime: null,
  contents: { kind: 'none' },
};
