/** Imports point one way only: http → graphql → media → redox; and the planner and the matcher do no I/O. */
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { importsOf, readProjectFile, SOURCES } from './sources.ts';

/** The rooms that each room may import from, beside itself. A room is a folder of src, or the sandbox. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  files: [],
  http: ['files', 'events', 'graphql', 'documents', 'media', 'redox', 'telemetry', 'config'],
  graphql: ['files', 'events', 'writes', 'documents', 'media', 'redox', 'telemetry', 'generated'],
  writes: ['files', 'media', 'redox'],
  documents: ['media', 'redox'],
  media: ['redox'],
  audit: ['media', 'redox'],
  // To know of a file, at its end, whether all of it is UTF-8.
  redox: ['files'],
  events: ['media', 'redox'],
  redis: ['events', 'writes', 'media', 'redox'],
  config: ['redox'],
  // The core's events alone, as types.
  telemetry: ['events', 'media'],
  sandbox: [],
  gateway: [
    'sandbox',
    'audit',
    'events',
    'http',
    'graphql',
    'writes',
    'media',
    'redox',
    'telemetry',
    'config',
  ],
};

/** The rooms inside the core, likewise. */
const ALLOWED_IN_MEDIA: Readonly<Record<string, readonly string[]>> = {
  model: [],
  planning: ['model'],
  matching: ['model'],
  fairness: [],
  ordering: ['model'],
  resilience: ['model', 'planning'],
  recent: ['model', 'matching', 'ordering'],
  scheduling: ['model', 'planning', 'matching', 'ordering', 'fairness', 'resilience'],
};

/** `src/media/model/box.ts` → `media`, `sandbox/main.ts` → `sandbox`; a file that stands in no room → null. */
function roomOf(path: string): string | null {
  const [top, room = '', ...rest] = path.split('/');
  if (top === 'sandbox') return 'sandbox';
  return rest.length > 0 ? room : null;
}

/** `src/media/model/box.ts` → `model`; `src/media/loader.ts` → null. */
function mediaRoomOf(path: string): string | null {
  const [, area, room = '', ...rest] = path.split('/');
  return area === 'media' && rest.length > 0 ? room : null;
}

/** What every room may use: single files of src that import nothing from a room. */
const SHARED = [
  'src/clock.ts',
  'src/expiring-map.ts',
  'src/errors.ts',
  'src/exact-json.ts',
  'src/well-formed-json.ts',
  'src/seal.ts',
  'src/hmac.ts',
  'src/time-slices.ts',
  'src/operation-slices.ts',
  'src/event-loop-load.ts',
  'src/latest-reading.ts',
];
const isOurs = (target: string) => target.startsWith('src/') || target.startsWith('sandbox/');

test('every import is found: those of our own lead to files that exist', () => {
  const own = SOURCES.flatMap(importsOf).filter(({ target }) => isOurs(target));
  expect(own.length).toBeGreaterThan(SOURCES.length);
  expect(own.filter(({ target }) => !existsSync(new URL(`../../${target}`, import.meta.url)))).toEqual([]);
});

test.each(Object.entries(ALLOWED))('%s imports from nothing but itself and %j', (room, allowed) => {
  const files = SOURCES.filter((path) => roomOf(path) === room);
  expect(files).not.toEqual([]);
  expect(strayed(files, roomOf, [room, ...allowed])).toEqual([]);
});

test.each(Object.entries(ALLOWED_IN_MEDIA))('media/%s imports of media nothing but %j', (room, allowed) => {
  const files = SOURCES.filter((path) => mediaRoomOf(path) === room);
  expect(files).not.toEqual([]);
  // Its events are types alone, and so is what lies outside the core.
  const rooms = (path: string) =>
    path.startsWith('src/media/') && path !== 'src/media/events.ts' ? mediaRoomOf(path) : room;
  expect(strayed(files, rooms, [room, ...allowed])).toEqual([]);
});

test('docs/architecture.md lists the classes of the core that are known outside their own room', () => {
  const inCore = (path: string) => path.startsWith('src/media/');
  const roomFolder = (path: string) => `${path.split('/').slice(0, -1).join('/')}/`;
  const classesOf = (path: string) =>
    [...readProjectFile(path).matchAll(/^export class (\w+)/gm)].map(([, name]) => name ?? '');
  const known = SOURCES.flatMap((path) =>
    importsOf(path)
      .filter(({ target }) => inCore(target) && roomFolder(target) !== roomFolder(path))
      .flatMap(({ target, names }) => names.filter((name) => classesOf(target).includes(name))),
  );
  const [, listed = ''] =
    /## Classes of the core(.*?)\n## /s.exec(readProjectFile('docs/architecture.md')) ?? [];
  const named = [...listed.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name ?? '');
  expect(named.toSorted()).toEqual([...new Set(known)].sort());
});

test('telemetry imports of the core its events alone, and those as types', () => {
  const files = SOURCES.filter((path) => roomOf(path) === 'telemetry');
  const ofCore = files.flatMap(importsOf).filter(({ target }) => target.startsWith('src/media/'));
  const targets = ofCore.map(({ target, typeOnly }) => `${target} ${typeOnly ? 'as types' : ''}`);
  expect([...new Set(targets)]).toEqual(['src/media/events.ts as types']);
});

