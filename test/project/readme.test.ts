/** README says what is so: its query is run, its tables are compared with the program. */
import { expect, test } from 'vitest';
import { describeSettingsAsMarkdown } from '../../src/config.ts';
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

test.each([
  ['query', 'totalCount nodes', '"totalCount"'],
  ['mutation', 'saveMedia', '"saveMedia"'],
])('its %s, run as it stands, has the answer it shows', async (_, inCommand, inAnswer) => {
  const command = onlyBlock('sh', inCommand);
  const [, address] = /curl .*?(http:\S+)/.exec(command) ?? [];
  const [, header = ''] = /-H '([^']+)'/.exec(command) ?? [];
  const [, body = ''] = /-d '([^']+)'/.exec(command) ?? [];
  expect(address).toBe('http://localhost:4000/graphql');
  const gateway = await startSandboxMode();
  try {
    const [name = '', value = ''] = header.split(': ');
    const response = await fetch(gateway.url, { method: 'POST', headers: { [name]: value }, body });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual(JSON.parse(onlyBlock('json', inAnswer)));
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
    MAX_CALLS_PER_OPERATION: 'maxCallsPerOperation',
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
  const sentences = [...readProjectFile('src/errors.ts').matchAll(/^ {2}([A-Z_]+): '(.+)',$/gm)];
  expect(sentences.length).toBeGreaterThan(10);
  const rows = sentences.map(([, code, sentence]) => `| \`${code}\` | ${sentence} |`);
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
