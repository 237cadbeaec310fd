/** A server that speaks Redis's protocol and replies what the test wants: what no real Redis can be brought to say. */
import { createServer, type Socket } from 'node:net';
import { portOf } from '../redox/upstream.ts';

export interface RespServer extends AsyncDisposable {
  readonly url: string;
  /** Raw bytes for a command. Those of the handshake, and PING, are answered as Redis does unless it replies to these, too. */
  reply: (command: readonly string[]) => string | null;
  /** Connections until now. */
  readonly connections: number;
}

export async function startRespServer(): Promise<RespServer> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    connections += 1;
    let pending = '';
    socket.setEncoding('latin1').on('data', (text: string) => {
      pending += text;
      for (let read = readCommand(pending); read !== null; read = readCommand(pending)) {
        pending = pending.slice(read.length);
        socket.write(resp.reply(read.command) ?? usualReply(read.command), 'latin1');
      }
    });
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const resp: RespServer = {
    url: `redis://127.0.0.1:${portOf(server.address())}`,
    reply: () => null,
    get connections() {
      return connections;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return resp;
}

function usualReply([name = '']: readonly string[]): string {
  return name.toUpperCase() === 'PING' ? '+PONG\r\n' : '+OK\r\n';
}

/** The first command of what has come: an array of bulk strings. Null while it is not complete. */
function readCommand(text: string): { readonly command: readonly string[]; readonly length: number } | null {
  const head = /^\*(\d+)\r\n/.exec(text);
  if (head === null) return null;
  const command: string[] = [];
  let at = head[0].length;
  for (let left = Number(head[1]); left > 0; left -= 1) {
    const size = /^\$(\d+)\r\n/.exec(text.slice(at, at + 16));
    if (size === null) return null;
    const from = at + size[0].length;
    const to = from + Number(size[1]);
    if (text.length < to + 2) return null;
    command.push(text.slice(from, to));
    at = to + 2;
  }
  return { command, length: at };
}
