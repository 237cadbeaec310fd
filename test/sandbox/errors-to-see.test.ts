/** The operations by which docs/sandbox.md shows errors get them. */
import { expect, test } from 'vitest';
import { post, startSandboxMode } from '../http/servers.ts';
import { readProjectFile } from '../project/sources.ts';

const [, table = ''] = /^## Errors to see\n([\s\S]*?)^## /m.exec(readProjectFile('docs/sandbox.md')) ?? [];
const rows = [...table.matchAll(/^\| `(\w+)` \|(.*)\|(.*)\| `(.+)` \|$/gm)].map(
  ([, code = '', settings = '', header = '', operation = '']) =>
    [code, settings.replaceAll('`', '').trim(), header.replaceAll('`', '').trim(), operation] as const,
);

test('each is another one', () => {
  expect(rows.length).toBeGreaterThan(5);
  expect(new Set(rows.map(([code]) => code)).size).toBe(rows.length);
});

test.each(rows)('%s', async (code, settings, header, operation) => {
  const gateway = await startSandboxMode(
    Object.fromEntries(settings.split(' ').flatMap((pair) => (pair === '' ? [] : [pair.split('=')]))),
  );
  try {
    const [name = '', value = ''] = header.split(': ');
    const response = await post(gateway.url, { query: operation }, header === '' ? {} : { [name]: value });
    const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  } finally {
    await gateway.close();
  }
});
