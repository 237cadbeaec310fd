/** Settings of gateways that tests and benchmarks run. */
import type { Sandbox } from '../../sandbox/sandbox.ts';

export const TEST_SECRET = 'a-secret-of-the-test-suite-long-enough';

const { EXECUTOR } = process.env;

/** Every test can be run with either executor: `EXECUTOR=graphql-js npm test`. */
export const OF_THIS_RUN: Readonly<Record<string, string>> = EXECUTOR === undefined ? {} : { EXECUTOR };

/** The environment of a gateway that uses this Redox, without callers' tokens. */
export function settingsFor({ url, uploadUrl, credentials, destinations }: Sandbox): Record<string, string> {
  return {
    PORT: '0',
    // Nobody reads it but the tests of it.
    AUDIT_FILE: '/dev/null',
    LOG_LEVEL: 'silent',
    AUTH_MODE: 'none',
    GATEWAY_SECRET: TEST_SECRET,
    ...OF_THIS_RUN,
    REDOX_API_URL: url,
    REDOX_UPLOAD_URL: uploadUrl,
    REDOX_CLIENT_ID: credentials.clientId,
    REDOX_KEY_ID: credentials.keyId,
    REDOX_PRIVATE_KEY: credentials.privateKeyPem.trim(),
    REDOX_SOURCE_ID: credentials.sourceId,
    REDOX_DESTINATIONS: Object.entries(destinations)
      .map(([alias, id]) => `${alias}=${id}`)
      .join(','),
  };
}
