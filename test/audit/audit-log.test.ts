/** The audit log in a file: every entry is written once, in a chain, whichever operation writes it. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Access } from '../../src/audit/access.ts';
import { AuditLog } from '../../src/audit/audit-log.ts';
import { checkLine, type Link, START } from '../../src/audit/chain.ts';
import { openSink } from '../../src/audit/open-sink.ts';
import { createSystemClock } from '../../src/clock.ts';
import { access } from './entries.ts';

test('2,000 appends by 20 writers', async () => {
  const path = join(await mkdtemp(join(tmpdir(), 'audit-log-')), 'audit.jsonl');
  const clock = createSystemClock();
  const report = { reportFailed: () => undefined, reportRestored: () => undefined };
  const log = new AuditLog({ ...(await openSink(path)), onFailure: 'refuse', clock, ...report });
  const writers = Array.from({ length: 20 }, async (_, writer) => {
    for (let turn = 0; turn < 100; turn++) await log.record([access(writer * 100 + turn)], clock.now());
  });
  await Promise.all(writers);
  log.close();
  const lines = (await readFile(path, 'utf8')).split('\n').filter(Boolean);
  let last: Link | null = START;
  for (const line of lines) last = last && checkLine(line, last);
  expect(last?.seq).toBe(2000);
  const items = lines.map((line) => (JSON.parse(line) as Access).items);
  expect(new Set(items).size).toBe(2000);
});
