/** The parts of a compiled operation: the fields of every selection, and for every field what is the same in all executions. */
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
 * What graphql-js 16 passes to resolvers. Packages that know later versions may widen the type in `graphql` by properties that it
 * does not pass.
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

/** The functions of a schema that are called with it. They are written as methods, so that they may expect the wider type. */
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
   * The list of nodes of each field, by its `ordinal`, created when the field is first reached. Resolvers use this list as a key
   * for what they found below it, which depends on variables: so it must not outlive the execution.
   */
  readonly nodes: (readonly FieldNode[] | undefined)[];
}

export interface CompiledOperation {
  readonly schema: GraphQLSchema;
  readonly fragments: Info['fragments'];
  readonly operation: OperationDefinitionNode;
  readonly root: SelectionPlan;
  /** The number of planned fields, which determines the memory of the plan. */
  readonly fieldCount: number;
}

/** The fields that are selected on objects of one type at one place of an operation. */
export interface SelectionPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
}

/** Returns the value in the response for the value of a resolver, or a promise of it; throws the error of the field. */
export type Complete = (run: Run, value: unknown, path: Path, info: Info) => unknown;
export type CompleteLeaf = (value: unknown) => unknown;

export interface FieldPlan {
  readonly ordinal: number;
  /** The response key. */
  readonly key: string;
  readonly name: string;
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  readonly nodes: readonly FieldNode[];
  readonly isNonNull: boolean;
  readonly resolve: SchemaFunctions['resolve'];
  /**
   * Null: the arguments depend on variables, or are objects that a resolver may change. Otherwise they are copied for each call.
   */
  readonly constantArguments: Readonly<Record<string, unknown>> | null;
  readonly complete: Complete;
  /** For a leaf without arguments that the default resolver reads: neither path nor `info` is created unless it fails. */
  readonly completeLeaf: CompleteLeaf | null;
}
