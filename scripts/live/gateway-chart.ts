/** Files documents by the mutations of a gateway that runs with its embedded Redox. */
import type { LiveChart, LiveDocument } from './live-document.ts';

/** Long enough for a gateway that has just started; without a server, the connection is refused at once. */
const MAX_WAIT_MS = 10_000;

interface GraphqlResponse {
  readonly errors?: readonly { readonly message: string }[];
  readonly extensions?: { readonly redox?: Readonly<Record<string, unknown>> };
}

/**
 * Whether a gateway at this URL runs with its embedded Redox. Only such a gateway reveals its Media Queries; nothing must ever be
 * filed in the charts of a real destination.
 */
export async function runsOnSandbox(url: string): Promise<boolean> {
  try {
    const { extensions } = await send(url, '{ destinations { id } }', {});
    return Array.isArray(extensions?.redox?.['queries']);
  } catch {
    return false;
  }
}

export class GatewayChart implements LiveChart {
  readonly #url: string;

  /** The URL of the GraphQL endpoint. */
  constructor(url: string) {
    this.#url = url;
  }

  file(document: LiveDocument): Promise<void> {
    const { creationDateTime, documentDescription, base64 } = document;
    return this.#write('saveMedia', 'SaveMediaInput', {
      ...identify(document),
      documentDescription,
      creationDateTime,
      content: { base64 },
    });
  }

  remove(document: LiveDocument): Promise<void> {
    return this.#write('deleteMedia', 'DeleteMediaInput', identify(document));
  }

  async #write(mutation: string, type: string, input: object): Promise<void> {
    const operation = `mutation ($input: ${type}!) { ${mutation}(input: $input) { accepted } }`;
    const { errors } = await send(this.#url, operation, { input });
    if (errors !== undefined) throw new Error(errors[0]?.message ?? 'The write failed.');
  }
}

function identify({ patient, documentId, documentType, fileName, fileType }: LiveDocument) {
  return {
    patient: { identifiers: [{ value: patient, idType: 'MR' }] },
    documentId,
    documentType,
    fileName,
    fileType,
    provider: { id: '4356789876', idType: 'NPI' },
  };
}

async function send(url: string, query: string, variables: object): Promise<GraphqlResponse> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
    // Only this URL has shown that it belongs to a gateway with its sandbox.
    redirect: 'error',
    signal: AbortSignal.timeout(MAX_WAIT_MS),
  });
  return (await response.json()) as GraphqlResponse;
}
