/* eslint-disable */
import * as types from './graphql.ts';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';

/**
 * Map of all GraphQL operations in the project.
 *
 * This map has several performance disadvantages:
 * 1. It is not tree-shakeable, so it will include all operations in the project.
 * 2. It is not minifiable, so the string of a GraphQL query will be multiple times inside the bundle.
 * 3. It does not support dead code elimination, so it will add unused operations.
 *
 * Therefore it is highly recommended to use the babel or swc plugin for production.
 * Learn more about it here: https://the-guild.dev/graphql/codegen/plugins/presets/preset-client#reducing-bundle-size
 */
type Documents = {
    "\n  fragment DocumentFields on Media {\n    id\n    destination\n    documentId\n    documentType\n    documentDescription\n    fileType\n    fileName\n    creationDateTime\n    serviceDateTime\n    contentReference\n    visit { id visitNumber }\n    content { mediaType byteLength sha256 url(expiresIn: 3600) }\n  }\n": typeof types.DocumentFieldsFragmentDoc,
    "\n  query Destinations {\n    destinations { id isDefault }\n  }\n": typeof types.DestinationsDocument,
    "\n  query PatientList($patients: [PatientInput!]!, $destination: ID) {\n    patients(patients: $patients, destination: $destination) {\n      id\n      media(first: 1) { totalCount nodes { id serviceDateTime } }\n    }\n  }\n": typeof types.PatientListDocument,
    "\n  query Chart($patient: [IdentifierInput!]!, $destination: ID, $pageSize: Int!) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      destination\n      identifiers { value idType }\n      visits { id visitNumber }\n      # As the list of patients asks: in the cache it is the same field, so that the list shows what the chart has now.\n      newest: media(first: 1) { totalCount nodes { id serviceDateTime } }\n      timeline: media(first: 1000) {\n        totalCount\n        nodes { id documentType serviceDateTime visit { id } }\n      }\n      media(first: $pageSize) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n": typeof types.ChartDocument,
    "\n  query Documents($patient: [IdentifierInput!]!, $destination: ID, $filter: MediaFilter, $pageSize: Int!, $after: String) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      media(filter: $filter, first: $pageSize, after: $after) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n": typeof types.DocumentsDocument,
    "\n  mutation SaveDocument($input: SaveMediaInput!) {\n    saveMedia(input: $input) { accepted redoxLogIds }\n  }\n": typeof types.SaveDocumentDocument,
    "\n  mutation ReplaceDocument($input: ReplaceMediaInput!) {\n    replaceMedia(input: $input) { accepted redoxLogIds }\n  }\n": typeof types.ReplaceDocumentDocument,
    "\n  mutation DeleteDocument($input: DeleteMediaInput!) {\n    deleteMedia(input: $input) { accepted redoxLogIds }\n  }\n": typeof types.DeleteDocumentDocument,
    "\n  subscription ChartChanges($patients: [PatientInput!]!, $destination: ID, $after: String) {\n    mediaChanged(filter: { patients: $patients }, destination: $destination, after: $after) {\n      cursor\n      kind\n      documentType\n    }\n  }\n": typeof types.ChartChangesDocument,
};
const documents: Documents = {
    "\n  fragment DocumentFields on Media {\n    id\n    destination\n    documentId\n    documentType\n    documentDescription\n    fileType\n    fileName\n    creationDateTime\n    serviceDateTime\n    contentReference\n    visit { id visitNumber }\n    content { mediaType byteLength sha256 url(expiresIn: 3600) }\n  }\n": types.DocumentFieldsFragmentDoc,
    "\n  query Destinations {\n    destinations { id isDefault }\n  }\n": types.DestinationsDocument,
    "\n  query PatientList($patients: [PatientInput!]!, $destination: ID) {\n    patients(patients: $patients, destination: $destination) {\n      id\n      media(first: 1) { totalCount nodes { id serviceDateTime } }\n    }\n  }\n": types.PatientListDocument,
    "\n  query Chart($patient: [IdentifierInput!]!, $destination: ID, $pageSize: Int!) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      destination\n      identifiers { value idType }\n      visits { id visitNumber }\n      # As the list of patients asks: in the cache it is the same field, so that the list shows what the chart has now.\n      newest: media(first: 1) { totalCount nodes { id serviceDateTime } }\n      timeline: media(first: 1000) {\n        totalCount\n        nodes { id documentType serviceDateTime visit { id } }\n      }\n      media(first: $pageSize) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n": types.ChartDocument,
    "\n  query Documents($patient: [IdentifierInput!]!, $destination: ID, $filter: MediaFilter, $pageSize: Int!, $after: String) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      media(filter: $filter, first: $pageSize, after: $after) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n": types.DocumentsDocument,
    "\n  mutation SaveDocument($input: SaveMediaInput!) {\n    saveMedia(input: $input) { accepted redoxLogIds }\n  }\n": types.SaveDocumentDocument,
    "\n  mutation ReplaceDocument($input: ReplaceMediaInput!) {\n    replaceMedia(input: $input) { accepted redoxLogIds }\n  }\n": types.ReplaceDocumentDocument,
    "\n  mutation DeleteDocument($input: DeleteMediaInput!) {\n    deleteMedia(input: $input) { accepted redoxLogIds }\n  }\n": types.DeleteDocumentDocument,
    "\n  subscription ChartChanges($patients: [PatientInput!]!, $destination: ID, $after: String) {\n    mediaChanged(filter: { patients: $patients }, destination: $destination, after: $after) {\n      cursor\n      kind\n      documentType\n    }\n  }\n": types.ChartChangesDocument,
};

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 *
 *
 * @example
 * ```ts
 * const query = graphql(`query GetUser($id: ID!) { user(id: $id) { name } }`);
 * ```
 *
 * The query argument is unknown!
 * Please regenerate the types.
 */
