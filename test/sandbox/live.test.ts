/** `npm run sandbox:live` as a process: it files one document after the other, and only ever in a sandbox. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { startTestGateway } from '../support/gateway.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { until } from '../support/until.ts';
import { startSubscriber } from './subscriber.ts';

const SCRIPT = fileURLToPath(new URL('../../scripts/sandbox-live.ts', import.meta.url));
const FILED = /^# filed doc-live-\d+ \(.+\) of SYN-\d+$/gm;
const DELETED = /^# deleted doc-live-\d+/gm;
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [SCRIPT, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
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

/** Nothing listens there. */
const NO_GATEWAY = { PORT: '1' };

describe('sandbox:live', () => {
  test('files in a sandbox of its own where no gateway runs; the oldest are deleted, and it ends with 0', async () => {
    await using subscriber = await startSubscriber();
    const { child, output } = run(['--seconds', '0.001'], {
      ...NO_GATEWAY,
      SANDBOX_PORT: '0',
      SANDBOX_SUBSCRIBER_URL: subscriber.url,
    });
    await until(() => (output.stdout.match(DELETED)?.length ?? 0) >= 2);
    expect(parseEnv(output.stdout)).toMatchObject({
      REDOX_API_URL: expect.any(String),
      REDOX_EVENTS_TOKEN: expect.any(String),
    });
    const filed = output.stdout.match(FILED) ?? [];
    expect(filed.length).toBeGreaterThan(20);
    expect(new Set(filed).size).toBe(filed.length);
    await until(() => subscriber.events.length > 20);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(subscriber.events[0]?.body).toMatchObject({ Meta: { EventType: 'New' } });
  });

  test('files in the chart of a gateway that runs on its embedded Redox', async () => {
    const gateway = await startGatewayProcess();
    const count = async () => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          query:
            '{ patient(identifiers: { value: "SYN-000417", idType: "MR" }) { media(filter: { documentTypes: ["Wound Photo", "Photo", "Treatment Plan", "Voice Memo", "Discharge Instructions"] }) { nodes { documentId } } } }',
        }),
      });
      const text = await response.text();
      return text.match(/doc-live-/g)?.length ?? 0;
    };
    expect(await count()).toBe(0);
    const { output } = run(['--seconds', '0.1'], { PORT: new URL(gateway.url).port });
    await until(async () => (await count()) > 1);
    expect(output.stdout).toContain(`# files in the chart of the gateway at ${gateway.url}\n`);
    expect(output.stdout).not.toContain('REDOX_API_URL');
  });

  test('never files in the chart of a gateway with credentials', async () => {
    await using gateway = await startTestGateway({}, { INTROSPECTION: 'true' });
    const { child, output } = run(['--gateway', gateway.url]);
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(output.stderr).toMatch(/^No gateway that runs on its embedded Redox answers at --gateway\.\n/);
    expect(gateway.redox.callCount).toBe(0);
  });

  test.each([['0'], ['soon'], ['-1'], ['10000']])(
    'ends with 1 and its usage on --seconds %s',
    async (seconds) => {
      const { child, output } = run(['--seconds', seconds], NO_GATEWAY);
      expect(await once(child, 'close')).toEqual([1, null]);
      expect(output.stdout).toBe('');
      expect(output.stderr).toContain('npm run sandbox:live -- [options]');
    },
  );
});
