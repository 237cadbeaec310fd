/* eslint-disable */
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** Redox's Address. */
export type AddressInput = {
  /** Redox's City. */
  city?: string | null | undefined;
  /** Redox's Country. */
  country?: string | null | undefined;
  /** Redox's County. */
  county?: string | null | undefined;
  /** Redox's State. */
  state?: string | null | undefined;
  /** Redox's StreetAddress. */
  streetAddress?: string | null | undefined;
  /** Redox's ZIP. */
  zip?: string | null | undefined;
};

/** Whether a document is visible. */
export type Availability =
  /** Visible in the chart. */
  | 'AVAILABLE'
  /** Not visible in the chart, or not yet. */
  | 'UNAVAILABLE';

/** A file: give exactly one of the two. */
export type ContentInput = {
  /**
   * The file in base64 (RFC 4648), of either alphabet, with padding or without, in a variable. Above 200 kB the gateway uploads
   * it by itself; use `upload` for files above LIMIT_BASE64_BYTES (10 MiB).
   */
  base64?: string | null | undefined;
  /** The token that `POST /uploads` returned for the file. It is valid once, for the caller who uploaded the file, for one hour. */
  upload?: string | null | undefined;
};

/**
 * A span of time: from `from` (inclusive) to `to` (exclusive). A bound that is absent does not limit the span.
 * A document dated by the day matches when that day overlaps the span, in the offset of the bound: to search a day of your own
 * time zone, write its midnights with their offsets. Years and months are compared in the same way. A bound that is a day is
 * compared with the date as it is written, whatever its offset.
 * Documents without the date, or with a text in its place that is no date, are outside every span that has a bound.
 */
export type DateTimeRange = {
  /** The earliest date-time or day of the span. Absent: no lower bound. */
  from?: string | null | undefined;
  /** The first date-time or day after the span; must not be before `from`. Absent: no upper bound. */
  to?: string | null | undefined;
};

/** A document to delete. Redox requires the same description as when it was saved. */
export type DeleteMediaInput = {
  /** Whether the document has been authenticated; if so, name the `authenticator`. */
  authenticated?: boolean | null | undefined;
  /** The person who authenticated the document. */
  authenticator?: PersonInput | null | undefined;
  /** Whether the document is visible in the chart. */
  availability?: Availability;
  /**
   * A text of your choice. For ten minutes, the same caller gets the same payload for the same text and input, and nothing is
   * sent again; the same text with another input is BAD_USER_INPUT.
   */
  clientMutationId?: string | null | undefined;
  /** When the document was made. A date-time without an offset is UTC and is sent with `Z`. */
  creationDateTime?: string | null | undefined;
  /** Aliases of the destinations to send one message to; the default destination when absent. At least one. */
  destinations?: Array<string> | null | undefined;
  /** The Direct messaging address of the sender. */
  directAddressFrom?: string | null | undefined;
  /** The Direct messaging address of the receiver. */
  directAddressTo?: string | null | undefined;
  /** Free text. */
  documentDescription?: string | null | undefined;
  /** The DocumentID of the document to delete. Must not be blank. */
  documentId: string;
  /** The kind of document in the destination's own words, such as Consent Form. Must not be blank. */
  documentType: string;
  /** Name of the file. Must not be blank. */
  fileName: string;
  /** Label of the file's format, such as PDF or JPG. Must not be blank. */
  fileType: string;
  /** The persons to notify of the document. */
  notifications?: Array<PersonInput> | null | undefined;
  /** The orders of the document. */
  orders?: Array<OrderInput> | null | undefined;
  /** The patient of the document. */
  patient: PatientDetailsInput;
  /** The responsible provider. */
  provider: ProviderInput;
  /** When the documented service happened. A date-time without an offset is UTC and is sent with `Z`. */
  serviceDateTime?: string | null | undefined;
  /** The visit of the document. */
  visit?: VisitInput | null | undefined;
};

