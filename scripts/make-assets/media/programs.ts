/** Debian's programs that make what no library here does: espeak-ng, ffmpeg, dcmtk, libtiff-tools. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a program in a folder of its own with these files in it, and returns the file that it made there. */
export function runForFile(
  program: string,
  args: readonly string[],
  made: string,
  files: Readonly<Record<string, Buffer | string>> = {},
): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'make-assets-'));
  try {
    for (const [name, contents] of Object.entries(files)) writeFileSync(join(folder, name), contents);
    execFileSync(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    return readFileSync(join(folder, made));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** No version, no date: equal input makes equal files. */
const REPEATABLE = [
  '-fflags',
  '+bitexact',
  '-flags:v',
  '+bitexact',
  '-flags:a',
  '+bitexact',
  '-threads',
  '1',
];

export interface Encoding {
  readonly title: string;
  readonly comment: string;
  readonly options: readonly string[];
  readonly made: string;
}

/** `input`: ffmpeg's options for the first file of `files`, which is what it reads. */
export function encode(
  input: readonly string[],
  files: Readonly<Record<string, Buffer>>,
  encoding: Encoding,
): Buffer {
  const [first = ''] = Object.keys(files);
  const { title, comment, options, made } = encoding;
  const metadata = ['-metadata', `title=${title}`, '-metadata', `comment=${comment}`];
  const args = ['-v', 'error', ...input, '-i', first, ...options, ...metadata, ...REPEATABLE, made];
  return runForFile('ffmpeg', args, made, files);
}
