/** README says what is so: its query is run, its tables are compared with the program. */
import { expect, test } from 'vitest';
import { describeSettingsAsMarkdown } from '../../src/config/config.ts';
import { ERRORS } from '../../src/errors.ts';
import { startSandboxMode } from '../http/servers.ts';
import { readProjectFile, SOURCES } from './sources.ts';

const README = readProjectFile('README.md');

/** The one fenced block of this language. */
function onlyBlock(language: string, containing: string): string {
  const blocks = [...README.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name, text]) => name === language && text?.includes(containing))
    .map(([, , text]) => text ?? '');
  expect(blocks).toHaveLength(1);
  return blocks[0] ?? '';
}

/** Sends one of its commands as it stands; returns the answer without what it cost, which README tells in words. */
async function send(command: string, to: string): Promise<unknown> {
  const [, address] = /curl .*?(http:\S+)/.exec(command) ?? [];
  const [, header = ''] = /-H '([^']+)'/.exec(command) ?? [];
  const [, body = ''] = /-d '([^']+)'/.exec(command) ?? [];
  expect(address).toBe('http://localhost:4000/graphql');
  const [name = '', value = ''] = header.split(': ');
  const response = await fetch(to, { method: 'POST', headers: { [name]: value }, body });
  expect(response.status).toBe(200);
  const { extensions, ...answer } = (await response.json()) as { extensions: { redox: object } };
  expect(Object.keys(extensions.redox)).toEqual(['mediaQueries', 'bytes', 'ageSeconds', 'queries']);
  return answer;
}

test('its query and its mutations, run as they stand, have the answers it shows', async () => {
  const query = onlyBlock('sh', 'totalCount nodes');
  const gateway = await startSandboxMode();
  const count = async () => {
    const answer = (await send(query, gateway.url)) as {
      data: { patient: { media: { totalCount: number } } };
    };
    return answer.data.patient.media.totalCount;
  };
  try {
    expect(await send(query, gateway.url)).toEqual(JSON.parse(onlyBlock('json', '"totalCount"')));
    for (const [mutation, documents] of [
      ['saveMedia', 3],
      ['replaceMedia', 3],
      ['deleteMedia', 2],
    ] as const) {
      const answer = await send(onlyBlock('sh', mutation), gateway.url);
      expect(answer).toEqual(JSON.parse(onlyBlock('json', mutation)));
      expect(await count()).toBe(documents);
    }
  } finally {
    await gateway.close();
  }
});

test('its table of settings is the one that the settings make', () => {
  expect(README).toContain(`\n\n${describeSettingsAsMarkdown()}\n`);
});

test('the settings that it says have no effect are those that nothing reads', () => {
  const members = {
    REDOX_UPLOAD_URL: 'uploadUrl',
    REDOX_RATE: 'rate',
    MAX_CALLS_PER_OPERATION: 'maxCalls',
    PUBLIC_URL: 'publicUrl',
    REDIS_URL: 'redisUrl',
  };
  const readers = SOURCES.filter((path) => !/^src\/(?:config|sandbox)\b/.test(path)).map(readProjectFile);
  const idle = Object.entries(members)
    .filter(([, member]) => !readers.some((text) => new RegExp(`\\b${member}\\b`).test(text)))
    .map(([name]) => name);
  const [, sentence = ''] = /without effect in this version: ([^.]+)\./.exec(README) ?? [];
  expect([...sentence.matchAll(/`(\w+)`/g)].map(([, name]) => name)).toEqual(idle);
});

test('its table of errors has every code there is, with its sentence', () => {
  const rows = Object.entries(ERRORS).map(([code, { message }]) => `| \`${code}\` | ${message} |`);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !README.includes(row))).toEqual([]);
});

test('its parts come in the order that readers need them', () => {
  const headings = [...README.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    'Run it',
    'One query',
    'The way of the data',
    'Settings',
    'Errors',
    'Rights',
    'Limits',
    'Operations',
    'Federation',
    'Typed clients',
    'Developing',
  ]);
});