/** Redox's Patient.Demographics. */
export type DemographicsInput = {
  /** Redox's Address. */
  address?: AddressInput | null | undefined;
  /** Redox's Citizenship. */
  citizenship?: Array<string> | null | undefined;
  /** Redox's DeathDateTime. A date-time without an offset is UTC and is sent with `Z`. */
  deathDateTime?: string | null | undefined;
  /** Redox's DOB: a day that exists, as YYYY-MM-DD. */
  dob?: string | null | undefined;
  /** Redox's EmailAddresses. */
  emailAddresses?: Array<string> | null | undefined;
  /** Redox's FirstName. */
  firstName?: string | null | undefined;
  /** Redox's IsDeceased. */
  isDeceased?: boolean | null | undefined;
  /** Redox's IsHispanic. */
  isHispanic?: boolean | null | undefined;
  /** Redox's Language. */
  language?: string | null | undefined;
  /** Redox's LastName. */
  lastName?: string | null | undefined;
  /** Redox's MaritalStatus. */
  maritalStatus?: string | null | undefined;
  /** Redox's MiddleName. */
  middleName?: string | null | undefined;
  /** Redox's PhoneNumber. */
  phoneNumber?: PhoneNumberInput | null | undefined;
  /** Redox's Race. */
  race?: string | null | undefined;
  /** Redox's Religion. */
  religion?: string | null | undefined;
  /** Redox's Sex. */
  sex?: string | null | undefined;
  /** Redox's SSN. */
  ssn?: string | null | undefined;
};

/** An identifier to find a patient by. Both parts are compared exactly: no case folding, no trimming. */
export type IdentifierInput = {
  /** Redox's `IDType`, such as MR or EHRID. Must not be blank. */
  idType: string;
  /** Redox's `ID`. Must not be blank. Long numbers must be text: a JSON number is an ID only when it is a safe integer. */
  value: string;
};

/** Redox's Location. */
export type LocationInput = {
  /** Redox's Bed; of visits only. */
  bed?: string | null | undefined;
  /** Redox's Department. */
  department?: string | null | undefined;
  /** Redox's DepartmentIdentifiers. */
  departmentIdentifiers?: Array<IdentifierInput> | null | undefined;
  /** Redox's Facility. */
  facility?: string | null | undefined;
  /** Redox's FacilityIdentifiers. */
  facilityIdentifiers?: Array<IdentifierInput> | null | undefined;
  /** Redox's Room. */
  room?: string | null | undefined;
  /** Redox's Type. */
  type?: string | null | undefined;
};

/** What happened to a document. */
export type MediaChangeKind =
  /** A document was deleted (Redox's event Delete). */
  | 'DELETED'
  /** A document takes the place of another one, `originalDocumentId` (Redox's event Replace). */
  | 'REPLACED'
  /** A new document was filed (Redox's event New). */
  | 'SAVED';

/**
 * Which documents. Values inside a list are OR, different filters are AND. A filter that is absent or null does not
 * filter; an empty list matches nothing and costs no upstream call.
 */
export type MediaFilter = {
  /** Only documents made in this span. Applied by the gateway; does not reduce upstream calls. */
  created?: DateTimeRange | null | undefined;
  /** Only these documents. Sent upstream. */
  documentIds?: Array<string> | null | undefined;
  /**
   * Only documents of these types. Sent upstream; the destination compares them, and case, blanks and leading zeros may
   * differ in its response.
   */
  documentTypes?: Array<string> | null | undefined;
  /** Only files with these labels (`Media.fileType`), compared exactly. Applied by the gateway; does not reduce upstream calls. */
  fileTypes?: Array<string> | null | undefined;
  /** Only documents of services in this span. Applied by the gateway; does not reduce upstream calls. */
  serviced?: DateTimeRange | null | undefined;
  /** Only documents of these visits. Sent upstream. */
  visitNumbers?: Array<string> | null | undefined;
};

/** An order that a document belongs to. */
export type OrderInput = {
  /** Redox's ID. Must not be blank. */
  id?: string | null | undefined;
  /** Redox's Name. */
  name?: string | null | undefined;
};

