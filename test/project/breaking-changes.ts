/** What between two schemas breaks callers, or the supergraphs that the schema is part of. */
import {
  buildASTSchema,
  type DirectiveNode,
  type DocumentNode,
  findBreakingChanges,
  parse,
  print,
} from 'graphql';

export interface Breakage {
  /** `Type.field`, or `Type` where all of it is hit: what CHANGELOG.md must name, in backticks. */
  readonly coordinate: string;
  readonly description: string;
}

export function findBreakages(before: string, after: string): Breakage[] {
  const [old, current] = [parse(before), parse(after)];
  const forCallers = findBreakingChanges(build(old), build(current)).map(({ description }) => ({
    coordinate: coordinateIn(description),
    description,
  }));
  return [...forCallers, ...findFederationBreakages(old, current)];
}

/** Those whose coordinate the section of what is not released yet does not hold. */
export function findUnnamed(breakages: readonly Breakage[], changelog: string): Breakage[] {
  const [, unreleased = ''] = /^## Unreleased\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(changelog) ?? [];
  return breakages.filter(({ coordinate }) => !unreleased.includes(`\`${coordinate}\``));
}

/** Federation's own directives come by `@link`: they are defined nowhere in the text. */
const build = (document: DocumentNode) => buildASTSchema(document, { assumeValidSDL: true });

/** graphql-js says in words only what it is that changed. */
function coordinateIn(description: string): string {
  const [, value, union] = /^(\w+) was removed from (?:enum|union) type (\w+)\./.exec(description) ?? [];
  if (value !== undefined) return `${union}.${value}`;
  const [, field, input] = /required field (\w+) on input type (\w+) /.exec(description) ?? [];
  if (field !== undefined) return `${input}.${field}`;
  return /\w+\.\w+/.exec(description)?.[0] ?? /\w+/.exec(description)?.[0] ?? description;
}

/** graphql-js compares no directives: a lost key or right to share, and what is hidden, break a composition. */
function findFederationBreakages(old: DocumentNode, current: DocumentNode): Breakage[] {
  const [before, after] = [directivesOf(old), directivesOf(current)];
  return [...before].flatMap(([coordinate, was]) => {
    const is = after.get(coordinate) ?? was;
    const lost = was.filter((one) => /^@(?:key|shareable)\b/.test(one) && !is.includes(one));
    const gained = is.filter((one) => one.startsWith('@inaccessible') && !was.includes(one));
    return [...lost.map((one) => `lost ${one}`), ...gained.map((one) => `gained ${one}`)].map((change) => ({
      coordinate,
      description: `${coordinate} ${change}`,
    }));
  });
}

function directivesOf({ definitions }: DocumentNode): ReadonlyMap<string, readonly string[]> {
  const entries = definitions.flatMap((type) => {
    if (!('name' in type) || type.name === undefined || !('directives' in type)) return [];
    const name = type.name.value;
    const fields = 'fields' in type ? (type.fields ?? []) : [];
    return [
      [name, printed(type.directives)] as const,
      ...fields.map((field) => [`${name}.${field.name.value}`, printed(field.directives)] as const),
    ];
  });
  return new Map(entries);
}

function printed(directives: readonly DirectiveNode[] = []): string[] {
  return directives.map((directive) => print(directive));
}
