/** What `npm ci` demands of package-lock.json and `npm install` may leave out. */

export interface LockEntry {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly license?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

export interface Lockfile {
  packages: Record<string, LockEntry>;
}

const OPERATING_SYSTEMS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
];
const PROCESSORS = [
  'arm64',
  'arm',
  'ia32',
  'loong64',
  'mips64el',
  'ppc64',
  'riscv64',
  's390x',
  'x64',
  'wasm32',
];

/** Optional packages that a package of the lockfile names and that have no entry, with the entry each should have. */
export function missingOptionals({ packages }: Lockfile): { path: string; entry: LockEntry }[] {
  const missing = new Map<string, LockEntry>();
  for (const [parent, { optionalDependencies = {}, dev, license }] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (isInstalledFor(parent, name, packages)) continue;
      const rest = { ...(dev && { dev }), ...(license && { license }), optional: true };
      missing.set(`node_modules/${name}`, { version, ...rest, ...platformIn(name) });
    }
  }
  return [...missing].map(([path, entry]) => ({ path, entry }));
}

/** As Node looks for it: beside the parent's own packages, then outwards. */
function isInstalledFor(parent: string, name: string, packages: Lockfile['packages']): boolean {
  for (
    let folder = parent;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
  ) {
    if (`${folder}${folder && '/'}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

/** Packages of binaries carry their platform in their names, such as `cli-linux-arm64-musl`. */
function platformIn(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const words = name.split(/[/-]/);
  const os = OPERATING_SYSTEMS.find((one) => words.includes(one));
  const cpu = PROCESSORS.find((one) => words.includes(one));
  const libc = words.includes('musl') ? 'musl' : words.includes('gnu') ? 'glibc' : undefined;
  return {
    ...(os && { os: [os] }),
    ...(cpu && { cpu: [cpu] }),
    ...(os === 'linux' && libc && { libc: [libc] }),
  };
}
