/** `npm run token -- --scope … --patients …`: prints a bearer token for trying out rights on the embedded Redox. */
import { parseArgs } from 'node:util';
import { signTrialToken } from '../src/http/callers/trial-tokens.ts';

const USAGE = `Prints a bearer token for a gateway that runs on its embedded Redox, on this machine.

  npm run -s token -- [options]

  --scope "media:read content:read"   what the caller may do (this is the default)
  --destinations general,county       destinations that it may ask; all when left out
  --patients "MR|SYN-000417,…"        patients whose media it may see, as IDType|ID; all when left out
  --minutes 60                        how long it is good
`;

try {
  const { values } = parseArgs({
    options: {
      scope: { type: 'string', default: 'media:read content:read' },
      destinations: { type: 'string' },
      patients: { type: 'string' },
      minutes: { type: 'string', default: '60' },
      help: { type: 'boolean', default: false },
    },
  });
  const { scope, destinations, patients, minutes, help } = values;
  if (!/^[1-9]\d{0,4}$/.test(minutes))
    throw new TypeError('--minutes must be a whole number from 1 to 99999.');
  const limits = {
    ...(destinations !== undefined && { redox_destinations: splitList(destinations) }),
    ...(patients !== undefined && { redox_patients: splitList(patients) }),
  };
  const text = help ? USAGE : `${await signTrialToken({ scope, ...limits }, Number(minutes) * 60)}\n`;
  process.stdout.write(text);
} catch (error) {
  if (!(error instanceof TypeError)) throw error;
  process.stderr.write(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}

function splitList(text: string): string[] {
  return text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
}
