/**
 * The documents that are executed for events: those of their subscriptions, without the arguments that are read only when the
 * subscription begins.
 */
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
 * The arguments of the root field are read when a subscription begins, and the stream then contains only matching events, so the
 * resolver of an event does not use them. Otherwise each event would read them again, with their variables, and a filter may name
 * thousands of patients.
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
      // No type leads back to the root type, so this visits the fields of the root only.
      Field: (field) => (types.getParentType() === root ? { ...field, arguments: [] } : false),
    }),
  );
}

/** Keeps variables that are used anywhere in the document, perhaps by another operation. */
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
