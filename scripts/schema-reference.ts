/** The schema as a page for people, docs/schema.md: every type and field with its description, and operations to try. */
import {
  type DefinitionNode,
  type DirectiveNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
} from 'graphql';
import type { ExampleOperation } from '../src/graphql/schema/example-operations.ts';

const HEAD = `# Schema

Made of \`schema/\` and of \`src/graphql/schema/example-operations.ts\` by \`npm run schema:print\`; do not edit.

A type without \`!\` may be null: the description says when, besides an error, which nulls its own field and nothing above.
*Cost* is in Media Query calls to Redox; all fields of one operation are planned together, so that many cost what one does.
`;

/** In the order in which readers need them: the operations, the types that they reach, and their inputs. */
const CHAPTERS: readonly (readonly [string, (type: TypeDefinitionNode) => boolean])[] = [
  ['Query', ({ name }) => name.value === 'Query'],
  ['Objects', ({ kind, name }) => kind === Kind.OBJECT_TYPE_DEFINITION && name.value !== 'Query'],
  ['Interfaces', ({ kind }) => kind === Kind.INTERFACE_TYPE_DEFINITION],
  ['Inputs', ({ kind }) => kind === Kind.INPUT_OBJECT_TYPE_DEFINITION],
  ['Enums', ({ kind }) => kind === Kind.ENUM_TYPE_DEFINITION],
  ['Scalars', ({ kind }) => kind === Kind.SCALAR_TYPE_DEFINITION],
];

export function describeSchema(typeDefs: string, examples: readonly ExampleOperation[]): string {
  const types = parse(typeDefs).definitions.filter(isType);
  const chapters = CHAPTERS.flatMap(([title, belongs]) => {
    const members = types.filter(belongs);
    if (members.length === 0) return [];
    const isAlone = members.length === 1 && members[0]?.name.value === title;
    return [
      isAlone ? '' : `## ${title}\n`,
      ...members.map((type) => describeType(type, isAlone ? '##' : '###')),
    ];
  });
  const tried = examples.map(describeExample);
  return `${[HEAD, ...chapters, '## Operations to try\n', ...tried].filter(Boolean).join('\n')}`;
}

function isType(definition: DefinitionNode): definition is TypeDefinitionNode {
  return 'name' in definition && definition.kind.endsWith('TypeDefinition');
}

function describeType(type: TypeDefinitionNode, level: string): string {
  const keys = directives(type, 'key').map((key) => `\`${argument(key, 'fields')}\``);
  const members = 'fields' in type ? (type.fields ?? []) : 'values' in type ? (type.values ?? []) : [];
  return [
    `${level} ${type.name.value}\n`,
    `${text(type)}\n`,
    keys.length > 0 ? `Federation keys: ${keys.join(', ')}.${scopes(type)}\n` : '',
    members.map((member) => describeMember(member)).join('\n'),
    members.length > 0 ? '' : null,
  ]
    .filter((part) => part !== null && (part !== '' || members.length > 0))
    .join('\n')
    .replace(/\n{3,}/g, '\n\n');
}

type Member = FieldDefinitionNode | InputValueDefinitionNode | { readonly kind: Kind.ENUM_VALUE_DEFINITION };

function describeMember(
  member: Member & Described & Directed & { readonly name: { readonly value: string } },
): string {
  const type = 'type' in member ? `: ${print(member.type)}` : '';
  const fallback = 'defaultValue' in member && member.defaultValue ? ` = ${print(member.defaultValue)}` : '';
  const hidden = directives(member, 'inaccessible').length > 0 ? ' Not part of a supergraph.' : '';
  const line = `- \`${member.name.value}${type}${fallback}\`: ${text(member)}${scopes(member)}${hidden}`;
  const inner = 'arguments' in member ? (member.arguments ?? []) : [];
  return [line, ...inner.map((one) => `  ${describeMember(one)}`)].join('\n');
}

interface Described {
  readonly description?: { readonly value: string } | undefined;
}

interface Directed {
  readonly directives?: readonly DirectiveNode[] | undefined;
}

/** A description as one paragraph; the schema breaks its lines where its own width asks for it. */
function text({ description }: Described): string {
  return (description?.value ?? '').trim().replace(/\s*\n\s*/g, ' ');
}

function scopes(node: Directed): string {
  const [needed] = directives(node, 'requiresScopes');
  const names = needed
    ? [...argument(needed, 'scopes').matchAll(/"([^"]+)"/g)].map(([, name]) => `\`${name}\``)
    : [];
  return names.length > 0 ? ` Needs ${names.join(' and ')}.` : '';
}

function directives({ directives: all = [] }: Directed, name: string): readonly DirectiveNode[] {
  return all.filter((directive) => directive.name.value === name);
}

function argument(directive: DirectiveNode, name: string): string {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : value ? print(value) : '';
}

function describeExample({ name, about, calls, document, variables }: ExampleOperation): string {
  const values =
    Object.keys(variables).length > 0 ? `\n\`\`\`json\n${JSON.stringify(variables, null, 2)}\n\`\`\`\n` : '';
  return `### ${name}\n\n${about} Costs ${calls === 1 ? '1 call' : `${calls} calls`}.\n\n\`\`\`graphql\n${document}\`\`\`\n${values}`;
}
