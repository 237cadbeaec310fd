/** Callers of a gateway without tokens that uses the real Redox: programs of this machine, which address it by a name of this machine. */
import type { FastifyRequest } from 'fastify';
import { GatewayError } from '../../errors.ts';
import { ANONYMOUS, type IdentifyCaller } from './caller.ts';

/**
 * Loopback keeps other machines out, and not a page of the web in a browser of this machine: its site may have its own name lead to
 * loopback (DNS rebinding), and is then of the gateway's origin to the browser, so that no rule about origins holds it. What gives it
 * away is the name, which is one of a public domain.
 */
export function createLocalCallerCheck(publicUrl: string | null): IdentifyCaller {
  const publicHost = publicUrl === null ? null : new URL(publicUrl).hostname;
  return async ({ headers }) => {
    const host = hostNameOf(headers);
    if (isOfThisMachine(host) || host === publicHost) return ANONYMOUS;
    throw new GatewayError('UNAUTHENTICATED');
  };
}

/** Without the port; in lower case. */
function hostNameOf({ host = '' }: FastifyRequest['headers']): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/** Or an address. A name without a dot is none of a public domain. */
function isOfThisMachine(host: string): boolean {
  const isAddress = /^(?:\[.*\]|\d{1,3}(?:\.\d{1,3}){3})$/.test(host);
  return isAddress || !host.includes('.') || host.endsWith('.localhost');
}
