/**
 * `npm run audit:verify -- FILE [--head HASH]`: checks that no line of the audit trail was changed, removed or inserted, and that
 * every write has an outcome.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { checkLine, type Link, START } from '../src/audit/chain.ts';

const USAGE = 'npm run -s audit:verify -- FILE [--head HASH]   HASH: of a line that must still be there\n';
/** Further lines are only counted. */
const MAX_NAMED_LINES = 20;

/** Announced writes without an outcome yet, by the id that both lines have in common. */
class OpenWrites {
  readonly #lines = new Map<string, number>();

  note(write: string, isIntended: boolean, line: number): void {
    if (isIntended) this.#lines.set(write, line);
    else this.#lines.delete(write);
  }

  get open(): readonly number[] {
    return [...this.#lines.values()];
  }
}

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
  const writes = new OpenWrites();
  const gaps: number[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const next = checkLine(line, last);
    if (next === null)
      throw new Error(`Broken at line ${last.seq + 1}: it is not what was written after line ${last.seq}.`);
    last = next;
    isHeadSeen ||= next.hash === head;
    const { event, write, outcome } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (event === 'audit-gap') gaps.push(next.seq);
    if (typeof write === 'string') writes.note(write, outcome === 'intended', next.seq);
  }
  if (!isHeadSeen) throw new Error(`Whole, but without the line of that hash: ${last.seq} lines are left.`);
  return [
    `${last.seq} lines, whole. The last one's hash: ${last.hash}`,
    ...describe('No outcome is recorded of the writes intended', writes.open),
    ...describe('Entries could not be written before', gaps),
  ].join('\n');
}

function describe(what: string, lines: readonly number[]): readonly string[] {
  if (lines.length === 0) return [];
  const named = lines.slice(0, MAX_NAMED_LINES).join(', ');
  const more = lines.length > MAX_NAMED_LINES ? ` and ${lines.length - MAX_NAMED_LINES} more` : '';
  return [`${what} in ${lines.length === 1 ? 'line' : 'lines'} ${named}${more}.`];
}
