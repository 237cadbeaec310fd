/** The gateway itself, with the settings in its environment. */
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { announce, processCounters } from '../child-messages.ts';

const config = await parseConfig(process.env);
const { url } = await startGateway(config, createSystemClock(), createLog(config.logLevel));
// Only where it is asked for: to look at the process every 5 ms costs as much CPU as some operations.
announce({ url }, process.env['WATCHES_PROCESS'] ? processCounters() : undefined);
