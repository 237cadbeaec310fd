/** README and the pages that it leads to say what is so: their operations are run, their tables are compared with the program. */
import { readdirSync } from 'node:fs';
import { posix } from 'node:path';
import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { describeSettingsAsPage } from '../../src/config/config.ts';
import { ERRORS } from '../../src/errors.ts';
import { BAD_REQUESTS } from '../../src/http/bad-requests.ts';
import { startSandboxMode } from '../http/servers.ts';
import { readProjectFile } from './sources.ts';

const README = readProjectFile('README.md');
/** More is not read by someone who wants to know what this is. */
const MAX_README_BYTES = 7000;

/** The one fenced block of this language. */
function onlyBlock(document: string, language: string, containing: string): string {
  const blocks = [...document.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
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

test('its query and the mutations of docs/writes.md, run as they stand, have the answers they show', async () => {
  const query = onlyBlock(README, 'sh', 'totalCount nodes');
  const writes = readProjectFile('docs/writes.md');
  const gateway = await startSandboxMode();
  const count = async () => {
    const answer = (await send(query, gateway.url)) as {
      data: { patient: { media: { totalCount: number } } };
    };
    return answer.data.patient.media.totalCount;
  };
  try {
    expect(await send(query, gateway.url)).toEqual(JSON.parse(onlyBlock(README, 'json', '"totalCount"')));
    for (const [mutation, documents] of [
      ['saveMedia', 3],
      ['replaceMedia', 3],
      ['deleteMedia', 2],
    ] as const) {
      const answer = await send(onlyBlock(writes, 'sh', `{ ${mutation}(`), gateway.url);
      expect(answer).toEqual(JSON.parse(onlyBlock(writes, 'json', `"${mutation}"`)));
      expect(await count()).toBe(documents);
    }
  } finally {
    await gateway.close();
  }
});

test('docs/settings.md is what the settings make', () => {
  expect(readProjectFile('docs/settings.md')).toBe(describeSettingsAsPage());
});

test('docs/errors.md has every code there is, with its sentence', () => {
  const page = readProjectFile('docs/errors.md');
  const rows = Object.entries(ERRORS).map(([code, { message }]) => `| \`${code}\` | ${message} |`);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((row) => !page.includes(row))).toEqual([]);
});

test('docs/errors.md lists the statuses of requests that are wrong themselves', () => {
  const [, row = ''] = /^\| `BAD_REQUEST` \|(.*)\|$/m.exec(readProjectFile('docs/errors.md')) ?? [];
  const [listed = ''] = row.split('|').slice(-1);
  // 406 is Apollo Server's, and that of subscriptions in GraphQL.
  const statuses = [406, ...Object.values(BAD_REQUESTS).map(({ status }) => status)];
  expect(listed.trim()).toBe([...new Set(statuses)].sort((a, b) => a - b).join(', '));
});

test('api.graphql, made for tools that know nothing of Federation, is a schema by itself', () => {
  const schema = buildSchema(readProjectFile('api.graphql'));
  expect(Object.keys(schema.getQueryType()?.getFields() ?? {})).toContain('node');
});

test('it is short, and its parts come in the order that readers need them', () => {
  expect(Buffer.byteLength(README)).toBeLessThanOrEqual(MAX_README_BYTES);
  const headings = [...README.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual(['Run it', 'One query', 'Where to go on']);
});

test('every page of docs is at most two clicks away', () => {
  const near = new Set(linksIn('README.md').flatMap((page) => [page, ...linksIn(page)]));
  const pages = readdirSync(new URL('../../docs/', import.meta.url), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`);
  expect(pages.length).toBeGreaterThan(10);
  expect(pages.filter((page) => !near.has(page))).toEqual([]);
});

/** The pages that a page links to, by their paths from the project's root. */
function linksIn(page: string): readonly string[] {
  const links = [...readProjectFile(page).matchAll(/\]\((?!https?:)([^)#\s]+\.md)[^)]*\)/g)];
  return links.map(([, link = '']) => posix.join(posix.dirname(page), link));
}
