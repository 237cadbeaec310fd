/** The project's own files as these tests read them. */
import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

const ROOT = new URL('../../', import.meta.url);

/** By its path from the project's root. */
export function readProjectFile(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** Paths from the project's root, such as `src/media/model/box.ts`; without what codegen writes. */
export const SOURCES: readonly string[] = ['src/', 'sandbox/']
  .flatMap((folder) =>
    readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' }).map(
      (path) => `${folder}${path}`,
    ),
  )
  .filter((path) => path.endsWith('.ts') && !path.startsWith('src/generated/'))
  .sort();

export interface Import {
  /** A path from the project's root, or the name of a package, such as `node:http`. */
  readonly target: string;
  readonly typeOnly: boolean;
  /** What is imported by name, as its own file calls it. */
  readonly names: readonly string[];
}

/** `import … from`, `export … from`, `import '…'` and `import('…')`, wherever a line begins with it or awaits it. */
const IMPORT =
  /^(?:import|export)\s(?<type>type\s)?(?:(?<what>[^'";]*?)\sfrom\s)?'(?<from>[^']+)';|\bimport\('(?<dynamic>[^']+)'\)/gm;

/** `Box` in `{ type Box as Other, union }`. */
const NAME = /[{,]\s*(?:type\s+)?(\w+)/g;

export function importsOf(path: string): readonly Import[] {
  return [...readProjectFile(path).matchAll(IMPORT)].map(({ groups }) => {
    const target = groups?.['from'] ?? groups?.['dynamic'] ?? '';
    const isOwn = target.startsWith('.');
    return {
      target: isOwn ? posix.join(posix.dirname(path), target) : target,
      typeOnly: groups?.['type'] !== undefined,
      names: [...(groups?.['what'] ?? '').matchAll(NAME)].map(([, name]) => name ?? ''),
    };
  });
}
