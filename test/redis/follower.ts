/** A client that follows all events, and continues after its last cursor at another replica when its own has ended; anew when that has expired. */
import { setTimeout } from 'node:timers/promises';
import { createClient } from 'graphql-sse';
import { onTestFinished } from 'vitest';

const QUERY =
  'subscription ($after: String) { mediaChanged(destination: "general", after: $after) { cursor documentId } }';

interface Answer {
  readonly mediaChanged: { readonly cursor: string; readonly documentId: string | null };
}

export class Follower {
  readonly documents: (string | null)[] = [];
  /** Codes of errors that the gateway has sent. */
  readonly codes: unknown[] = [];
  /** How often it has continued. */
  continued = 0;
  readonly #urlOf: (tries: number) => string;
  readonly #stop = new AbortController();
  #cursor: string | null = null;

  /** `urlOf`: a replica for each try. */
  constructor(urlOf: (tries: number) => string) {
    this.#urlOf = urlOf;
    onTestFinished(() => this.#stop.abort());
    void this.#follow();
  }

  async #follow(): Promise<void> {
    for (let tries = 0; !this.#stop.signal.aborted; tries += 1) {
      const client = createClient({ url: this.#urlOf(tries), retryAttempts: 0 });
      const end = () => client.dispose();
      this.#stop.signal.addEventListener('abort', end, { once: true });
      try {
        await this.#read(client);
      } catch {
        // The replica was killed, or has not begun yet.
        await setTimeout(20);
      }
      end();
    }
  }

  async #read(client: ReturnType<typeof createClient>): Promise<void> {
    if (this.#cursor !== null) this.continued += 1;
    for await (const { data, errors = [] } of client.iterate<Answer>({
      query: QUERY,
      variables: { after: this.#cursor },
    })) {
      this.codes.push(...errors.map(({ extensions }) => extensions?.['code']));
      if (this.codes.at(-1) === 'CURSOR_EXPIRED') this.#cursor = null;
      if (!data) continue;
      this.documents.push(data.mediaChanged.documentId);
      this.#cursor = data.mediaChanged.cursor;
    }
  }
}
