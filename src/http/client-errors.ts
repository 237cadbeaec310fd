/** Responses to requests that are never routed, as they are not HTTP, too slow or too long; written to the bare connection. */
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import type { LingeringClose } from './lingering-close.ts';
import { errorBody, SAFE_HEADERS } from './responses.ts';

/** By the error codes of Node and of its parser; any other error is a 400. */
const RESPONSES: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The URL and headers of the request are too long.',
  ],
};
const NOT_HTTP = ['400 Bad Request', 'The request is not HTTP.'] as const;

/**
 * `isShared`: pages of other origins may call the gateway. The origin of such a request is not known. Its response holds no
 * data, so any page may read it; otherwise browsers would report a network error.
 */
export function createClientErrorHandler(
  isShared: boolean,
  lingering: LingeringClose,
): (error: ConnectionError, socket: Socket) => void {
  return ({ code }, socket) => {
    if (code === 'ECONNRESET' || !socket.writable) return;
    if (lingering.isAnswered(socket)) {
      socket.destroy();
      return;
    }
    const [status, message] = RESPONSES[code] ?? NOT_HTTP;
    const body = JSON.stringify(errorBody(message, { code: 'BAD_REQUEST' }));
    const headers = {
      ...SAFE_HEADERS,
      ...(isShared && { 'access-control-allow-origin': '*' }),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'), () => {
      void lingering.discard(socket).then(() => socket.destroy());
    });
  };
}