/** The patient of a write. */
export type PatientDetailsInput = {
  /** Demographics of the patient. */
  demographics?: DemographicsInput | null | undefined;
  /** Identifiers of the patient; at least one. A caller whose rights cover only some patients may use only identifiers in those rights. */
  identifiers: Array<IdentifierInput>;
  /** Notes about the patient. */
  notes?: Array<string> | null | undefined;
};

/** A patient whose documents are queried. */
export type PatientInput = {
  /** Identifiers that the patient must ALL have. At least one. */
  identifiers: Array<IdentifierInput>;
};

/** A person who works at the health system. */
export type PersonInput = {
  /** Redox's Address. */
  address?: AddressInput | null | undefined;
  /** Redox's Credentials. */
  credentials?: Array<string> | null | undefined;
  /** Redox's EmailAddresses. */
  emailAddresses?: Array<string> | null | undefined;
  /** Redox's FirstName. */
  firstName?: string | null | undefined;
  /** Redox's ID. Must not be blank. */
  id?: string | null | undefined;
  /** Redox's IDType, such as NPI. Must not be blank. */
  idType?: string | null | undefined;
  /** Redox's LastName. */
  lastName?: string | null | undefined;
  /** Redox's Location. */
  location?: LocationInput | null | undefined;
  /** Redox's PhoneNumber. */
  phoneNumber?: PhoneNumberInput | null | undefined;
};

/** Redox's PhoneNumber; of providers, `office` only. */
export type PhoneNumberInput = {
  /** Redox's Home. */
  home?: string | null | undefined;
  /** Redox's Mobile. */
  mobile?: string | null | undefined;
  /** Redox's Office. */
  office?: string | null | undefined;
};

/** The responsible provider. */
export type ProviderInput = {
  /** Redox's Address. */
  address?: AddressInput | null | undefined;
  /** Redox's Credentials. */
  credentials?: Array<string> | null | undefined;
  /** Redox's EmailAddresses. */
  emailAddresses?: Array<string> | null | undefined;
  /** Redox's FirstName. */
  firstName?: string | null | undefined;
  /** Redox's ID. Must not be blank. */
  id: string;
  /** Redox's IDType, such as NPI. Must not be blank. */
  idType?: string | null | undefined;
  /** Redox's LastName. */
  lastName?: string | null | undefined;
  /** Redox's Location. */
  location?: LocationInput | null | undefined;
  /** Redox's PhoneNumber. */
  phoneNumber?: PhoneNumberInput | null | undefined;
};

/** A document to replace another one with. */
export type ReplaceMediaInput = {
  /** Whether the document has been authenticated; if so, name the `authenticator`. */
  authenticated?: boolean | null | undefined;
  /** The person who authenticated the document. */
  authenticator?: PersonInput | null | undefined;
  /** Whether the document is visible in the chart. */
  availability?: Availability;
  /**
   * A text of your choice. For ten minutes, the same caller gets the same payload for the same text and input, and nothing is
   * sent again; the same text with another input is BAD_USER_INPUT.
   */
  clientMutationId?: string | null | undefined;
  /** The file, either in base64 or as an upload token. */
  content: ContentInput;
  /** When the document was made. A date-time without an offset is UTC and is sent with `Z`. */
  creationDateTime?: string | null | undefined;
  /** Aliases of the destinations to send one message to; the default destination when absent. At least one. */
  destinations?: Array<string> | null | undefined;
  /** The Direct messaging address of the sender. */
  directAddressFrom?: string | null | undefined;
  /** The Direct messaging address of the receiver. */
  directAddressTo?: string | null | undefined;
  /** Free text. */
  documentDescription?: string | null | undefined;
  /** The DocumentID of the new document. Must not be blank. */
  documentId: string;
  /** The kind of document in the destination's own words, such as Consent Form. Must not be blank. */
  documentType: string;
  /** Name of the file. Must not be blank. */
  fileName: string;
  /** Label of the file's format, such as PDF or JPG. Must not be blank. */
  fileType: string;
  /** The persons to notify of the document. */
  notifications?: Array<PersonInput> | null | undefined;
  /** The orders of the document. */
  orders?: Array<OrderInput> | null | undefined;
  /** The DocumentID of the document to replace. Must not be blank. */
  originalDocumentId: string;
  /** The patient of the document. */
  patient: PatientDetailsInput;
  /** The responsible provider. */
  provider: ProviderInput;
  /** When the documented service happened. A date-time without an offset is UTC and is sent with `Z`. */
  serviceDateTime?: string | null | undefined;
  /** The visit of the document. */
  visit?: VisitInput | null | undefined;
};

