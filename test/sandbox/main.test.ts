/** `npm run sandbox` as a process: what it prints, how it ends, what it says when it cannot start. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../support/until.ts';
import { startSubscriber } from './subscriber.ts';

const MAIN = fileURLToPath(new URL('../../sandbox/main.ts', import.meta.url));
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(env: Record<string, string>) {
  const child = spawn(process.execPath, [MAIN], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  return { child, output };
}

/** Runs until it prints its last setting. */
async function runReady(env: Record<string, string>) {
  const { child, output } = run(env);
  while (!output.stdout.includes('REDOX_API_SECRET=')) await once(child.stdout ?? child, 'data');
  return { child, output };
}

/** By the legacy key that it prints. */
function logIn(stdout: string): Promise<Response> {
  const [, apiKey, secret] = /# REDOX_API_KEY=(.*)\n# REDOX_API_SECRET=(.*)\n/.exec(stdout) ?? [];
  return fetch(`${parseEnv(stdout)['REDOX_API_URL']}/auth/authenticate`, {
    method: 'POST',
    body: JSON.stringify({ apiKey, secret }),
  });
}

describe('the sandbox alone', () => {
  it('prints settings that work, and ends with 0 on SIGTERM', async () => {
    const { child, output } = await runReady({ SANDBOX_PORT: '0' });
    const settings = parseEnv(output.stdout);
    expect(settings).toMatchObject({
      REDOX_API_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      REDOX_CLIENT_ID: expect.any(String),
      REDOX_KEY_ID: expect.any(String),
      REDOX_PRIVATE_KEY: expect.stringMatching(
        /^-----BEGIN PRIVATE KEY-----\n[\s\S]+\n-----END PRIVATE KEY-----$/,
      ),
      REDOX_SOURCE_ID: expect.any(String),
      REDOX_DESTINATIONS: expect.stringMatching(/^general=[0-9a-f-]{36},county=[0-9a-f-]{36}$/),
    });
    expect(Object.keys(settings)).not.toContain('REDOX_API_KEY');
    expect((await logIn(output.stdout)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(output.stderr).toBe('');
  });

  it('delays what it answers by SANDBOX_LATENCY_MS, but not its end on SIGINT', async () => {
    const { child, output } = await runReady({ SANDBOX_PORT: '0', SANDBOX_LATENCY_MS: '3600000' });
    const call = fetch(`${parseEnv(output.stdout)['REDOX_API_URL']}/endpoint`, {
      method: 'POST',
      body: '{}',
    });
    const cut = expect(call).rejects.toThrow();
    // Answered after it, were it not for the delay, which tokens do not have.
    expect((await logIn(output.stdout)).status).toBe(200);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await cut;
  });

  it('pushes to SANDBOX_SUBSCRIBER_URL what is written to it, and prints the settings for it', async () => {
    await using subscriber = await startSubscriber();
    const { output } = await runReady({ SANDBOX_PORT: '0', SANDBOX_SUBSCRIBER_URL: subscriber.url });
    const settings = parseEnv(output.stdout);
    expect(settings).toMatchObject({
      REDOX_EVENTS_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
      REDOX_SOURCES: expect.stringMatching(/^general=[0-9a-f-]{36},county=[0-9a-f-]{36}$/),
    });
    await until(() => output.stderr === `${subscriber.url} is verified: events are pushed to it.\n`);
    const login = (await (await logIn(output.stdout)).json()) as { accessToken: string };
    const [, destination] = settings['REDOX_DESTINATIONS']?.split(/[=,]/) ?? [];
    const response = await fetch(`${settings['REDOX_API_URL']}/endpoint`, {
      method: 'POST',
      headers: { authorization: `Bearer ${login.accessToken}` },
      body: JSON.stringify({
        Meta: { DataModel: 'Media', EventType: 'Delete', Destinations: [{ ID: destination }] },
        Patient: { Identifiers: [{ ID: 'SYN-a', IDType: 'MR' }] },
        Media: {
          FileType: 'PDF',
          FileName: 'f.pdf',
          DocumentType: 'Consent Form',
          DocumentID: 'one',
          Availability: 'Available',
          Provider: { ID: '1' },
        },
      }),
    });
    expect(response.status).toBe(200);
    await until(() => subscriber.events.length === 1);
    const [event] = subscriber.events;
    expect(event?.headers['verification-token']).toBe(settings['REDOX_EVENTS_TOKEN']);
    const [, source] = settings['REDOX_SOURCES']?.split(/[=,]/) ?? [];
    expect(event?.body).toMatchObject({ Meta: { EventType: 'Delete', Source: { ID: source } } });
  });

  it('sends the token it is given', async () => {
    await using subscriber = await startSubscriber();
    const token = 'a-token-that-the-two-agreed-on-before';
    const { output } = await runReady({
      SANDBOX_PORT: '0',
      SANDBOX_SUBSCRIBER_URL: subscriber.url,
      SANDBOX_VERIFICATION_TOKEN: token,
    });
    expect(parseEnv(output.stdout)['REDOX_EVENTS_TOKEN']).toBe(token);
    await until(() => subscriber.arrivals.length === 1);
    expect(subscriber.arrivals[0]?.body['verification-token']).toBe(token);
  });

  it.each([
    ['SANDBOX_SUBSCRIBER_URL', 'ftp://127.0.0.1/redox/events'],
    ['SANDBOX_SUBSCRIBER_URL', '127.0.0.1:4000'],
    ['SANDBOX_VERIFICATION_TOKEN', 'short'],
    ['SANDBOX_VERIFICATION_TOKEN', 'one-of-twenty-characters,two-of-as-many-as-that'],
    ['SANDBOX_VERIFICATION_TOKEN', 'long-enough-but-without-a-subscriber'],
    ['SANDBOX_PORT', 'http'],
    ['SANDBOX_PORT', '65536'],
    ['SANDBOX_PORT', '-1'],
    ['SANDBOX_LATENCY_MS', '1.5'],
  ])('ends with 1 and one line on %s=%s', async (name, value) => {
    const { child, output } = run({ SANDBOX_PORT: '0', [name]: value });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toEqual({
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^${name} must .*\\n$`)),
    });
  });

  it('names all settings that are wrong at once, a line each', async () => {
    const { child, output } = run({
      SANDBOX_PORT: 'http',
      SANDBOX_LATENCY_MS: 'slow',
      SANDBOX_SUBSCRIBER_URL: 'ftp://127.0.0.1/redox/events',
      SANDBOX_VERIFICATION_TOKEN: 'short',
    });
    expect(await once(child, 'close')).toEqual([1, null]);
    const names = output.stderr.split('\n').map((line) => line.split(' ', 1)[0]);
    expect(names).toEqual([
      'SANDBOX_PORT',
      'SANDBOX_LATENCY_MS',
      'SANDBOX_SUBSCRIBER_URL',
      'SANDBOX_VERIFICATION_TOKEN',
      '',
    ]);
  });

  it('ends with 1 and one line when SANDBOX_DB is something else', async () => {
    const { child, output } = run({ SANDBOX_PORT: '0', SANDBOX_DB: fileURLToPath(import.meta.url) });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toEqual({ stdout: '', stderr: expect.stringMatching(/^SANDBOX_DB must .*\n$/) });
  });

  it('ends with 1 and one line when the port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const { child, output } = run({ SANDBOX_PORT: String(port) });
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output).toEqual({ stdout: '', stderr: expect.stringMatching(/^The port is in use; .*\n$/) });
    other.close();
  });
});
