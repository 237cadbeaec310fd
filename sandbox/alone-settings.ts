/** Reads the settings of a sandbox that runs as a program of its own, and reports all invalid ones at once. */
import { randomBytes } from 'node:crypto';
import type { Subscriber } from './sandbox.ts';

const DEFAULT_PORT = 4010;
const MAX_PORT = 65_535;
/** Redox itself gives up after two minutes; an hour is more than any trial needs. */
const MAX_LATENCY_MS = 3_600_000;

/** Settings with invalid values; the message is for the person at the terminal, a sentence a line. */
export class BadSettings extends Error {}

export interface AloneSettings {
  readonly port: number;
  readonly latencyMs: number;
  readonly database: string | undefined;
  readonly subscriber: Subscriber | undefined;
}

/** @throws BadSettings */
export function readAloneSettings(environment: NodeJS.ProcessEnv): AloneSettings {
  const reader = new SettingsReader(environment);
  const settings = {
    port: reader.wholeNumber('SANDBOX_PORT', DEFAULT_PORT, MAX_PORT),
    latencyMs: reader.wholeNumber('SANDBOX_LATENCY_MS', 0, MAX_LATENCY_MS),
    database: reader.text('SANDBOX_DB'),
    subscriber: reader.subscriber(),
  };
  if (reader.faults.length > 0) throw new BadSettings(reader.faults.join('\n'));
  return settings;
}

class SettingsReader {
  readonly #environment: NodeJS.ProcessEnv;
  readonly faults: string[] = [];

  constructor(environment: NodeJS.ProcessEnv) {
    this.#environment = environment;
  }

  text(name: string): string | undefined {
    return this.#environment[name]?.trim() || undefined;
  }

  wholeNumber(name: string, fallback: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > max)
      this.faults.push(`${name} must be a whole number from 0 to ${max}.`);
    return value;
  }

  subscriber(): Subscriber | undefined {
    const url = this.text('SANDBOX_SUBSCRIBER_URL');
    const token = this.text('SANDBOX_VERIFICATION_TOKEN');
    if (url !== undefined && !(URL.canParse(url) && /^https?:/.test(url)))
      this.faults.push('SANDBOX_SUBSCRIBER_URL must be a URL that begins with http:// or https://.');
    // The form that the gateway requires, where several tokens are separated by commas.
    if (token !== undefined && !/^[\x21-\x2b\x2d-\x7e]{32,200}$/.test(token)) {
      this.faults.push(
        'SANDBOX_VERIFICATION_TOKEN must be 32 to 200 printable ASCII characters without spaces and commas.',
      );
    } else if (url === undefined && token !== undefined)
      this.faults.push('SANDBOX_VERIFICATION_TOKEN must stand beside SANDBOX_SUBSCRIBER_URL.');
    return url === undefined
      ? undefined
      : { url, verificationToken: token ?? randomBytes(32).toString('base64url') };
  }
}
