/** The canary search finds what it is there to find: real answers with one value of a chart in the wrong place. */
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { sendJson } from '../redox/upstream.ts';
import { findCanaries, plantCanaries, watchAnswers, watchedLog } from './canaries.ts';
import { chartDocument } from './own-chart.ts';

const CHART = [chartDocument('planted', { documentId: 'doc-planted', fileName: 'planted-name' })];

/** What is found when a server answers like this. */
async function findIn(body: unknown, headers: Record<string, string> = {}): Promise<string[]> {
  const server = createServer((_, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    sendJson(response, 200, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  onTestFinished(watchAnswers(url));
  await (await fetch(url)).text();
  // The search itself waits for nothing: what undici tells comes before what it hands out.
  return findCanaries().map((found) => found.split(' in ')[0] ?? '');
}

plantCanaries(CHART);
const seal = (text: string) =>
  Buffer.from(JSON.stringify(['M', 'general', text, 'padding'])).toString('base64url');

test.each<[string, unknown, Record<string, string>]>([
  ['an error message', { errors: [{ message: 'no patient SYN-planted' }] }, {}],
  ['extensions', { data: null, errors: [{ extensions: { value: 'V-planted' } }] }, {}],
  ['a header', { data: null }, { 'x-file': 'planted-name' }],
  ['an id that is only encoded', { data: { media: { id: seal('doc-planted') } } }, {}],
  ['a URL', { data: { content: { url: 'http://127.0.0.1/content/doc-planted' } } }, {}],
  ['a member beside data', { data: {}, extensions: { plan: 'SYN-planted' } }, {}],
])('in %s', async (_, body, headers) => {
  expect(await findIn(body, headers)).toHaveLength(1);
});

test('in a log line', () => {
  watchedLog.write('{"event":"call","patient":"e-planted"}\n');
  expect(findCanaries()).toHaveLength(1);
});

test('not in a file, but in the id beside it', async () => {
  const content = {
    base64: Buffer.from('A letter about the patient with number SYN-planted').toString('base64'),
  };
  expect(await findIn({ data: { media: { content } } })).toEqual([]);
  expect(await findIn({ data: { media: { id: content.base64 } } })).toHaveLength(1);
});

test('not in data, where it belongs', async () => {
  expect(await findIn({ data: { media: { documentId: 'doc-planted', fileName: 'planted-name' } } })).toEqual(
    [],
  );
});
