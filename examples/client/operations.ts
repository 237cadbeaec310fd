/** All operations of this client: code generation finds them, generates their types, and lists them in the manifest. */
import { graphql } from './generated/index.ts';

export const PatientDocuments = graphql(`
  query PatientDocuments($identifier: IdentifierInput!, $documentTypes: [String!], $after: String) {
    patient(identifiers: [$identifier]) {
      media(filter: { documentTypes: $documentTypes }, first: 5, after: $after) {
        totalCount
        pageInfo { hasNextPage endCursor }
        nodes {
          documentId
          documentType
          fileName
          serviceDateTime
          visit { visitNumber }
        }
      }
    }
  }
`);
