/** What resolvers return: mostly what fits the type; else null, errors, what does not fit; at once, or as promises of any kind. */
import {
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  responsePathAsArray,
} from 'graphql';
import { Dice } from './dice.ts';

/** The context of one execution: it decides the data, and notes what resolvers were called with. */
export interface Trial {
  readonly seed: number;
  /** Once in how many times something is wrong. */
  readonly faultOnceIn: number;
  readonly isAsync: boolean;
  readonly calls: string[];
  readonly nodeLists: Set<unknown>;
}

/** Half of the fields get a resolver, and the others are read by the default resolver. Introspection stays as it is. */
export function resolveAtRandom(schema: GraphQLSchema, seed: number): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      delete field.resolve;
      if (!Dice.at(seed, `${type.name}.${field.name}`).oneIn(2)) continue;
      field.resolve = (_source, args, trial: Trial, info) => produceNoted(args, trial, info);
    }
  }
  return schema;
}

function produceNoted(args: unknown, trial: Trial, info: GraphQLResolveInfo): unknown {
  const path = responsePathAsArray(info.path).join('.');
  const { fieldName, fieldNodes, parentType, returnType, variableValues } = info;
  const { path: _, ...rest } = info;
  trial.calls.push(
    JSON.stringify([path, args, fieldName, fieldNodes.length, String(parentType), String(returnType)]),
    JSON.stringify([
      variableValues,
      Object.keys(rest),
      info.rootValue,
      info.operation.name,
      Object.keys(info.fragments),
    ]),
    JSON.stringify(typenamesOf(info)),
  );
  trial.nodeLists.add(fieldNodes);
  return produce(new Production(trial, info.schema), path, returnType);
}

function typenamesOf({ path }: GraphQLResolveInfo): readonly unknown[] {
  const names: unknown[] = [];
  for (let at: GraphQLResolveInfo['path'] | undefined = path; at !== undefined; at = at.prev) {
    names.push(at.typename ?? null);
  }
  return names;
}

class Production {
  readonly trial: Trial;
  readonly schema: GraphQLSchema;

  constructor(trial: Trial, schema: GraphQLSchema) {
    this.trial = trial;
    this.schema = schema;
  }
}

/** The value at a place, thrown or as a promise where the dice say so. */
function produce(production: Production, place: string, type: GraphQLOutputType): unknown {
  const { seed, faultOnceIn, isAsync } = production.trial;
  const dice = Dice.at(seed, place);
  const isLate = isAsync && dice.oneIn(3);
  if (!dice.oneIn(faultOnceIn))
    return isLate
      ? later(dice, fittingValue(production, dice, place, type))
      : fittingValue(production, dice, place, type);
  const fault = faultAt(dice, place);
  if (isLate) return dice.oneIn(2) ? laterFailing(dice, fault) : later(dice, wrongValue(dice, fault));
  if (dice.oneIn(3)) throw fault;
  return wrongValue(dice, fault);
}

function fittingValue(production: Production, dice: Dice, place: string, type: GraphQLOutputType): unknown {
  if (isNonNullType(type)) return fittingValue(production, dice, place, type.ofType);
  if (dice.oneIn(12)) return dice.oneIn(2) ? null : undefined;
  if (isListType(type)) return listOf(production, dice, place, type.ofType);
  if (isObjectType(type)) return objectOf(production, dice, place, type);
  if (isAbstractType(type)) {
    return objectOf(production, dice, place, dice.pick(production.schema.getPossibleTypes(type)));
  }
  if (isEnumType(type)) return dice.pick(type.getValues()).value;
  switch (type.name) {
    case 'Int':
      return dice.below(100);
    case 'Float':
      return dice.below(100) / 4;
    case 'Boolean':
      return dice.oneIn(2);
    case 'Odd':
      return dice.oneIn(3) ? 'odd' : dice.below(400);
    default:
      return `text ${dice.below(10)}`;
  }
}

function listOf(production: Production, dice: Dice, place: string, type: GraphQLOutputType): unknown {
  const length = dice.below(5);
  const items = Array.from({ length }, (_, at) => itemOf(production, `${place}.${at}`, type));
  if (dice.oneIn(8)) return new Set(items);
  if (dice.oneIn(8)) return items.values();
  return items;
}

/** What would be thrown stands in the list as an error. */
function itemOf(production: Production, place: string, type: GraphQLOutputType): unknown {
  try {
    return produce(production, place, type);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function objectOf(production: Production, dice: Dice, place: string, type: GraphQLObjectType): unknown {
  const luck = dice.below(10_000);
  const members: Record<string, unknown> = { luck, __typename: type.name };
  if (dice.oneIn(20)) members['__typename'] = dice.pick(['Nowhere', 'Query', 'Colour']);
  if (dice.oneIn(20)) delete members['__typename'];
  if (place.length > 200) return members;
  for (const [name, field] of Object.entries(type.getFields())) {
    if (field.resolve !== undefined) continue;
    const memberAt = `${place}/${name}`;
    const read = () => produce(production, memberAt, field.type);
    if (Dice.at(luck, name).oneIn(4)) {
      members[name] = (args: unknown, trial: Trial, info: GraphQLResolveInfo) =>
        produceNoted(args, trial, info);
    } else Object.defineProperty(members, name, { get: read, enumerable: true });
  }
  return members;
}

function wrongValue(dice: Dice, fault: unknown): unknown {
  return dice.pick<unknown>([
    fault,
    null,
    'wrong',
    { wrong: true },
    [1, 'two', null],
    4.5,
    Number.NaN,
    Symbol.iterator.toString(),
  ]);
}

function faultAt(dice: Dice, place: string): unknown {
  const located = Object.assign(new Error(`located ${place}`), { path: ['elsewhere', 1] });
  return dice.pick<unknown>([
    new Error(`fault ${place}`),
    new TypeError(`type ${place}`),
    new GraphQLError(`coded ${place}`, { extensions: { code: 'CODED', place } }),
    new GraphQLError(`pathed ${place}`, { path: ['own', 'path'] }),
    located,
    `text ${place}`,
    undefined,
    { message: 'no error' },
  ]);
}

/** Promises that are settled some ticks later, and things that are promises in name alone. */
function later(dice: Dice, value: unknown): unknown {
  if (!dice.oneIn(6)) return ticks(dice.below(6)).then(() => value);
  const count = dice.below(3);
  const then: PromiseLike<unknown>['then'] = (onFulfilled, onRejected) =>
    ticks(count)
      .then(() => value)
      .then(onFulfilled, onRejected);
  return Object.fromEntries([['then', then]]);
}

function laterFailing(dice: Dice, fault: unknown): Promise<never> {
  return ticks(dice.below(6)).then(() => {
    throw fault;
  });
}

async function ticks(count: number): Promise<void> {
  for (let at = 0; at < count; at += 1) await undefined;
}
