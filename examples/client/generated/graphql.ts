/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** An identifier to find a patient by. Both parts are compared exactly: no case folding, no trimming. */
export type IdentifierInput = {
  /** Redox's `IDType`, such as MR or EHRID. Must not be blank. */
  idType: string;
  /** Redox's `ID`. Must not be blank. Long numbers must be text: a JSON number is an ID only when it is a safe integer. */
  value: string | number;
};

export type PatientDocumentsQueryVariables = Exact<{
  identifier: IdentifierInput;
  documentTypes?: Array<string> | string | null | undefined;
  after?: string | null | undefined;
}>;


export type PatientDocumentsQuery = { patient: { media: { totalCount: number, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ documentId: string | null, documentType: string | null, fileName: string | null, serviceDateTime: string | null, visit: { visitNumber: string } | null }> } | null } | null };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}

export const PatientDocumentsDocument = {"__meta__":{"hash":"sha256:89f273516751feb9fe90685fdb219fd90f5a1ef05343b7e93584c734b4ee704b"}} as unknown as TypedDocumentString<PatientDocumentsQuery, PatientDocumentsQueryVariables>;