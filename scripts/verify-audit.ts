/** `npm run audit:verify -- FILE [--head HASH]`: is the audit trail what was written, line by line? */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { checkLine, type Link, START } from '../src/audit/chain.ts';

const USAGE = 'npm run -s audit:verify -- FILE [--head HASH]   HASH: of a line that must still be there\n';

try {
  const { values, positionals } = parseArgs({
    options: { head: { type: 'string' } },
    allowPositionals: true,
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new TypeError('One file must be named.');
  process.stdout.write(`${await verify(path, values.head)}\n`);
} catch (error) {
  const problem = error instanceof Error ? error.message : String(error);
  process.stderr.write(error instanceof TypeError ? `${problem}\n${USAGE}` : `${problem}\n`);
  process.exitCode = 1;
}

async function verify(path: string, head: string | undefined): Promise<string> {
  let last: Link = START;
  let isHeadSeen = head === undefined;
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const next = checkLine(line, last);
    if (next === null)
      throw new Error(`Broken at line ${last.seq + 1}: it is not what was written after line ${last.seq}.`);
    last = next;
    isHeadSeen ||= next.hash === head;
  }
  if (!isHeadSeen) throw new Error(`Whole, but without the line of that hash: ${last.seq} lines are left.`);
  return `${last.seq} lines, whole. The last one's hash: ${last.hash}`;
}
