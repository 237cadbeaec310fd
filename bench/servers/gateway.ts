/** The gateway itself, with the settings in its environment. */
import { parseConfig } from '../../src/config/config.ts';
import { startGateway } from '../../src/gateway.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { announce, processCounters } from '../child-messages.ts';

const config = await parseConfig(process.env);
const { url } = await startGateway(config, createLog(config.logLevel));
announce({ url }, processCounters());
