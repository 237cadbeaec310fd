/** The server of a frontend, of another origin than the gateway: it shows what a test puts there, with headers of its choice. */
import { createServer } from 'node:http';
import { portOf } from '../redox/upstream.ts';

export interface PageServer {
  readonly origin: string;
  html: string;
  close(): void;
}

export async function startPageServer(headers: Record<string, string> = {}): Promise<PageServer> {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...headers }).end(pages.html);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pages: PageServer = {
    origin: `http://127.0.0.1:${portOf(server.address())}`,
    html: '',
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  return pages;
}
