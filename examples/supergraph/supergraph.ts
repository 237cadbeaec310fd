/** The directory beside a running gateway, and a router over both; with the gateway itself, all that the example is. */
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { type Gateway, startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { composeSupergraph } from './compose.ts';
import { startDirectory } from './directory/directory.ts';
import { PEOPLE, type Person } from './directory/people.ts';
import { startRouter } from './router.ts';

export interface Supergraph {
  /** The router's GraphQL endpoint. */
  readonly url: string;
  readonly mediaUrl: string;
  readonly directoryUrl: string;
  close(): Promise<void>;
}

export interface JoinOptions {
  /** GraphQL endpoint of the gateway, which stays its starter's to close. */
  readonly mediaUrl: string;
  /** Default: the embedded Redox's first patient and its ordinary ones. */
  readonly people?: readonly Person[];
  /** The router's; default any free one. */
  readonly port?: number;
}

/** Directory and router for a gateway that runs already. */
export async function joinSubgraphs({
  mediaUrl,
  people = PEOPLE,
  port = 0,
}: JoinOptions): Promise<Supergraph> {
  const directory = await startDirectory(people);
  try {
    const supergraph = composeSupergraph({ media: mediaUrl, directory: directory.url });
    const router = await startRouter(supergraph, port);
    const close = async () => {
      await router.close();
      await directory.close();
    };
    return { url: router.url, mediaUrl, directoryUrl: directory.url, close };
  } catch (error) {
    await directory.close();
    throw error;
  }
}

/** All three, the gateway with its embedded Redox. */
export async function startSupergraph(port: number): Promise<Supergraph> {
  const gateway = await startSandboxedGateway();
  try {
    const joined = await joinSubgraphs({ mediaUrl: gateway.url, port });
    const close = async () => {
      await joined.close();
      await gateway.close();
    };
    return { ...joined, close };
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

/** With settings of its own, whatever the environment says: an example must never ask a real Redox. */
async function startSandboxedGateway(): Promise<Gateway> {
  const config = await parseConfig({ PORT: '0', LOG_LEVEL: 'warn', AUDIT_FILE: '/dev/null' });
  return startGateway(config, createSystemClock(), createLog(config.logLevel));
}