/** A document to save. */
export type SaveMediaInput = {
  /** Whether the document has been authenticated; if so, name the `authenticator`. */
  authenticated?: boolean | null | undefined;
  /** The person who authenticated the document. */
  authenticator?: PersonInput | null | undefined;
  /** Whether the document is visible in the chart. */
  availability?: Availability;
  /**
   * A text of your choice. For ten minutes, the same caller gets the same payload for the same text and input, and nothing is
   * sent again; the same text with another input is BAD_USER_INPUT.
   */
  clientMutationId?: string | null | undefined;
  /** The file, either in base64 or as an upload token. */
  content: ContentInput;
  /** When the document was made. A date-time without an offset is UTC and is sent with `Z`. */
  creationDateTime?: string | null | undefined;
  /** Aliases of the destinations to send one message to; the default destination when absent. At least one. */
  destinations?: Array<string> | null | undefined;
  /** The Direct messaging address of the sender. */
  directAddressFrom?: string | null | undefined;
  /** The Direct messaging address of the receiver. */
  directAddressTo?: string | null | undefined;
  /** Free text. */
  documentDescription?: string | null | undefined;
  /** Its DocumentID, which you choose: later the document is found, replaced and deleted by it. Must not be blank. */
  documentId: string;
  /** The kind of document in the destination's own words, such as Consent Form. Must not be blank. */
  documentType: string;
  /** Name of the file. Must not be blank. */
  fileName: string;
  /** Label of the file's format, such as PDF or JPG. Must not be blank. */
  fileType: string;
  /** The persons to notify of the document. */
  notifications?: Array<PersonInput> | null | undefined;
  /** The orders of the document. */
  orders?: Array<OrderInput> | null | undefined;
  /** The patient of the document. */
  patient: PatientDetailsInput;
  /** The responsible provider. */
  provider: ProviderInput;
  /** When the documented service happened. A date-time without an offset is UTC and is sent with `Z`. */
  serviceDateTime?: string | null | undefined;
  /** The visit of the document. */
  visit?: VisitInput | null | undefined;
};

/** The visit of a write. */
export type VisitInput = {
  /** Redox's AccountNumber. Must not be blank. */
  accountNumber?: string | null | undefined;
  /** Where the visit takes place. */
  location?: LocationInput | null | undefined;
  /** Redox's VisitNumber. Must not be blank. */
  visitNumber?: string | null | undefined;
};

export type DocumentFieldsFragment = { id: string, destination: string, documentId: string | null, documentType: string | null, documentDescription: string | null, fileType: string | null, fileName: string | null, creationDateTime: string | null, serviceDateTime: string | null, contentReference: string | null, visit: { id: string, visitNumber: string } | null, content: { mediaType: string, byteLength: number, sha256: string, url: string } | null };

export type DestinationsQueryVariables = Exact<{ [key: string]: never; }>;


export type DestinationsQuery = { destinations: Array<{ id: string, isDefault: boolean }> };

export type PatientListQueryVariables = Exact<{
  patients: Array<PatientInput> | PatientInput;
  destination?: string | null | undefined;
}>;


export type PatientListQuery = { patients: Array<{ id: string, media: { totalCount: number, nodes: Array<{ id: string, serviceDateTime: string | null }> } | null } | null> };

export type ChartQueryVariables = Exact<{
  patient: Array<IdentifierInput> | IdentifierInput;
  destination?: string | null | undefined;
  pageSize: number;
}>;


