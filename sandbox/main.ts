/** `npm run sandbox`: the sandbox alone, until a signal ends it; prints the settings with which a gateway uses it. */
import { runAlone } from './alone.ts';

await runAlone();
