/** Files documents like any other system: by Redox's own API, with a token of the legacy key. */
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { LiveChart, LiveDocument } from './live-document.ts';

export class SandboxChart implements LiveChart {
  readonly #sandbox: Sandbox;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  file(document: LiveDocument): Promise<void> {
    return this.#write('New', document, { FileContents: document.base64 });
  }

  remove(document: LiveDocument): Promise<void> {
    return this.#write('Delete', document, {});
  }

  async #write(EventType: string, document: LiveDocument, contents: object): Promise<void> {
    const { url, destinations } = this.#sandbox;
    const response = await fetch(`${url}/endpoint`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${await this.#logIn()}` },
      body: JSON.stringify({
        Meta: { DataModel: 'Media', EventType, Test: true, Destinations: [{ ID: destinations.general }] },
        Patient: { Identifiers: [{ ID: document.patient, IDType: 'MR' }] },
        Media: { ...describe(document), ...contents },
      }),
    });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`The sandbox answered ${response.status}.`);
  }

  /** Called for every write: tokens expire after minutes, and a token costs nothing here. */
  async #logIn(): Promise<string> {
    const { url, credentials } = this.#sandbox;
    const response = await fetch(`${url}/auth/authenticate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ apiKey: credentials.apiKey, secret: credentials.apiSecret }),
    });
    const { accessToken } = (await response.json()) as { accessToken: string };
    return accessToken;
  }
}

function describe(document: LiveDocument) {
  return {
    FileType: document.fileType,
    FileName: document.fileName,
    DocumentType: document.documentType,
    DocumentID: document.documentId,
    DocumentDescription: document.documentDescription,
    CreationDateTime: document.creationDateTime,
    Availability: 'Available',
    Provider: { ID: '4356789876', IDType: 'NPI' },
  };
}
