/** The process: environment → settings → gateway → signals. */
import closeWithGrace from 'close-with-grace';
import { type Config, ConfigError, parseConfig } from './config.ts';
import { type Gateway, startGateway } from './gateway.ts';
import { createLog, type GatewayLog } from './telemetry/log.ts';

const config = await parseConfig(process.env).catch(refuseToStart);
const log = createLog(config.logLevel);
const gateway = await startGateway(config, log).catch((error: unknown) => refuseToListen(error, config));
log.listening({ url: gateway.url, sandbox: gateway.sandbox !== null });
endGracefully(gateway, log, config);

/** The first signal drains: operations in flight have their own deadline to end by. A second one ends at once. */
function endGracefully(running: Gateway, events: GatewayLog, { operationTimeoutMs }: Config): void {
  closeWithGrace({ delay: operationTimeoutMs + 5_000, logger: false }, async ({ signal, err }) => {
    if (err) events.fatal({ error: err });
    else events.draining({ signal: signal ?? 'none' });
    await running.close();
    events.stopped();
  });
}

function refuseToStart(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function refuseToListen(error: unknown, { listener }: Config): never {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw error;
  const problem = {
    EADDRINUSE: 'is in use',
    EACCES: 'may not be used',
    EADDRNOTAVAIL: 'is not an address here',
  };
  process.stderr.write(
    `The gateway cannot listen: PORT ${listener.port} of HOST ${listener.host} ${problem[code]}.\n`,
  );
  process.exit(1);
}
