/** The process: reads the environment, starts the gateway, and ends it on a signal. */

import closeWithGrace from 'close-with-grace';
import { createSystemClock } from './clock.ts';
import { type Config, ConfigError, parseConfig } from './config/config.ts';
import { StopSignals } from './gateway/stop-signals.ts';
import type { Gateway } from './gateway.ts';
import type { GatewayLog } from './telemetry/log.ts';

const config = await parseConfig(process.env).catch(refuseToStart);
// Libraries skip checks that are only for developers; graphql-js, for example, skips checking that all types come from the same
// copy of the package.
process.env['NODE_ENV'] = 'production';
// Loaded after the settings have been read, so that wrong settings are reported at once.
const { startGateway } = await import('./gateway.ts');
const { greeting } = await import('./gateway/greeting.ts');
const { createLog } = await import('./telemetry/log.ts');
const { startTracing } = await import('./telemetry/otel.ts');
const clock = createSystemClock();
const traced = await startTracing(config.tracing, clock);
const log = createLog(config.logLevel);
const gateway = await startGateway(config, clock, log, traced?.tracing).catch((error: unknown) =>
  refuseToListen(error, config),
);
// Before anything reports that the gateway listens, as a signal may follow at once.
endGracefully(gateway, log, config);
reportThatItListens(gateway);

function reportThatItListens({ url, sandbox }: Gateway): void {
  const listening = { url, sandbox: sandbox !== null };
  if (process.stdout.isTTY) {
    const { viewer, introspection: explorer } = config;
    process.stdout.write(greeting({ ...listening, viewer, explorer }));
  } else log.listening(listening);
}

/** The first signal drains: operations in flight finish within their deadline. A second signal ends the process at once. */
function endGracefully(running: Gateway, events: GatewayLog, { operation }: Config): void {
  const skip: ('SIGINT' | 'SIGTERM')[] = ['SIGINT', 'SIGTERM'];
  const signals = new StopSignals(clock);
  let first: string | undefined;
  const { close } = closeWithGrace(
    { delay: operation.timeoutMs + 5_000, logger: false, skip },
    async (how) => {
      if (how.err) events.fatal({ error: how.err });
      else events.draining({ signal: first ?? how.signal ?? 'none' });
      await running.close();
      if ((await traced?.stop()) === false) events.tracesLost();
      events.stopped();
    },
  );
  for (const name of skip) {
    process.on(name, () => {
      first ??= name;
      const step = signals.receive();
      if (step === 'drain') void close();
      else if (step === 'end') process.exit(1);
    });
  }
}

function refuseToStart(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}

function refuseToListen(error: unknown, { listener }: Config): never {
  if (error instanceof ConfigError) refuseToStart(error);
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