export type ChartQuery = { patient: { id: string, destination: string, identifiers: Array<{ value: string, idType: string }> | null, visits: Array<{ id: string, visitNumber: string }> | null, newest: { totalCount: number, nodes: Array<{ id: string, serviceDateTime: string | null }> } | null, timeline: { totalCount: number, nodes: Array<{ id: string, documentType: string | null, serviceDateTime: string | null, visit: { id: string } | null }> } | null, media: { totalCount: number, asOf: string, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, destination: string, documentId: string | null, documentType: string | null, documentDescription: string | null, fileType: string | null, fileName: string | null, creationDateTime: string | null, serviceDateTime: string | null, contentReference: string | null, visit: { id: string, visitNumber: string } | null, content: { mediaType: string, byteLength: number, sha256: string, url: string } | null }> } | null } | null };

export type DocumentsQueryVariables = Exact<{
  patient: Array<IdentifierInput> | IdentifierInput;
  destination?: string | null | undefined;
  filter?: MediaFilter | null | undefined;
  pageSize: number;
  after?: string | null | undefined;
}>;


export type DocumentsQuery = { patient: { id: string, media: { totalCount: number, asOf: string, pageInfo: { hasNextPage: boolean, endCursor: string | null }, nodes: Array<{ id: string, destination: string, documentId: string | null, documentType: string | null, documentDescription: string | null, fileType: string | null, fileName: string | null, creationDateTime: string | null, serviceDateTime: string | null, contentReference: string | null, visit: { id: string, visitNumber: string } | null, content: { mediaType: string, byteLength: number, sha256: string, url: string } | null }> } | null } | null };

export type SaveDocumentMutationVariables = Exact<{
  input: SaveMediaInput;
}>;


export type SaveDocumentMutation = { saveMedia: { accepted: boolean, redoxLogIds: Array<string> } | null };

export type ReplaceDocumentMutationVariables = Exact<{
  input: ReplaceMediaInput;
}>;


export type ReplaceDocumentMutation = { replaceMedia: { accepted: boolean, redoxLogIds: Array<string> } | null };

export type DeleteDocumentMutationVariables = Exact<{
  input: DeleteMediaInput;
}>;


export type DeleteDocumentMutation = { deleteMedia: { accepted: boolean, redoxLogIds: Array<string> } | null };

