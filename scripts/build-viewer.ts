/**
 * `npm run build:viewer`: viewer/ → viewer/dist, which is committed and which the gateway serves as it is: neither `npm ci` nor an
 * image needs what builds it. With `--check` nothing is written, and it fails when viewer/dist is not what it would write.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { installPackages, run } from './installed-packages.ts';

const FOLDER = fileURLToPath(new URL('../viewer/', import.meta.url));
const BUILT = join(FOLDER, 'dist');
const ASSETS = 'viewer';
/** The limit for both files together, compressed: what a first visit loads. */
const MAX_COMPRESSED_BYTES = 250_000;

/** In the order of their names; compressed files are compared by their contents, as versions of the compressors differ. */
function filesOf(folder: string): ReadonlyMap<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.includes('.'),
  );
  return new Map(paths.sort().map((path) => [path, contentsOf(join(folder, path))]));
}

function contentsOf(path: string): Buffer {
  const bytes = readFileSync(path);
  if (path.endsWith('.br')) return brotliDecompressSync(bytes);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
}

/** Returns the bytes of a first visit. */
function compressAssets(folder: string): number {
  const names = readdirSync(join(folder, ASSETS));
  return names.reduce((sum, name) => {
    const path = join(folder, ASSETS, name);
    const bytes = readFileSync(path);
    const brotli = brotliCompressSync(bytes);
    writeFileSync(`${path}.br`, brotli);
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
    return sum + brotli.length;
  }, 0);
}

function build(folder: string): boolean {
  process.env['VIEWER_OUT'] = folder;
  const vite = join(FOLDER, 'node_modules/vite/bin/vite.js');
  if (!run(process.execPath, [vite, 'build', '--emptyOutDir', '--logLevel', 'warn'], FOLDER)) return false;
  const bytes = compressAssets(folder);
  if (bytes <= MAX_COMPRESSED_BYTES) return true;
  process.stderr.write(`The viewer is too large: ${bytes} of ${MAX_COMPRESSED_BYTES} bytes.\n`);
  return false;
}

function areEqual(a: ReadonlyMap<string, Buffer>, b: ReadonlyMap<string, Buffer>): boolean {
  return a.size === b.size && [...a].every(([path, bytes]) => b.get(path)?.equals(bytes));
}

function check(): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'viewer-'));
  try {
    if (!build(folder)) return false;
    if (areEqual(filesOf(folder), filesOf(BUILT))) return true;
    process.stderr.write('viewer/dist is stale: run `npm run build:viewer`\n');
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function buildAll(): boolean {
  if (!installPackages(FOLDER)) {
    process.stderr.write('The packages of viewer could not be installed: npm needs its registry for that.\n');
    return false;
  }
  if (!run('tsc', ['-p', FOLDER])) return false;
  return process.argv.includes('--check') ? check() : build(BUILT);
}

process.exitCode = buildAll() ? 0 : 1;
