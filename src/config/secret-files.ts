/**
 * Reads secrets from files, as Docker and Kubernetes mount them: `NAME_FILE` names the file that contains the value of `NAME`.
 */
import { Problem } from './problem.ts';
import type { Setting } from './setting.ts';
import { readTextFile } from './text-file.ts';

export interface SecretFile {
  /** The variable that names the file; faults of the file, or of its content, are reported under this name. */
  readonly variable: string;
  readonly content: string | Problem;
}

/** Those that variables name, by the name of the setting. */
export async function readSecretFiles(
  variables: Readonly<Record<string, string | undefined>>,
  settings: readonly Setting<unknown>[],
): Promise<ReadonlyMap<string, SecretFile>> {
  const named = settings.flatMap(({ name, file }) => (file && variables[file] ? [{ name, file }] : []));
  const read = named.map(async ({ name, file: variable }) => {
    const conflict = new Problem(`conflicts with ${name}: set only one of them`);
    const content = variables[name] ? conflict : await readSecret(variables[variable] ?? '');
    return [name, { variable, content }] as const;
  });
  return new Map(await Promise.all(read));
}

/**
 * Without the newline that editors add at the end of a file. An empty secret would count as absent, and a gateway without
 * credentials starts the sandbox.
 */
async function readSecret(path: string): Promise<string | Problem> {
  const content = await readTextFile(path);
  if (content instanceof Problem) return content;
  return content.replace(/[\r\n]+$/, '') || new Problem('must name a file that is not empty');
}
