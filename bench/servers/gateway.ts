/** The gateway itself, with the settings in its environment. */
import { createSystemClock } from '../../src/clock.ts';
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { announce, processCounters } from '../child-messages.ts';

const config = await parseConfig(process.env);
const { url } = await startGateway(config, createSystemClock(), createLog(config.logLevel));
announce({ url }, processCounters());
