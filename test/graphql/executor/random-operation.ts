/** Random operations over any schema: fragments, aliases, every directive, arguments, variables that are there, null or absent. */
import {
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Dice } from './dice.ts';

export interface RandomOperation {
  readonly text: string;
  /** Values of its variables, one set for each time that it is executed. */
  readonly variables: readonly Record<string, unknown>[];
}

const RUNS = 2;
const MAX_DEPTH = 4;
/** Selections of one document. */
const MAX_SELECTIONS = 60;

export function writeOperation(schema: GraphQLSchema, dice: Dice): RandomOperation {
  return new Writer(schema, dice).write();
}

interface Fragment {
  readonly name: string;
  readonly type: GraphQLCompositeType;
}

class Writer {
  readonly #schema: GraphQLSchema;
  readonly #dice: Dice;
  readonly #composites: readonly GraphQLCompositeType[];
  readonly #fragments: readonly Fragment[];
  readonly #variables = new Map<string, { readonly type: GraphQLInputType; readonly definition: string }>();
  #left = MAX_SELECTIONS;

  constructor(schema: GraphQLSchema, dice: Dice) {
    this.#schema = schema;
    this.#dice = dice;
    const types = Object.values(schema.getTypeMap());
    this.#composites = types.filter(isCompositeType).filter(({ name }) => !name.startsWith('__'));
    const count = dice.below(5);
    this.#fragments = Array.from({ length: count }, (_, at) => ({
      name: `F${at}`,
      type: dice.pick(this.#composites),
    }));
  }

  write(): RandomOperation {
    const root = this.#schema.getQueryType();
    if (!root) throw new Error('The schema has no queries.');
    const selection = this.#selection(root, 0, 0);
    // A fragment spreads only those after it, so none is endless.
    const fragments = this.#fragments.map(({ name, type }, at) => {
      this.#left = Math.max(this.#left, 8);
      return `fragment ${name} on ${type.name} ${this.#selection(type, 1, at + 1)}`;
    });
    const definitions = [...this.#variables.values()].map(({ definition }) => definition);
    const head =
      definitions.length > 0
        ? `query Q(${definitions.join(', ')})`
        : this.#dice.pick(['query', 'query Q', '']);
    const variables = Array.from({ length: RUNS }, () => this.#variableValues());
    return { text: [`${head} ${selection}`, ...fragments].join('\n'), variables };
  }

  #selection(type: GraphQLCompositeType, depth: number, firstFragment: number): string {
    const count = 1 + this.#dice.below(depth === 0 ? 6 : 5);
    const parts = Array.from({ length: count }, () => this.#part(type, depth, firstFragment));
    return `{ ${parts.join(' ')} }`;
  }

  #part(type: GraphQLCompositeType, depth: number, firstFragment: number): string {
    const dice = this.#dice;
    this.#left -= 1;
    if (this.#left <= 0 || depth > MAX_DEPTH) return '__typename';
    const kind = dice.below(12);
    if (kind === 0) return `... ${this.#directives()} ${this.#selection(type, depth + 1, firstFragment)}`;
    if (kind === 1 || (isUnionType(type) && kind < 8)) {
      const condition = dice.oneIn(5) ? dice.pick(this.#composites) : this.#related(type);
      return `... on ${condition.name} ${this.#directives()} ${this.#selection(condition, depth + 1, firstFragment)}`;
    }
    const spreadable = this.#fragments.slice(firstFragment);
    if (kind <= 3 && spreadable.length > 0) return `...${dice.pick(spreadable).name} ${this.#directives()}`;
    return this.#field(type, depth, firstFragment);
  }

  #related(type: GraphQLCompositeType): GraphQLCompositeType {
    return isObjectType(type) ? type : this.#dice.pick(this.#schema.getPossibleTypes(type));
  }

  #field(type: GraphQLCompositeType, depth: number, firstFragment: number): string {
    const dice = this.#dice;
    if (isUnionType(type) || dice.oneIn(10)) return `${this.#alias()}__typename ${this.#directives()}`;
    if (type === this.#schema.getQueryType() && dice.oneIn(15)) return this.#introspection();
    const field: GraphQLField<unknown, unknown> = dice.pick(Object.values(type.getFields()));
    const below = getNamedType(field.type);
    const args = this.#arguments(field.args);
    const selection = isCompositeType(below) ? this.#selection(below, depth + 1, firstFragment) : '';
    return `${this.#alias()}${field.name}${args} ${this.#directives()} ${selection}`;
  }

  #introspection(): string {
    const { name } = this.#dice.pick(this.#composites);
    return this.#dice.oneIn(2)
      ? `__type(name: "${name}") { kind name fields(includeDeprecated: true) { name type { name ofType { name } } } possibleTypes { name } }`
      : '__schema { queryType { name } directives { name locations args { name defaultValue } } types { kind name } }';
  }

  /** Few names, so that fields meet under one of them: those of a document that was never validated too. */
  #alias(): string {
    return this.#dice.oneIn(4) ? `${this.#dice.pick(['a', 'b', 'then', '__proto__', 'constructor'])}: ` : '';
  }

  #directives(): string {
    const dice = this.#dice;
    if (!dice.oneIn(4)) return '';
    const name = dice.pick(['skip', 'include', 'noted']);
    if (name === 'noted') return this.#schema.getDirective('noted') ? '@noted(text: "so")' : '';
    if (dice.oneIn(3)) return `@${name}(if: ${dice.oneIn(2)})`;
    const at = dice.below(4);
    const definition = ['Boolean! = false', 'Boolean = true', 'Boolean!', 'Boolean! = true'][at];
    const variable = `if${at}`;
    const type = this.#schema.getType('Boolean');
    if (!type || isCompositeType(type) || isInputObjectType(type)) throw new Error('There is no Boolean.');
    this.#variables.set(variable, { type, definition: `$${variable}: ${definition}` });
    return `@${name}(if: $${variable})`;
  }

  #arguments(args: readonly GraphQLArgument[]): string {
    const dice = this.#dice;
    const given = args.filter(({ type, defaultValue }) =>
      isNonNullType(type) && defaultValue === undefined ? !dice.oneIn(20) : dice.oneIn(2),
    );
    if (given.length === 0) return '';
    return `(${given.map(({ name, type }) => `${name}: ${this.#value(type, 0)}`).join(', ')})`;
  }

  #value(type: GraphQLInputType, depth: number): string {
    const dice = this.#dice;
    if (dice.oneIn(depth === 0 ? 3 : 6)) return this.#variable(type);
    if (dice.oneIn(25)) return dice.pick(['null', '"wrong"', '[1]', '{}']);
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (isListType(type)) {
      if (dice.oneIn(5)) return this.#value(type.ofType, depth);
      return `[${Array.from({ length: dice.below(3) }, () => this.#value(type.ofType, depth + 1)).join(', ')}]`;
    }
    if (isInputObjectType(type)) return this.#object(Object.values(type.getFields()), depth);
    if (isEnumType(type)) return dice.pick(type.getValues()).name;
    return (
      { Int: '7', Float: '1.5', Boolean: 'true', String: '"text"', ID: '"id"' }[type.name] ??
      dice.pick(['"odd"', '{ a: 1 }', 'ODD', '3'])
    );
  }

  #object(
    fields: readonly { readonly name: string; readonly type: GraphQLInputType }[],
    depth: number,
  ): string {
    const given = fields.filter(({ type }) => isNonNullType(type) || (depth < 2 && this.#dice.oneIn(3)));
    return `{ ${given.map(({ name, type }) => `${name}: ${this.#value(type, depth + 1)}`).join(', ')} }`;
  }

  #variable(type: GraphQLInputType): string {
    const name = `v${this.#variables.size}`;
    const isOpen = isNonNullType(type) || !this.#dice.oneIn(3);
    this.#variables.set(name, { type, definition: `$${name}: ${type}${isOpen ? '' : ' = null'}` });
    return `$${name}`;
  }

  #variableValues(): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (const [name, { type }] of this.#variables) {
      if (this.#dice.oneIn(isNonNullType(type) ? 40 : 4)) continue;
      values[name] = this.#dice.oneIn(40) ? this.#dice.pick([null, 'wrong', [1]]) : this.#input(type, 0);
    }
    return values;
  }

  #input(type: GraphQLInputType, depth: number): unknown {
    const dice = this.#dice;
    if (isNonNullType(type)) return this.#input(type.ofType, depth);
    if (isListType(type))
      return Array.from({ length: dice.below(3) }, () => this.#input(type.ofType, depth + 1));
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields());
      const given = fields.filter(({ type: of }) => isNonNullType(of) || (depth < 2 && dice.oneIn(3)));
      return Object.fromEntries(given.map(({ name, type: of }) => [name, this.#input(of, depth + 1)]));
    }
    if (isEnumType(type)) return dice.pick(type.getValues()).name;
    return { Int: 5, Float: 2.5, Boolean: dice.oneIn(2), String: 'given', ID: 'id' }[type.name] ?? { odd: 1 };
  }
}
