/** A subscriber of the sandbox's events that is nothing but an HTTP server, which answers as the test says. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';

export interface Arrival {
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

/** A status, the challenge with 200, or no response at all. */
export type Reaction = number | 'verify' | 'hang up';

export interface TestSubscriber extends AsyncDisposable {
  readonly url: string;
  /** All that was posted to it, oldest first. */
  readonly arrivals: readonly Arrival[];
  /** Of those, the events. */
  readonly events: readonly Arrival[];
}

/** By default it does all right. */
export async function startSubscriber(
  react: (arrival: Arrival, count: number) => Reaction | Promise<Reaction> = ({ body }) =>
    'challenge' in body ? 'verify' : 200,
): Promise<TestSubscriber> {
  const arrivals: Arrival[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>;
    const arrival = { headers: request.headers, body };
    arrivals.push(arrival);
    answer(response, await react(arrival, arrivals.length), body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return {
    url: `http://127.0.0.1:${port}/redox/events`,
    arrivals,
    get events() {
      return arrivals.filter(({ body }) => !('challenge' in body));
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(response: ServerResponse, reaction: Reaction, body: Record<string, unknown>): void {
  if (reaction === 'hang up') response.destroy();
  else if (reaction === 'verify') response.end(String(body['challenge']));
  else response.writeHead(reaction).end();
}
