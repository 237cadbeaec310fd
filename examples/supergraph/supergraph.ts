/** Starts the directory beside a running gateway, and a router for both. */
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
  /** The GraphQL endpoint of the gateway, which its starter closes. */
  readonly mediaUrl: string;
  /** Default: the embedded Redox's first patient and its ordinary ones. */
  readonly people?: readonly Person[];
  /** The port of the router; by default any free one. */
  readonly port?: number;
}

/** Starts directory and router for a gateway that is running already. */
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

/** Starts all three, the gateway with its embedded Redox. */
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

/** With its own settings, whatever the environment contains: an example must never query a real Redox. */
async function startSandboxedGateway(): Promise<Gateway> {
  const config = await parseConfig({ PORT: '0', LOG_LEVEL: 'warn', AUDIT_FILE: '/dev/null' });
  return startGateway(config, createSystemClock(), createLog(config.logLevel));
}