test('no file imports itself by way of others, not even for types, nor by way of what codegen writes', () => {
  const files = [...SOURCES, 'src/generated/resolvers.ts'];
  const imports = new Map(files.map((path) => [path, importsOf(path).map(({ target }) => target)]));
  const cleared = new Set<string>();
  const circleFrom = (path: string, way: readonly string[]): readonly string[] | null => {
    if (way.includes(path)) return [...way.slice(way.indexOf(path)), path];
    if (cleared.has(path)) return null;
    for (const target of imports.get(path) ?? []) {
      const circle = circleFrom(target, [...way, path]);
      if (circle !== null) return circle;
    }
    cleared.add(path);
    return null;
  };
  expect(SOURCES.flatMap((path) => circleFrom(path, []) ?? [])).toEqual([]);
});

test('shared files import from no room', () => {
  expect(strayed(SHARED, roomOf, [])).toEqual([]);
});

test('no rule allows more than is used', () => {
  const unusedOf = (
    rules: Readonly<Record<string, readonly string[]>>,
    room: (path: string) => string | null,
  ) =>
    Object.entries(rules).flatMap(([from, allowed]) => {
      const targets = SOURCES.filter((path) => room(path) === from).flatMap(importsOf);
      const used = new Set(targets.map(({ target }) => room(target)));
      return allowed.filter((one) => !used.has(one)).map((one) => `${from} → ${one}`);
    });
  expect([...unusedOf(ALLOWED, roomOf), ...unusedOf(ALLOWED_IN_MEDIA, mediaRoomOf)]).toEqual([]);
});

test('docs/architecture.md says of every room what it may import', () => {
  const [, table = ''] = /## Rooms(.*?)\n## /s.exec(readProjectFile('docs/architecture.md')) ?? [];
  const rows = table.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const told = rows.flatMap(([, rooms = '', , imports = '']) => {
    const listed = imports === '–' ? [] : imports.split(', ');
    return [...rooms.matchAll(/`src\/([\w/]+)\/`/g)].map(([, room = '']) => ({
      room,
      listed: listed.sort(),
    }));
  });
  const rules = [
    ...Object.entries(ALLOWED).map(([room, allowed]) => ({ room, allowed })),
    ...Object.entries(ALLOWED_IN_MEDIA).map(([room, allowed]) => ({ room: `media/${room}`, allowed })),
  ].filter(({ room }) => room !== 'sandbox');
  for (const { room, allowed } of rules) {
    expect(told.find((one) => one.room === room)).toEqual({ room, listed: [...allowed].sort() });
  }
});

test('the executor of queries knows nothing but GraphQL', () => {
  const files = SOURCES.filter((path) => path.startsWith('src/graphql/executor/'));
  const targets = files.flatMap(importsOf).map(({ target }) => target);
  expect(files).not.toEqual([]);
  expect(targets.filter((one) => isOurs(one) && !one.startsWith('src/graphql/executor/'))).toEqual([]);
});

test('every room has a rule', () => {
  const rooms = new Set(SOURCES.map(roomOf).filter((room) => room !== null));
  expect([...rooms].filter((room) => !(room in ALLOWED))).toEqual([]);
  const inMedia = new Set(SOURCES.map(mediaRoomOf).filter((room) => room !== null));
  expect([...inMedia].filter((room) => !(room in ALLOWED_IN_MEDIA))).toEqual([]);
});

function strayed(
  files: readonly string[],
  room: (path: string) => string | null,
  allowed: readonly string[],
): readonly string[] {
  return files.flatMap((path) =>
    importsOf(path)
      .map(({ target }) => target)
      .filter((target) => isOurs(target) && !SHARED.includes(target))
      .filter((target) => !allowed.includes(room(target) ?? ''))
      .map((target) => `${path} → ${target}`),
  );
}

describe('only the listener knows HTTP servers, only the Redox client and the callbacks of routers call out, and only they', () => {
  test.each([
    ['fastify', ['http', 'sandbox']],
    ['@as-integrations/fastify', []],
    ['undici', ['redox', 'src/http/live/callback-client.ts']],
    ['graphql', ['graphql']],
    ['@apollo/server', ['graphql', 'http']],
    ['dataloader', ['media']],
    ['node:http', []],
    ['node:https', []],
  ])('%s is imported in %j alone', (name, areas) => {
    const users = SOURCES.filter((path) => importsOf(path).some(({ target }) => target === name));
    const isAllowed = (path: string) => areas.includes(roomOf(path) ?? '') || areas.includes(path);
    expect(users.filter((path) => !isAllowed(path))).toEqual([]);
    if (areas.length > 0) expect(users).not.toEqual([]);
  });
});

test('planning and matching reach no package and no module of Node, however far the imports lead', () => {
  const reached = new Set(
    SOURCES.filter((path) => ['planning', 'matching'].includes(mediaRoomOf(path) ?? '')),
  );
  expect(reached.size).toBeGreaterThanOrEqual(7);
  for (const path of reached) {
    if (!path.startsWith('src/')) continue;
    // Types are gone when the program runs.
    for (const { target, typeOnly } of importsOf(path)) if (!typeOnly) reached.add(target);
  }
  expect([...reached].filter((target) => !target.startsWith('src/media/'))).toEqual([]);
});

test('OpenTelemetry’s SDK is imported by one file, which is loaded only when traces are asked for', () => {
  const users = SOURCES.filter((path) =>
    importsOf(path).some(({ target }) => /^@opentelemetry\/(?!api$)/.test(target)),
  );
  expect(users).toEqual(['src/telemetry/otel-sdk.ts']);
  const loaders = SOURCES.filter((path) => /^import (?!type\b)[^;]*otel-sdk/m.test(readProjectFile(path)));
  expect(loaders).toEqual([]);
});
