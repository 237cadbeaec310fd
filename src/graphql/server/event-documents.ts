/** The documents that events are executed by: those of their subscriptions, without what is read only when they begin. */
import {
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  TypeInfo,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The arguments of the root field are read when a subscription begins, and its events come as they ask: the resolver of an event
 * has no use for them. Each event would else read them anew, with their variables, and a filter may name thousands of patients.
 */
export class EventDocuments {
  /** Apollo Server keeps documents parsed, so the same text is the same object. */
  readonly #documents = new WeakMap<DocumentNode, DocumentNode>();

  of(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
    const known = this.#documents.get(document);
    if (known !== undefined) return known;
    const made = withoutUnusedVariables(withoutRootArguments(document, schema));
    this.#documents.set(document, made);
    return made;
  }
}

function withoutRootArguments(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const root = schema.getSubscriptionType();
  const types = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(types, {
      // Below a field of the root there is no other: no type leads back to it.
      Field: (field) => (types.getParentType() === root ? { ...field, arguments: [] } : false),
    }),
  );
}

/** Used anywhere in the document, which may be by another operation. */
function withoutUnusedVariables(document: DocumentNode): DocumentNode {
  const used = new Set<string>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void used.add(name.value),
  });
  const isUsed = ({ variable }: VariableDefinitionNode) => used.has(variable.name.value);
  const definitions = document.definitions.map((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION) return definition;
    const { variableDefinitions = [] } = definition;
    return { ...definition, variableDefinitions: variableDefinitions.filter(isUsed) };
  });
  return { ...document, definitions };
}
