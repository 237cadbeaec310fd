/** Keeps the compiled operations of recently used documents, within limits of number and bytes. */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
} from 'graphql';
import { compileOperation, TooLargeToCompile } from './compile.ts';
import { findConditions, keyOfConditions } from './conditions.ts';
import type { CompiledOperation, Info } from './plan.ts';
import { findResolvers, type Resolvers } from './resolvers.ts';

/** More documents than the clients of one gateway use at a time. */
const MAX_DOCUMENTS = 500;
const MAX_BYTES = 24 * 1024 * 1024;
/** An upper bound of the memory for a planned field: its plan, its closures, and its entries in lists and maps. */
const FIELD_BYTES = 1024;
/**
 * Maximum number of combinations of values of the variables in `@skip` and `@include`; operations with further ones are executed
 * like new ones.
 */
const MAX_VARIANTS = 8;

export type Declined = 'too-large' | 'failed';

export interface CompiledDocumentsOptions {
  readonly schema: GraphQLSchema;
  /** The use of a document, first or second, at which it is compiled. */
  readonly fromUse: 1 | 2;
  /** Returns the bytes of a document, which stays in memory as long as its compiled operations. */
  readonly weighDocument: (document: DocumentNode) => number;
  readonly onDeclined: (reason: Declined, error: unknown) => void;
  readonly maxDocuments?: number;
  readonly maxBytes?: number;
}

/** An operation of a document that can be compiled. */
export interface PreparedOperation {
  readonly operation: OperationDefinitionNode;
  readonly fragments: Record<string, FragmentDefinitionNode>;
  readonly conditions: readonly string[];
  /** By the values of `conditions`. Null: it cannot be compiled. */
  readonly variants: Map<string, CompiledOperation | null>;
}

interface CompiledDocument {
  /** By the operation name of the request; null: it is no operation that can be compiled. */
  readonly operations: Map<string | null, PreparedOperation | null>;
  bytes: number;
}

export class CompiledDocuments {
  readonly #options: CompiledDocumentsOptions;
  readonly #resolvers: Resolvers;
  /** Documents that were used once. Apollo Server keeps documents parsed, so the same text is the same object. */
  readonly #seen = new WeakSet<DocumentNode>();
  /** The most recently used document is last. */
  readonly #documents = new Map<DocumentNode, CompiledDocument>();
  #bytes = 0;

  constructor(options: CompiledDocumentsOptions) {
    this.#options = options;
    this.#resolvers = findResolvers(options.schema);
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#documents.size;
  }

  /**
   * Null: graphql-js executes the operation, because its document is used for the first time, or it is not a single query or
   * subscription of this name.
   */
  prepare(document: DocumentNode, operationName: string | null): PreparedOperation | null {
    const known = this.#find(document);
    if (known === null) return null;
    const before = known.operations.get(operationName);
    if (before !== undefined) return before;
    const prepared = prepareOperation(document, operationName);
    // Names that the document does not contain are not remembered, as callers can make up any number of them.
    if (prepared !== null) known.operations.set(operationName, prepared);
    return prepared;
  }

  /** Null: graphql-js executes the operation. */
  compile(
    document: DocumentNode,
    prepared: PreparedOperation,
    variableValues: Info['variableValues'],
  ): CompiledOperation | null {
    const key = keyOfConditions(prepared.conditions, variableValues);
    if (key === null) return null;
    const before = prepared.variants.get(key);
    if (before !== undefined) return before;
    if (prepared.variants.size >= MAX_VARIANTS) return null;
    const compiled = this.#tryToCompile(prepared, variableValues);
    prepared.variants.set(key, compiled);
    this.#grow(document, (compiled?.fieldCount ?? 0) * FIELD_BYTES);
    return compiled;
  }

  #find(document: DocumentNode): CompiledDocument | null {
    const known = this.#documents.get(document);
    if (known !== undefined) {
      this.#documents.delete(document);
      this.#documents.set(document, known);
      return known;
    }
    if (this.#options.fromUse > 1 && !this.#seen.has(document)) {
      this.#seen.add(document);
      return null;
    }
    const added = { operations: new Map(), bytes: 0 };
    this.#documents.set(document, added);
    this.#grow(document, this.#options.weighDocument(document));
    return added;
  }

  #tryToCompile(
    { operation, fragments }: PreparedOperation,
    variableValues: Info['variableValues'],
  ): CompiledOperation | null {
    const { schema, onDeclined } = this.#options;
    try {
      return compileOperation({ schema, resolvers: this.#resolvers, operation, fragments, variableValues });
    } catch (error) {
      onDeclined(error instanceof TooLargeToCompile ? 'too-large' : 'failed', error);
      return null;
    }
  }

  /** The document that grows is in use, so it is the last one to be evicted. */
  #grow(document: DocumentNode, bytes: number): void {
    const grown = this.#documents.get(document);
    if (grown === undefined) return;
    grown.bytes += bytes;
    this.#bytes += bytes;
    const { maxDocuments = MAX_DOCUMENTS, maxBytes = MAX_BYTES } = this.#options;
    for (const [oldest, known] of this.#documents) {
      if (this.#documents.size <= maxDocuments && this.#bytes <= maxBytes) return;
      this.#documents.delete(oldest);
      this.#bytes -= known.bytes;
    }
  }
}

/** The fields of a mutation are executed one after another, so mutations are not compiled; events are executed like queries. */
function prepareOperation(document: DocumentNode, operationName: string | null): PreparedOperation | null {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null);
  let operation: OperationDefinitionNode | null = null;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    if (operationName === null && operation !== null) return null;
    if (operationName === null || definition.name?.value === operationName) operation = definition;
  }
  if (operation === null || operation.operation === OperationTypeNode.MUTATION) return null;
  return { operation, fragments, conditions: findConditions(document), variants: new Map() };
}
