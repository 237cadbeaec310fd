/** What a compiled operation consists of: for every selection its fields, and for every field what never changes. */
import type {
  FieldNode,
  GraphQLAbstractType,
  GraphQLField,
  GraphQLObjectType,
  GraphQLResolveInfo,
  GraphQLSchema,
  OperationDefinitionNode,
} from 'graphql';
import type { CollectedErrors, Path } from './collected-errors.ts';

/**
 * What graphql-js 16 gives to resolvers. The type in the package may be widened, by packages that know later versions, with
 * members that it does not give.
 */
export type Info = Pick<
  GraphQLResolveInfo,
  | 'fieldName'
  | 'fieldNodes'
  | 'returnType'
  | 'parentType'
  | 'path'
  | 'schema'
  | 'fragments'
  | 'rootValue'
  | 'operation'
  | 'variableValues'
>;

/** The functions of a schema that are called with it. They are written as methods, so that they may ask for the wider type. */
export interface SchemaFunctions {
  resolve(source: unknown, args: Record<string, unknown>, contextValue: unknown, info: Info): unknown;
  resolveType(value: unknown, contextValue: unknown, info: Info, type: GraphQLAbstractType): unknown;
  isTypeOf(value: unknown, contextValue: unknown, info: Info): unknown;
}

/** One execution of a compiled operation. */
export interface Run {
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: Info['variableValues'];
  readonly operation: CompiledOperation;
  readonly collected: CollectedErrors;
  /**
   * The list of nodes of each field, by its `ordinal`, made when the field is first reached. Resolvers remember by this list
   * what they found below it, which variables decide: so it must not outlive the execution.
   */
  readonly nodes: (readonly FieldNode[] | undefined)[];
}

export interface CompiledOperation {
  readonly schema: GraphQLSchema;
  readonly fragments: Info['fragments'];
  readonly operation: OperationDefinitionNode;
  readonly root: SelectionPlan;
  /** How many fields are planned, which is what it takes of memory. */
  readonly fieldCount: number;
}

/** The fields that are selected on objects of one type at one place of an operation. */
export interface SelectionPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
}

/** Gives what stands in the response for the value of a resolver, or a promise of it; throws what becomes a field error. */
export type Complete = (run: Run, value: unknown, path: Path, info: Info) => unknown;
export type CompleteLeaf = (value: unknown) => unknown;

export interface FieldPlan {
  readonly ordinal: number;
  /** The name in the response. */
  readonly key: string;
  readonly name: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly isNonNull: boolean;
  readonly resolve: SchemaFunctions['resolve'];
  /** Null: they depend on variables, or are objects that a resolver may change. Otherwise copied for each call. */
  readonly constantArguments: Readonly<Record<string, unknown>> | null;
  readonly complete: Complete;
  /** For a leaf that the default resolver reads, without arguments: neither path nor `info` is made unless it fails. */
  readonly completeLeaf: CompleteLeaf | null;
}
