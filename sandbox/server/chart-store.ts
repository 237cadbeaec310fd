/** The current charts: the initial ones, and what has been written since, in memory or in a file. */
import type { DatabaseSync } from 'node:sqlite';
import type { ChartDocument } from '../charts/chart.ts';
import { ChartIndex } from './chart-index.ts';
import type { MediaEvent } from './media-event.ts';
import { RefusedQuery } from './refused-query.ts';

export class ChartStore {
  readonly index: ChartIndex;
  /** Uploaded files by their URIs, as base64. */
  readonly #uploads = new Map<string, string>();
  readonly #database: DatabaseSync | null;

  /** `path`: a file that stores what is written; null for memory. */
  constructor(charts: readonly ChartDocument[], path: string | null) {
    this.index = new ChartIndex(charts);
    this.#database = path === null ? null : openDatabase(path);
    for (const event of readEvents(this.#database)) this.#take(event);
  }

  /** From now on, a message may contain the URI in place of contents. */
  keepUpload(uri: string, base64: string): void {
    this.#uploads.set(uri, base64);
  }

  /** Returns the event with its contents, if it contained the URI of an upload. */
  apply(event: MediaEvent): MediaEvent {
    const resolved = { ...event, adds: event.adds && this.#withContents(event.adds) };
    this.#database?.prepare('INSERT INTO events (event) VALUES (?)').run(JSON.stringify(resolved));
    this.#take(resolved);
    return resolved;
  }

  close(): void {
    this.#database?.close();
  }

  #take({ destination, patient, removes, adds }: MediaEvent): void {
    if (removes !== null) this.index.remove(destination, removes, patient);
    if (adds === null) return;
    // A document that is sent again is the same document.
    if (adds.documentId != null) this.index.remove(destination, adds.documentId, patient);
    this.index.add(adds);
  }

  #withContents(document: ChartDocument): ChartDocument {
    const { fileContents } = document;
    if (fileContents == null || !/^https?:/.test(fileContents)) return document;
    const uploaded = this.#uploads.get(fileContents);
    if (uploaded === undefined)
      throw new RefusedQuery(400, 'invalidMessage', 'FileContents names no upload.');
    return { ...document, fileContents: uploaded };
  }
}

function openDatabase(path: string): DatabaseSync {
  // Loaded only here: Node may print a warning, and most sandboxes store nothing.
  const { DatabaseSync } = process.getBuiltinModule('node:sqlite');
  const database = new DatabaseSync(path);
  database.exec('CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, event TEXT NOT NULL)');
  return database;
}

function readEvents(database: DatabaseSync | null): MediaEvent[] {
  const rows = database?.prepare('SELECT event FROM events ORDER BY id').all() ?? [];
  return rows.map(({ event }) => JSON.parse(String(event)) as MediaEvent);
}
