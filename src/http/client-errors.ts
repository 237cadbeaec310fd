/**
 * Responds to requests that are never routed, because they are not HTTP, too slow or too long. The response is written directly
 * to the socket.
 */
import type { Socket } from 'node:net';
import type { ConnectionError } from 'fastify';
import { BAD_REQUESTS, type BadRequest } from './bad-requests.ts';
import type { LingeringClose } from './lingering-close.ts';
import { errorBody, SAFE_HEADERS } from './responses.ts';

/** By the error codes of Node and of its parser; any other error is a 400. */
const RESPONSES: Readonly<Record<string, readonly [problem: BadRequest, phrase: string]>> = {
  ERR_HTTP_REQUEST_TIMEOUT: ['requestTooSlow', 'Request Timeout'],
  HPE_HEADER_OVERFLOW: ['headTooLarge', 'Request Header Fields Too Large'],
};
const NOT_HTTP = ['notHttp', 'Bad Request'] as const;

/**
 * `isShared`: whether pages of other origins may call the gateway. The origin of such a request is not known. The response holds
 * no data, so any page may read it; otherwise browsers would report a network error instead.
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
    const [problem, phrase] = RESPONSES[code] ?? NOT_HTTP;
    const { status, message } = BAD_REQUESTS[problem];
    const body = JSON.stringify(errorBody(message, { code: 'BAD_REQUEST' }));
    const headers = {
      ...SAFE_HEADERS,
      ...(isShared && { 'access-control-allow-origin': '*' }),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
      connection: 'close',
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
    socket.end([`HTTP/1.1 ${status} ${phrase}`, ...lines, '', body].join('\r\n'), () => {
      void lingering.discard(socket).then(() => socket.destroy());
    });
  };
}
