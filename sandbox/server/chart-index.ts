/** Finds the documents that a Media Query selects, in chart order, without searching the whole chart. */
import type { ChartDocument, ChartIdentifier, DestinationAlias } from '../charts/chart.ts';
import type { ParsedQuery } from './media-query.ts';

/** Positions in the chart, ascending. */
type Positions = readonly number[];

interface DestinationIndex {
  readonly byIdentifier: Map<string, number[]>;
  readonly byVisit: Map<string, number[]>;
  readonly byDocument: Map<string, number[]>;
}

export class ChartIndex {
  readonly #documents: (ChartDocument | undefined)[] = [];
  readonly #destinations: Readonly<Record<DestinationAlias, DestinationIndex>> = {
    general: { byIdentifier: new Map(), byVisit: new Map(), byDocument: new Map() },
    county: { byIdentifier: new Map(), byVisit: new Map(), byDocument: new Map() },
  };

  constructor(documents: readonly ChartDocument[]) {
    for (const document of documents) this.add(document);
  }

  add(document: ChartDocument): void {
    const position = this.#documents.push(document) - 1;
    const index = this.#destinations[document.destination];
    for (const identifier of document.identifiers) add(index.byIdentifier, keyOf(identifier), position);
    if (document.visitNumber != null) add(index.byVisit, document.visitNumber, position);
    if (document.documentId != null) add(index.byDocument, document.documentId, position);
  }

  /** All documents with this id that belong to this patient. */
  remove(destination: DestinationAlias, documentId: string, patient: readonly ChartIdentifier[]): void {
    const { byDocument } = this.#destinations[destination];
    const keys = new Set(patient.map(keyOf));
    const isOfPatient = (position: number) =>
      this.#documents[position]?.identifiers.some((identifier) => keys.has(keyOf(identifier)));
    const positions = byDocument.get(documentId) ?? [];
    byDocument.set(
      documentId,
      positions.filter((position) => !isOfPatient(position)),
    );
    for (const position of positions) if (isOfPatient(position)) this.#documents[position] = undefined;
  }

  select(query: ParsedQuery): ChartDocument[] {
    const visits = query.visitNumbers && new Set(query.visitNumbers);
    const types = query.documentTypes && new Set(query.documentTypes);
    const ids = query.documentIds && new Set(query.documentIds);
    const selected: ChartDocument[] = [];
    for (const position of this.#findCandidates(query)) {
      const document = this.#documents[position];
      if (document === undefined) continue;
      if (!includes(visits, document.visitNumber)) continue;
      if (!includes(types, document.documentType)) continue;
      if (!includes(ids, document.documentId)) continue;
      selected.push(document);
    }
    return selected;
  }

  /** A superset of what the query selects, exact with respect to patients; every query has one of these three filters. */
  #findCandidates(query: ParsedQuery): Positions {
    const { byIdentifier, byVisit, byDocument } = this.#destinations[query.destination.alias];
    if (query.patients !== null) {
      return union(query.patients.map((identifiers) => this.#findPatient(byIdentifier, identifiers)));
    }
    if (query.visitNumbers !== null) return union(query.visitNumbers.map((visit) => byVisit.get(visit)));
    return union((query.documentIds ?? []).map((id) => byDocument.get(id)));
  }

  /** Documents whose patient has all the identifiers. */
  #findPatient(byIdentifier: Map<string, number[]>, identifiers: readonly ChartIdentifier[]): Positions {
    const [first, ...others] = identifiers;
    if (first === undefined) return [];
    const positions = byIdentifier.get(keyOf(first)) ?? [];
    if (others.length === 0) return positions;
    return positions.filter((position) =>
      others.every((wanted) => {
        const found = this.#documents[position]?.identifiers;
        return found?.some(({ id, idType }) => id === wanted.id && idType === wanted.idType);
      }),
    );
  }
}

function add(index: Map<string, number[]>, key: string, position: number): void {
  const positions = index.get(key);
  if (positions === undefined) index.set(key, [position]);
  // A document that states the same value twice is indexed once.
  else if (positions.at(-1) !== position) positions.push(position);
}

/** The length makes the key unambiguous whatever characters the two parts contain. */
function keyOf({ id, idType }: ChartIdentifier): string {
  return `${idType.length}:${idType}${id}`;
}

function union(lists: readonly (Positions | undefined)[]): Positions {
  const all = new Set<number>();
  for (const list of lists) for (const position of list ?? []) all.add(position);
  return [...all].sort((a, b) => a - b);
}

function includes(wanted: ReadonlySet<string> | null, value: string | null | undefined): boolean {
  return wanted === null || (value != null && wanted.has(value));
}
