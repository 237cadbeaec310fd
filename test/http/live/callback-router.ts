/** What a router does in Apollo's HTTP callback protocol, as far as a gateway sees of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

interface Message {
  readonly kind: string;
  readonly action: string;
  readonly id: string;
  readonly verifier: string;
  readonly payload?: unknown;
  readonly errors?: readonly unknown[];
}

/** Answers every message as `answer` says, and keeps it. */
export async function startCallbackRouter(
  answer: (message: Message) => number | Promise<number> = () => 204,
) {
  const messages: Message[] = [];
  const headers: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    const message = (await json(request)) as Message;
    messages.push(message);
    headers.push(request.headers['subscription-protocol'] as string | undefined);
    const status = await answer(message);
    response.writeHead(status, { location: '/elsewhere' }).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const actions = () => messages.map(({ action }) => action);
  return { origin, messages, headers, actions };
}

export function extensionsFor(origin: string, more: Readonly<Record<string, unknown>> = {}) {
  return {
    subscription: {
      callbackUrl: `${origin}/callback/one?of=two`,
      subscriptionId: 'one',
      verifier: 'secret',
      heartbeatIntervalMs: 0,
      ...more,
    },
  };
}