export function graphql(source: string): unknown;

/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  fragment DocumentFields on Media {\n    id\n    destination\n    documentId\n    documentType\n    documentDescription\n    fileType\n    fileName\n    creationDateTime\n    serviceDateTime\n    contentReference\n    visit { id visitNumber }\n    content { mediaType byteLength sha256 url(expiresIn: 3600) }\n  }\n"): (typeof documents)["\n  fragment DocumentFields on Media {\n    id\n    destination\n    documentId\n    documentType\n    documentDescription\n    fileType\n    fileName\n    creationDateTime\n    serviceDateTime\n    contentReference\n    visit { id visitNumber }\n    content { mediaType byteLength sha256 url(expiresIn: 3600) }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Destinations {\n    destinations { id isDefault }\n  }\n"): (typeof documents)["\n  query Destinations {\n    destinations { id isDefault }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query PatientList($patients: [PatientInput!]!, $destination: ID) {\n    patients(patients: $patients, destination: $destination) {\n      id\n      media(first: 1) { totalCount nodes { id serviceDateTime } }\n    }\n  }\n"): (typeof documents)["\n  query PatientList($patients: [PatientInput!]!, $destination: ID) {\n    patients(patients: $patients, destination: $destination) {\n      id\n      media(first: 1) { totalCount nodes { id serviceDateTime } }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Chart($patient: [IdentifierInput!]!, $destination: ID, $pageSize: Int!) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      destination\n      identifiers { value idType }\n      visits { id visitNumber }\n      # As the list of patients asks: in the cache it is the same field, so that the list shows what the chart has now.\n      newest: media(first: 1) { totalCount nodes { id serviceDateTime } }\n      timeline: media(first: 1000) {\n        totalCount\n        nodes { id documentType serviceDateTime visit { id } }\n      }\n      media(first: $pageSize) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Chart($patient: [IdentifierInput!]!, $destination: ID, $pageSize: Int!) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      destination\n      identifiers { value idType }\n      visits { id visitNumber }\n      # As the list of patients asks: in the cache it is the same field, so that the list shows what the chart has now.\n      newest: media(first: 1) { totalCount nodes { id serviceDateTime } }\n      timeline: media(first: 1000) {\n        totalCount\n        nodes { id documentType serviceDateTime visit { id } }\n      }\n      media(first: $pageSize) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  query Documents($patient: [IdentifierInput!]!, $destination: ID, $filter: MediaFilter, $pageSize: Int!, $after: String) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      media(filter: $filter, first: $pageSize, after: $after) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n"): (typeof documents)["\n  query Documents($patient: [IdentifierInput!]!, $destination: ID, $filter: MediaFilter, $pageSize: Int!, $after: String) {\n    patient(identifiers: $patient, destination: $destination) {\n      id\n      media(filter: $filter, first: $pageSize, after: $after) {\n        totalCount\n        asOf\n        pageInfo { hasNextPage endCursor }\n        nodes { ...DocumentFields }\n      }\n    }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation SaveDocument($input: SaveMediaInput!) {\n    saveMedia(input: $input) { accepted redoxLogIds }\n  }\n"): (typeof documents)["\n  mutation SaveDocument($input: SaveMediaInput!) {\n    saveMedia(input: $input) { accepted redoxLogIds }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation ReplaceDocument($input: ReplaceMediaInput!) {\n    replaceMedia(input: $input) { accepted redoxLogIds }\n  }\n"): (typeof documents)["\n  mutation ReplaceDocument($input: ReplaceMediaInput!) {\n    replaceMedia(input: $input) { accepted redoxLogIds }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  mutation DeleteDocument($input: DeleteMediaInput!) {\n    deleteMedia(input: $input) { accepted redoxLogIds }\n  }\n"): (typeof documents)["\n  mutation DeleteDocument($input: DeleteMediaInput!) {\n    deleteMedia(input: $input) { accepted redoxLogIds }\n  }\n"];
/**
 * The graphql function is used to parse GraphQL queries into a document that can be used by GraphQL clients.
 */
export function graphql(source: "\n  subscription ChartChanges($patients: [PatientInput!]!, $destination: ID, $after: String) {\n    mediaChanged(filter: { patients: $patients }, destination: $destination, after: $after) {\n      cursor\n      kind\n      documentType\n    }\n  }\n"): (typeof documents)["\n  subscription ChartChanges($patients: [PatientInput!]!, $destination: ID, $after: String) {\n    mediaChanged(filter: { patients: $patients }, destination: $destination, after: $after) {\n      cursor\n      kind\n      documentType\n    }\n  }\n"];

export function graphql(source: string) {
  return (documents as any)[source] ?? {};
}

export type DocumentType<TDocumentNode extends DocumentNode<any, any>> = TDocumentNode extends DocumentNode<  infer TType,  any>  ? TType  : never;