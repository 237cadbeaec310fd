/** The commands of docs/writes.md that upload a file, and of docs/sandbox.md that write to the sandbox, by the curl of this machine. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sha256Of, someBytes } from '../http/content/links.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { CURL } from '../support/programs.ts';

const ADDRESS = 'http://localhost:4000/uploads';
/** Larger than what curl sends without asking whether it may (Expect: 100-continue). */
const FILE = Buffer.concat([Buffer.from('%PDF-1.7\n'), someBytes(2_000_000)]);

const text = await readFile(new URL('../../docs/writes.md', import.meta.url), 'utf8');
const commands = [...text.matchAll(/^curl .*\/uploads .*$/gm)].map(([command]) => command);

let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  gateway = await startTestGateway({ charts: [] }, { MAX_UPLOAD_BYTES: '4000000' });
  folder = await mkdtemp(join(tmpdir(), 'curl-'));
  await writeFile(join(folder, 'consent.pdf'), FILE);
});
afterAll(() => gateway?.close());

async function run(command: string) {
  const [, ...args] = command.replaceAll(/'([^']*)'|(\S+)/g, '$1$2\n').split(/\n ?/);
  const words = args
    .filter(Boolean)
    .map((word) => word.replace(ADDRESS, new URL('/uploads', gateway.url).href));
  const { stdout } = await promisify(execFile)(CURL.path, words, { cwd: folder });
  return JSON.parse(stdout) as Record<string, unknown>;
}

test('two commands are documented, as the body and as a form', () => {
  expect(commands.map((command) => / (--data-binary|-F) /.exec(command)?.[1])).toEqual([
    '--data-binary',
    '-F',
  ]);
});

test.each(commands)('%s', async (command) => {
  const earlier = gateway.redox.uploads.length;
  expect(await run(command)).toEqual({
    upload: expect.stringMatching(/^[\w-]{100,}$/),
    byteLength: FILE.length,
    sha256: sha256Of(FILE),
  });
  const [received] = gateway.redox.uploads.slice(earlier);
  const name = command.includes(' -F ') ? 'consent.pdf' : 'file.pdf';
  expect([received?.mediaType, received?.fileName]).toEqual(['application/pdf', name]);
});

test.each([
  ['two files', `curl -s ${ADDRESS} -F a=@consent.pdf -F b=@consent.pdf`, 'The form holds several files'],
  ['no file', `curl -s ${ADDRESS} -F a=b`, 'The form holds no file'],
  ['a file as curl -d sends it', `curl -s ${ADDRESS} --data-binary @consent.pdf`, 'Send the file itself'],
  ['base64', `curl -s ${ADDRESS} -F a=@consent.pdf;encoder=base64`, 'Send the file in binary'],
])('%s: curl prints what to do', async (_, command, sentence) => {
  expect(await run(command)).toEqual({
    errors: [expect.objectContaining({ message: expect.stringContaining(sentence) })],
  });
});

test('a file that is too large: curl, still sending, prints why', async () => {
  await writeFile(join(folder, 'large.pdf'), Buffer.alloc(29_000_000, '%PDF-1.7 '));
  for (const command of [
    `curl -s ${ADDRESS} -F a=@large.pdf`,
    `curl -s ${ADDRESS} -H 'content-type: application/pdf' -H 'expect:' --data-binary @large.pdf`,
  ])
    expect(await run(command)).toMatchObject({ errors: [{ message: 'The file is too large.' }] });
});

test('docs/sandbox.md: what curl sends to the sandbox is in the chart', async () => {
  const sandbox = await readFile(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
  const [, block = ''] = /^```sh\n(TOKEN=[\s\S]*?)^```$/m.exec(sandbox) ?? [];
  const { url, credentials } = gateway.redox;
  const { stdout } = await promisify(execFile)('sh', ['-c', block.replaceAll('http://127.0.0.1:4010', url)], {
    env: {
      PATH: [dirname(CURL.path), process.env['PATH']].join(delimiter),
      REDOX_API_KEY: credentials.apiKey,
      REDOX_API_SECRET: credentials.apiSecret,
    },
  });
  expect(JSON.parse(stdout)).toMatchObject({ Meta: { EventType: 'New', Logs: [expect.anything()] } });
  const { data } = await gateway.ask(
    '{ media(documentId: "doc-9003") { documentType patient { identifier { value } } } }',
  );
  expect(data).toEqual({
    media: { documentType: 'Consent Form', patient: { identifier: { value: 'SYN-000417' } } },
  });
});
