/** Installs the packages of a folder that has a package.json of its own, so that `npm ci` of the project stays small. */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

export function run(command: string, args: readonly string[], cwd?: string): boolean {
  return spawnSync(command, args, { stdio: 'inherit', ...(cwd && { cwd }) }).status === 0;
}

/** Whether they are installed, or could be installed. `folder` ends with a slash. */
export function installPackages(folder: string): boolean {
  return areInstalled(folder) || run('npm', ['ci'], folder);
}

/** npm writes its own copy of the lockfile last. */
function areInstalled(folder: string): boolean {
  const installed = `${folder}node_modules/.package-lock.json`;
  return (
    existsSync(installed) && statSync(installed).mtimeMs > statSync(`${folder}package-lock.json`).mtimeMs
  );
}
