/** Requests that are never routed, as they are no HTTP, too slow or too long: answered on the bare connection, like others. */
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { errorBody, SAFE_HEADERS } from './responses.ts';

/** By the error codes of Node and of its parser; all else is 400. */
const ANSWERS: Readonly<Record<string, readonly [status: string, message: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['408 Request Timeout', 'The request did not arrive in time.'],
  HPE_HEADER_OVERFLOW: [
    '431 Request Header Fields Too Large',
    'The URL and headers of the request are too long.',
  ],
};
const NO_HTTP = ['400 Bad Request', 'The request is not HTTP.'] as const;

/**
 * `isShared`: pages of other origins may call. Whose page it was is not known, and there is nothing in the answer: any page
 * may see the status, where browsers would else tell of no answer at all.
 */
export function createClientErrorHandler(
  isShared: boolean,
): (error: ConnectionError, socket: Socket) => void {
  return ({ code }, socket) => {
    if (code === 'ECONNRESET' || !socket.writable) return;
    const [status, message] = ANSWERS[code] ?? NO_HTTP;
    const body = JSON.stringify(errorBody(message, { code: 'BAD_REQUEST' }));
    const headers = {
      ...SAFE_HEADERS,
      ...(isShared && { 'access-control-allow-origin': '*' }),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status}`, ...lines, '', body].join('\r\n'), () => socket.destroy());
  };
}
