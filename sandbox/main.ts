/** `npm run sandbox`: runs the sandbox alone, until a signal ends it; prints the settings for a gateway that uses it. */
import { runAlone } from './alone.ts';

await runAlone();