export type ChartChangesSubscriptionVariables = Exact<{
  patients: Array<PatientInput> | PatientInput;
  destination?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type ChartChangesSubscription = { mediaChanged: { cursor: string, kind: MediaChangeKind, documentType: string | null } };

export const DocumentFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Media"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"documentType"}},{"kind":"Field","name":{"kind":"Name","value":"documentDescription"}},{"kind":"Field","name":{"kind":"Name","value":"fileType"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"creationDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"serviceDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"contentReference"}},{"kind":"Field","name":{"kind":"Name","value":"visit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"visitNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mediaType"}},{"kind":"Field","name":{"kind":"Name","value":"byteLength"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"expiresIn"},"value":{"kind":"IntValue","value":"3600"}}]}]}}]}}]} as unknown as DocumentNode<DocumentFieldsFragment, unknown>;
export const DestinationsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Destinations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"destinations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isDefault"}}]}}]}}]} as unknown as DocumentNode<DestinationsQuery, DestinationsQueryVariables>;
export const PatientListDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PatientList"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"patients"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PatientInput"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"destination"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"patients"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"patients"},"value":{"kind":"Variable","name":{"kind":"Name","value":"patients"}}},{"kind":"Argument","name":{"kind":"Name","value":"destination"},"value":{"kind":"Variable","name":{"kind":"Name","value":"destination"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"media"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"serviceDateTime"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PatientListQuery, PatientListQueryVariables>;
export const ChartDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Chart"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"patient"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IdentifierInput"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"destination"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"pageSize"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"patient"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"identifiers"},"value":{"kind":"Variable","name":{"kind":"Name","value":"patient"}}},{"kind":"Argument","name":{"kind":"Name","value":"destination"},"value":{"kind":"Variable","name":{"kind":"Name","value":"destination"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"identifiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"idType"}}]}},{"kind":"Field","name":{"kind":"Name","value":"visits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"visitNumber"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"newest"},"name":{"kind":"Name","value":"media"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"serviceDateTime"}}]}}]}},{"kind":"Field","alias":{"kind":"Name","value":"timeline"},"name":{"kind":"Name","value":"media"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1000"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"documentType"}},{"kind":"Field","name":{"kind":"Name","value":"serviceDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"visit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"media"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"pageSize"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DocumentFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Media"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"documentType"}},{"kind":"Field","name":{"kind":"Name","value":"documentDescription"}},{"kind":"Field","name":{"kind":"Name","value":"fileType"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"creationDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"serviceDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"contentReference"}},{"kind":"Field","name":{"kind":"Name","value":"visit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"visitNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mediaType"}},{"kind":"Field","name":{"kind":"Name","value":"byteLength"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"expiresIn"},"value":{"kind":"IntValue","value":"3600"}}]}]}}]}}]} as unknown as DocumentNode<ChartQuery, ChartQueryVariables>;
export const DocumentsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Documents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"patient"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IdentifierInput"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"destination"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"MediaFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"pageSize"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"patient"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"identifiers"},"value":{"kind":"Variable","name":{"kind":"Name","value":"patient"}}},{"kind":"Argument","name":{"kind":"Name","value":"destination"},"value":{"kind":"Variable","name":{"kind":"Name","value":"destination"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"media"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"pageSize"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"asOf"}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"DocumentFields"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"DocumentFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Media"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"destination"}},{"kind":"Field","name":{"kind":"Name","value":"documentId"}},{"kind":"Field","name":{"kind":"Name","value":"documentType"}},{"kind":"Field","name":{"kind":"Name","value":"documentDescription"}},{"kind":"Field","name":{"kind":"Name","value":"fileType"}},{"kind":"Field","name":{"kind":"Name","value":"fileName"}},{"kind":"Field","name":{"kind":"Name","value":"creationDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"serviceDateTime"}},{"kind":"Field","name":{"kind":"Name","value":"contentReference"}},{"kind":"Field","name":{"kind":"Name","value":"visit"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"visitNumber"}}]}},{"kind":"Field","name":{"kind":"Name","value":"content"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mediaType"}},{"kind":"Field","name":{"kind":"Name","value":"byteLength"}},{"kind":"Field","name":{"kind":"Name","value":"sha256"}},{"kind":"Field","name":{"kind":"Name","value":"url"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"expiresIn"},"value":{"kind":"IntValue","value":"3600"}}]}]}}]}}]} as unknown as DocumentNode<DocumentsQuery, DocumentsQueryVariables>;
export const SaveDocumentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SaveDocument"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SaveMediaInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"saveMedia"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accepted"}},{"kind":"Field","name":{"kind":"Name","value":"redoxLogIds"}}]}}]}}]} as unknown as DocumentNode<SaveDocumentMutation, SaveDocumentMutationVariables>;
export const ReplaceDocumentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplaceDocument"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReplaceMediaInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replaceMedia"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accepted"}},{"kind":"Field","name":{"kind":"Name","value":"redoxLogIds"}}]}}]}}]} as unknown as DocumentNode<ReplaceDocumentMutation, ReplaceDocumentMutationVariables>;
export const DeleteDocumentDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteDocument"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteMediaInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteMedia"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accepted"}},{"kind":"Field","name":{"kind":"Name","value":"redoxLogIds"}}]}}]}}]} as unknown as DocumentNode<DeleteDocumentMutation, DeleteDocumentMutationVariables>;
export const ChartChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"ChartChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"patients"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PatientInput"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"destination"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mediaChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"patients"},"value":{"kind":"Variable","name":{"kind":"Name","value":"patients"}}}]}},{"kind":"Argument","name":{"kind":"Name","value":"destination"},"value":{"kind":"Variable","name":{"kind":"Name","value":"destination"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"documentType"}}]}}]}}]} as unknown as DocumentNode<ChartChangesSubscription, ChartChangesSubscriptionVariables>;