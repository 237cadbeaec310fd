import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { PatientModel, VisitModel, MediaModel, ContentModel, ConnectionModel, EdgeModel, NodeModel } from '../graphql/nodes/models.ts';
import type { Identifier as RedoxIdentifier } from '../redox/messages.ts';
import type { AcceptedWrite } from '../writes/media-write.ts';
import type { MediaChangeEvent } from '../events/changes.ts';
import type { Provider as RedoxProvider } from '../events/media-change.ts';
import type { Context } from '../graphql/server/context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = T | null | undefined;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  /**
   * A date-time or a day in ISO 8601: `2026-03-04T15:20:11.402Z`, `2026-03-04T10:20:11-05:00` or `2026-03-04`.
   * In responses: exactly as the destination sent it, with its offset and precision, so a date without a time stays one; it may
   * also be a year, a month, HL7's `20260304152011-0500`, or no date at all.
   * In arguments: a day or a date-time on a day that exists; a date-time without an offset is UTC. DateTimeRange describes how
   * days and date-times are compared.
   */
  DateTime: { input: string; output: string; }
  _FieldSet: { input: string; output: string; }
};

/** Redox's Address. */
export type AddressInput = {
  /** Redox's City. */
  city?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Country. */
  country?: InputMaybe<Scalars['String']['input']>;
  /** Redox's County. */
  county?: InputMaybe<Scalars['String']['input']>;
  /** Redox's State. */
  state?: InputMaybe<Scalars['String']['input']>;
  /** Redox's StreetAddress. */
  streetAddress?: InputMaybe<Scalars['String']['input']>;
  /** Redox's ZIP. */
  zip?: InputMaybe<Scalars['String']['input']>;
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
  base64?: InputMaybe<Scalars['String']['input']>;
  /** The token that `POST /uploads` returned for the file. It is valid once, for the caller who uploaded the file, for one hour. */
  upload?: InputMaybe<Scalars['ID']['input']>;
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
  from?: InputMaybe<Scalars['DateTime']['input']>;
  /** The first date-time or day after the span; must not be before `from`. Absent: no upper bound. */
  to?: InputMaybe<Scalars['DateTime']['input']>;
};

/** A document to delete. Redox requires the same description as when it was saved. */
export type DeleteMediaInput = {
  /** Whether the document has been authenticated; if so, name the `authenticator`. */
  authenticated?: InputMaybe<Scalars['Boolean']['input']>;
  /** The person who authenticated the document. */
  authenticator?: InputMaybe<PersonInput>;
  /** Whether the document is visible in the chart. */
  availability?: Availability;
  /**
   * A text of your choice. For ten minutes, the same caller gets the same payload for the same text and input, and nothing is
   * sent again; the same text with another input is BAD_USER_INPUT.
   */
  clientMutationId?: InputMaybe<Scalars['String']['input']>;
  /** When the document was made. A date-time without an offset is UTC and is sent with `Z`. */
  creationDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** Aliases of the destinations to send one message to; the default destination when absent. At least one. */
  destinations?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The Direct messaging address of the sender. */
  directAddressFrom?: InputMaybe<Scalars['String']['input']>;
  /** The Direct messaging address of the receiver. */
  directAddressTo?: InputMaybe<Scalars['String']['input']>;
  /** Free text. */
  documentDescription?: InputMaybe<Scalars['String']['input']>;
  /** The DocumentID of the document to delete. Must not be blank. */
  documentId: Scalars['ID']['input'];
  /** The kind of document in the destination's own words, such as Consent Form. Must not be blank. */
  documentType: Scalars['String']['input'];
  /** Name of the file. Must not be blank. */
  fileName: Scalars['String']['input'];
  /** Label of the file's format, such as PDF or JPG. Must not be blank. */
  fileType: Scalars['String']['input'];
  /** The persons to notify of the document. */
  notifications?: InputMaybe<Array<PersonInput>>;
  /** The orders of the document. */
  orders?: InputMaybe<Array<OrderInput>>;
  /** The patient of the document. */
  patient: PatientDetailsInput;
  /** The responsible provider. */
  provider: ProviderInput;
  /** When the documented service happened. A date-time without an offset is UTC and is sent with `Z`. */
  serviceDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** The visit of the document. */
  visit?: InputMaybe<VisitInput>;
};

/** The result of `deleteMedia`. */
export type DeleteMediaPayload = {
  __typename?: 'DeleteMediaPayload';
  /** Always true: a message that Redox does not accept is an error. An accepted deletion is not yet carried out in the chart. */
  accepted: Scalars['Boolean']['output'];
  /** The `clientMutationId` that was given, if any. */
  clientMutationId?: Maybe<Scalars['String']['output']>;
  /**
   * The document, if its first destination still has it. Null: it is gone. Costs one upstream call, only when fields of it are
   * selected.
   */
  media?: Maybe<Media>;
  /** Redox's ids for its log of the message. */
  redoxLogIds: Array<Scalars['ID']['output']>;
};

/** Redox's Patient.Demographics. */
export type DemographicsInput = {
  /** Redox's Address. */
  address?: InputMaybe<AddressInput>;
  /** Redox's Citizenship. */
  citizenship?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Redox's DeathDateTime. A date-time without an offset is UTC and is sent with `Z`. */
  deathDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** Redox's DOB: a day that exists, as YYYY-MM-DD. */
  dob?: InputMaybe<Scalars['String']['input']>;
  /** Redox's EmailAddresses. */
  emailAddresses?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Redox's FirstName. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's IsDeceased. */
  isDeceased?: InputMaybe<Scalars['Boolean']['input']>;
  /** Redox's IsHispanic. */
  isHispanic?: InputMaybe<Scalars['Boolean']['input']>;
  /** Redox's Language. */
  language?: InputMaybe<Scalars['String']['input']>;
  /** Redox's LastName. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's MaritalStatus. */
  maritalStatus?: InputMaybe<Scalars['String']['input']>;
  /** Redox's MiddleName. */
  middleName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's PhoneNumber. */
  phoneNumber?: InputMaybe<PhoneNumberInput>;
  /** Redox's Race. */
  race?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Religion. */
  religion?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Sex. */
  sex?: InputMaybe<Scalars['String']['input']>;
  /** Redox's SSN. */
  ssn?: InputMaybe<Scalars['String']['input']>;
};

/** A health system behind Redox, known by the alias that the gateway's operators gave it. */
export type Destination = {
  __typename?: 'Destination';
  /** The alias, as every `destination` argument takes it. */
  id: Scalars['ID']['output'];
  /** True for the destination that is queried when an argument does not name one. */
  isDefault: Scalars['Boolean']['output'];
};

/** One of a patient's identifiers, as Redox has it. */
export type Identifier = {
  __typename?: 'Identifier';
  /** Redox's `IDType`, such as MR or EHRID. Each health system defines its own. */
  idType: Scalars['String']['output'];
  /**
   * Redox's `ID`, exactly as sent. It is not named `id`, because normalised client caches take `id` for the identity of an
   * object, and identifiers of different types may have the same value.
   */
  value: Scalars['ID']['output'];
};

/** An identifier to find a patient by. Both parts are compared exactly: no case folding, no trimming. */
export type IdentifierInput = {
  /** Redox's `IDType`, such as MR or EHRID. Must not be blank. */
  idType: Scalars['String']['input'];
  /** Redox's `ID`. Must not be blank. Long numbers must be text: a JSON number is an ID only when it is a safe integer. */
  value: Scalars['ID']['input'];
};

/** Redox's Location. */
export type LocationInput = {
  /** Redox's Bed; of visits only. */
  bed?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Department. */
  department?: InputMaybe<Scalars['String']['input']>;
  /** Redox's DepartmentIdentifiers. */
  departmentIdentifiers?: InputMaybe<Array<IdentifierInput>>;
  /** Redox's Facility. */
  facility?: InputMaybe<Scalars['String']['input']>;
  /** Redox's FacilityIdentifiers. */
  facilityIdentifiers?: InputMaybe<Array<IdentifierInput>>;
  /** Redox's Room. */
  room?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Type. */
  type?: InputMaybe<Scalars['String']['input']>;
};

/**
 * One document of a chart: a photo, scan, consent form, voice memo. Its plain fields are what the destination sent, at no
 * further cost; each is null when the destination did not send it.
 */
export type Media = Node & {
  __typename?: 'Media';
  /**
   * The file itself, which the destination sent as base64 or as a `data:` URI. Null: it sent no contents with the document (see
   * `contentReference`). Error CONTENT_UNDECODABLE: it sent something that is not a file, such as plain text.
   */
  content?: Maybe<MediaContent>;
  /**
   * What the destination sent in place of contents: an absolute http, https or urn URI without blanks, of at most 2,000
   * bytes. It is passed on as it is; the gateway never fetches it. Null: there was none; anything else in its place counts as
   * contents.
   */
  contentReference?: Maybe<Scalars['String']['output']>;
  /** When the document was made. Null: not sent. */
  creationDateTime?: Maybe<Scalars['DateTime']['output']>;
  /** Alias of the destination that was queried. */
  destination: Scalars['ID']['output'];
  /** Free text of the destination. Null: not sent. */
  documentDescription?: Maybe<Scalars['String']['output']>;
  /** Redox's DocumentID. Null: the destination did not send one. */
  documentId?: Maybe<Scalars['ID']['output']>;
  /** Kind of document in the destination's own words, such as Consent Form. Null: not sent. */
  documentType?: Maybe<Scalars['String']['output']>;
  /** Name of the file as sent, often without an extension. Null: not sent. */
  fileName?: Maybe<Scalars['String']['output']>;
  /** Label of the file's format as sent, such as PDF or JPG; not a media type (see `content.mediaType`). Null: not sent. */
  fileType?: Maybe<Scalars['String']['output']>;
  /** Sealed id of this document, also of one without a `documentId`. Two versions under one `documentId` have two ids. */
  id: Scalars['ID']['output'];
  /**
   * The patient of the document. Null: the destination does not say. Costs nothing by itself, and neither do its `identifiers`,
   * which are those on the document. Its other fields cost nothing either when a patient above has already loaded them; otherwise
   * they query for the patient who has all identifiers on the document.
   */
  patient?: Maybe<Patient>;
  /** When the documented service happened. Null: not sent. */
  serviceDateTime?: Maybe<Scalars['DateTime']['output']>;
  /** The visit of the document. Null: the destination does not say. Costs nothing by itself. */
  visit?: Maybe<Visit>;
};

/**
 * One event of one document. Its plain fields are what the event says, at no cost; each is null when it does not say. It holds no
 * file: select `media`.
 */
export type MediaChange = {
  __typename?: 'MediaChange';
  /** Whether the document has been authenticated. Null: the event does not say. */
  authenticated?: Maybe<Scalars['Boolean']['output']>;
  /** The person who authenticated the document. Null: the event names none. */
  authenticator?: Maybe<Provider>;
  /** Whether the document is visible in the chart. Null: the event does not say. */
  availability?: Maybe<Availability>;
  /** When the document was made. Null: the event does not say. */
  creationDateTime?: Maybe<Scalars['DateTime']['output']>;
  /** Opaque and sealed: pass it as `after` to continue after this event. */
  cursor: Scalars['String']['output'];
  /** Alias of the destination that the event came from. */
  destination: Scalars['ID']['output'];
  /** Free text of the destination. Null: the event does not say. */
  documentDescription?: Maybe<Scalars['String']['output']>;
  /** Redox's DocumentID; of REPLACED, that of the new document. Null: the event does not say. */
  documentId?: Maybe<Scalars['ID']['output']>;
  /** Kind of document in the destination's own words, such as Consent Form. Null: the event does not say. */
  documentType?: Maybe<Scalars['String']['output']>;
  /** Name of the file as sent, often without an extension. Null: the event does not say. */
  fileName?: Maybe<Scalars['String']['output']>;
  /** Label of the file's format as sent, such as PDF or JPG. Null: the event does not say. */
  fileType?: Maybe<Scalars['String']['output']>;
  /** What happened to the document. */
  kind: MediaChangeKind;
  /**
   * The document as its destination has it now. Costs one upstream call, made after the event. Null: the destination does not have
   * it, or not yet; the event has no `documentId`; or the document was deleted, which costs no call. Error UPSTREAM_PROTOCOL: the
   * event names no patient, and documents of several patients have its `documentId`.
   */
  media?: Maybe<Media>;
  /** Redox's OriginalDocumentID: the document that was replaced. Null: nothing was, or the event does not say. */
  originalDocumentId?: Maybe<Scalars['ID']['output']>;
  /**
   * The patient of the document, with the identifiers that the event names, first those of `filter.patients`. Null: the event names
   * none. Costs nothing by itself; `media` and `visits` below it cost one upstream call.
   */
  patient?: Maybe<Patient>;
  /** The responsible provider, whom the documents of queries do not name. Null: the event names none. */
  provider?: Maybe<Provider>;
  /** When the gateway recorded the event. */
  receivedAt: Scalars['DateTime']['output'];
  /** When the documented service happened. Null: the event does not say. */
  serviceDateTime?: Maybe<Scalars['DateTime']['output']>;
  /** The visit of the document. Null: the event names none. Costs nothing by itself; `media` below it costs one upstream call. */
  visit?: Maybe<Visit>;
};

/**
 * Which events. Values inside a list are OR, different filters are AND. A filter that is absent or null does not filter; an empty
 * list matches nothing.
 */
export type MediaChangeFilter = {
  /** Only documents of these types. Case, blanks and leading zeros may differ. */
  documentTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only events of these kinds. */
  kinds?: InputMaybe<Array<MediaChangeKind>>;
  /**
   * Only events about these patients, each of whom must have all the identifiers given, compared exactly. An event that names no
   * patient matches none of them. Required for callers whose rights cover only some patients.
   */
  patients?: InputMaybe<Array<PatientInput>>;
  /** Only events about these visits. Case, blanks and leading zeros may differ. */
  visitNumbers?: InputMaybe<Array<Scalars['ID']['input']>>;
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
 * A page of documents. The gateway cuts pages from the complete list. As long as the list is remembered (RECENT_SECONDS), a cursor
 * leads to further pages of the same list without an upstream call, so that no document is repeated or skipped when others are
 * added or deleted meanwhile. Afterwards the list is fetched again, and the page continues after the cursor's place in the order.
 */
export type MediaConnection = {
  __typename?: 'MediaConnection';
  /**
   * When Redox sent the list that the page was cut from; where several upstream calls were needed, the earliest of their responses.
   * It lies in the past where a remembered list was used: for a page by its cursor, or with `Cache-Control: max-age`. Costs no
   * upstream call.
   */
  asOf: Scalars['DateTime']['output'];
  /** The page's documents, each with its cursor. */
  edges: Array<MediaEdge>;
  /** The page's documents alone. */
  nodes: Array<Media>;
  /** Where the page lies in the complete list. */
  pageInfo: PageInfo;
  /** How many documents match, on all pages together. */
  totalCount: Scalars['Int']['output'];
};

/** The bytes of a document's file. */
export type MediaContent = {
  __typename?: 'MediaContent';
  /** The file in base64, for small files only: above `maxBytes` it is null with the error CONTENT_TOO_LARGE. */
  base64?: Maybe<Scalars['String']['output']>;
  /** Size of the decoded file in bytes. */
  byteLength: Scalars['Int']['output'];
  /**
   * IANA media type: from an unmistakable signature in the bytes, else from the document's `fileType`, else from the `data:` URI
   * that the file came in, else from other features of the bytes, else `application/octet-stream`.
   */
  mediaType: Scalars['String']['output'];
  /** SHA-256 of the decoded file, in lower-case hex. */
  sha256: Scalars['String']['output'];
  /**
   * Link to the file itself, for `<img>`, `<audio>` and downloads. It works without a token unless the gateway's setting
   * CONTENT_LINKS says otherwise, so treat it as a secret. Creating it costs nothing. Using it costs no upstream call while the file
   * is remembered (RECENT_SECONDS); afterwards, links that are used at the same time share one call.
   */
  url: Scalars['String']['output'];
};


/** The bytes of a document's file. */
export type MediaContentBase64Args = {
  maxBytes?: InputMaybe<Scalars['Int']['input']>;
};


/** The bytes of a document's file. */
export type MediaContentUrlArgs = {
  download?: InputMaybe<Scalars['Boolean']['input']>;
  expiresIn?: InputMaybe<Scalars['Int']['input']>;
};

/** A document and its place in the list. */
export type MediaEdge = {
  __typename?: 'MediaEdge';
  /**
   * Opaque and sealed: pass it as `after` or `before` of the same list, which is the same field with the same arguments except those
   * of the page, read with the same rights. A cursor of another list is BAD_USER_INPUT.
   */
  cursor: Scalars['String']['output'];
  /** The document. */
  node: Media;
};

/**
 * Which documents. Values inside a list are OR, different filters are AND. A filter that is absent or null does not
 * filter; an empty list matches nothing and costs no upstream call.
 */
export type MediaFilter = {
  /** Only documents made in this span. Applied by the gateway; does not reduce upstream calls. */
  created?: InputMaybe<DateTimeRange>;
  /** Only these documents. Sent upstream. */
  documentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /**
   * Only documents of these types. Sent upstream; the destination compares them, and case, blanks and leading zeros may
   * differ in its response.
   */
  documentTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only files with these labels (`Media.fileType`), compared exactly. Applied by the gateway; does not reduce upstream calls. */
  fileTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only documents of services in this span. Applied by the gateway; does not reduce upstream calls. */
  serviced?: InputMaybe<DateTimeRange>;
  /** Only documents of these visits. Sent upstream. */
  visitNumbers?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/**
 * Order of documents. Documents without the field come last in either direction; ties are broken so that the order is
 * total and stable.
 */
export type MediaOrder = {
  /** ASC: smallest or oldest first. DESC: greatest or newest first. */
  direction?: OrderDirection;
  /** The field to order by. */
  field: MediaOrderField;
};

/** Fields that documents can be ordered by. */
export type MediaOrderField =
  /**
   * `Media.creationDateTime`, in time; a day, month or year counts as its beginning, in UTC. Text that is no date counts as
   * missing.
   */
  | 'CREATION_DATE_TIME'
  /** `Media.documentType`, compared exactly, character by character. */
  | 'DOCUMENT_TYPE'
  /** `Media.fileName`, compared exactly, character by character. */
  | 'FILE_NAME'
  /**
   * `Media.serviceDateTime`, in time; a day, month or year counts as its beginning, in UTC. Text that is no date counts as
   * missing.
   */
  | 'SERVICE_DATE_TIME';

/**
 * Which documents, across patients: at least one of `patients`, `visitNumbers` and `documentIds` must be given, since
 * Redox has no query without them. Values inside a list are OR, different filters are AND. A filter that is absent or
 * null does not filter; an empty list matches nothing and costs no upstream call.
 */
export type MediaSearchFilter = {
  /** Only documents made in this span. Applied by the gateway; does not reduce upstream calls. */
  created?: InputMaybe<DateTimeRange>;
  /** Only these documents. Sent upstream. */
  documentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  /**
   * Only documents of these types. Sent upstream; the destination compares them, and case, blanks and leading zeros may
   * differ in its response.
   */
  documentTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only files with these labels (`Media.fileType`), compared exactly. Applied by the gateway; does not reduce upstream calls. */
  fileTypes?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Only documents of these patients. Sent upstream. */
  patients?: InputMaybe<Array<PatientInput>>;
  /** Only documents of services in this span. Applied by the gateway; does not reduce upstream calls. */
  serviced?: InputMaybe<DateTimeRange>;
  /** Only documents of these visits. Sent upstream. */
  visitNumbers?: InputMaybe<Array<Scalars['ID']['input']>>;
};

/**
 * Writes are asynchronous at Redox: `accepted` means that Redox has accepted the message and will pass it on, not that the
 * document is filed in a chart. The gateway sends nothing twice: with a `clientMutationId` a mutation can be repeated safely.
 * The mutations of one operation are sent one after the other and are independent: one that is refused or fails is null with
 * its error, and the others are sent nonetheless.
 */
export type Mutation = {
  __typename?: 'Mutation';
  /** Deletes a document (Redox's event Delete). Costs one upstream call. Null: the mutation failed; its error says why. */
  deleteMedia?: Maybe<DeleteMediaPayload>;
  /**
   * Replaces a document by another one (Redox's event Replace). Costs what `saveMedia` costs. Null: the mutation
   * failed; its error says why.
   */
  replaceMedia?: Maybe<ReplaceMediaPayload>;
  /**
   * Saves a new document (Redox's event New). Costs one upstream call, and one more upload for larger contents. Null: the
   * mutation failed; its error says why.
   */
  saveMedia?: Maybe<SaveMediaPayload>;
};


/**
 * Writes are asynchronous at Redox: `accepted` means that Redox has accepted the message and will pass it on, not that the
 * document is filed in a chart. The gateway sends nothing twice: with a `clientMutationId` a mutation can be repeated safely.
 * The mutations of one operation are sent one after the other and are independent: one that is refused or fails is null with
 * its error, and the others are sent nonetheless.
 */
export type MutationDeleteMediaArgs = {
  input: DeleteMediaInput;
};


/**
 * Writes are asynchronous at Redox: `accepted` means that Redox has accepted the message and will pass it on, not that the
 * document is filed in a chart. The gateway sends nothing twice: with a `clientMutationId` a mutation can be repeated safely.
 * The mutations of one operation are sent one after the other and are independent: one that is refused or fails is null with
 * its error, and the others are sent nonetheless.
 */
export type MutationReplaceMediaArgs = {
  input: ReplaceMediaInput;
};


/**
 * Writes are asynchronous at Redox: `accepted` means that Redox has accepted the message and will pass it on, not that the
 * document is filed in a chart. The gateway sends nothing twice: with a `clientMutationId` a mutation can be repeated safely.
 * The mutations of one operation are sent one after the other and are independent: one that is refused or fails is null with
 * its error, and the others are sent nonetheless.
 */
export type MutationSaveMediaArgs = {
  input: SaveMediaInput;
};

/** An object that can be fetched again by its `id`. */
export type Node = {
  /**
   * Opaque and sealed: it holds no readable patient data, cannot be forged, and stays the same as long as the gateway's
   * secret does. Costs no upstream call.
   */
  id: Scalars['ID']['output'];
};

/** A direction to order in. */
export type OrderDirection =
  /** Smallest or oldest first. */
  | 'ASC'
  /** Greatest or newest first. */
  | 'DESC';

/** An order that a document belongs to. */
export type OrderInput = {
  /** Redox's ID. Must not be blank. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** Redox's Name. */
  name?: InputMaybe<Scalars['String']['input']>;
};

/** The place of a page in the complete list. */
export type PageInfo = {
  __typename?: 'PageInfo';
  /** Cursor of the page's last document. Null: the page is empty. */
  endCursor?: Maybe<Scalars['String']['output']>;
  /**
   * As in Relay's Cursor Connections. With `first`: true when more documents follow, up to `before` where that is given.
   * Else: true when documents follow, those from `before` on among them.
   */
  hasNextPage: Scalars['Boolean']['output'];
  /**
   * As in Relay's Cursor Connections. With `last`: true when more documents precede, down to `after` where that is given.
   * Else: true when documents precede, those up to `after` among them.
   */
  hasPreviousPage: Scalars['Boolean']['output'];
  /** Cursor of the page's first document. Null: the page is empty. */
  startCursor?: Maybe<Scalars['String']['output']>;
};

/** A patient of one destination, known only through documents. */
export type Patient = Node & {
  __typename?: 'Patient';
  /** Alias of the destination that was queried. Costs no upstream call. */
  destination: Scalars['ID']['output'];
  /**
   * Sealed id of this patient, made of the identifiers it was requested by, or of all identifiers on the document it was reached
   * through. Costs no upstream call. The same patient has another id when it is reached by other identifiers or in the other way; a
   * patient reached again below itself keeps its id.
   */
  id: Scalars['ID']['output'];
  /**
   * The first identifier that this patient was requested by; for a patient reached through a document, the first one on the
   * document. Costs no upstream call.
   */
  identifier: Identifier;
  /**
   * For a patient reached through a document: the identifiers on the document, at no cost. For a patient requested by identifiers:
   * those, and all that the destination reports on the patient's documents; costs as much as `media` without a filter.
   */
  identifiers?: Maybe<Array<Identifier>>;
  /**
   * The patient's documents. Costs one upstream call for all patients of the operation together (up to 100 a call), and none
   * when a field that is already loaded contains them. UNATTRIBUTED: the destination sent documents that do not name this
   * patient by the requested identifiers, or sent none of a patient who was reached through a document; the chart is not empty.
   */
  media?: Maybe<MediaConnection>;
  /**
   * One of the patient's visits by its number. Costs no upstream call by itself and does not say whether the visit exists: an
   * unknown visit has no media.
   */
  visit?: Maybe<Visit>;
  /**
   * The distinct visits of the patient's documents, the one with the newest service date first. Documents without a visit
   * are in `media` only. Costs as much as `media` without a filter.
   */
  visits?: Maybe<Array<Visit>>;
};


/** A patient of one destination, known only through documents. */
export type PatientMediaArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MediaFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MediaOrder>;
};


/** A patient of one destination, known only through documents. */
export type PatientVisitArgs = {
  visitNumber: Scalars['ID']['input'];
};

/** The patient of a write. */
export type PatientDetailsInput = {
  /** Demographics of the patient. */
  demographics?: InputMaybe<DemographicsInput>;
  /** Identifiers of the patient; at least one. A caller whose rights cover only some patients may use only identifiers in those rights. */
  identifiers: Array<IdentifierInput>;
  /** Notes about the patient. */
  notes?: InputMaybe<Array<Scalars['String']['input']>>;
};

/** A patient whose documents are queried. */
export type PatientInput = {
  /** Identifiers that the patient must ALL have. At least one. */
  identifiers: Array<IdentifierInput>;
};

/** A person who works at the health system. */
export type PersonInput = {
  /** Redox's Address. */
  address?: InputMaybe<AddressInput>;
  /** Redox's Credentials. */
  credentials?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Redox's EmailAddresses. */
  emailAddresses?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Redox's FirstName. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's ID. Must not be blank. */
  id?: InputMaybe<Scalars['ID']['input']>;
  /** Redox's IDType, such as NPI. Must not be blank. */
  idType?: InputMaybe<Scalars['String']['input']>;
  /** Redox's LastName. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Location. */
  location?: InputMaybe<LocationInput>;
  /** Redox's PhoneNumber. */
  phoneNumber?: InputMaybe<PhoneNumberInput>;
};

/** Redox's PhoneNumber; of providers, `office` only. */
export type PhoneNumberInput = {
  /** Redox's Home. */
  home?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Mobile. */
  mobile?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Office. */
  office?: InputMaybe<Scalars['String']['input']>;
};

/** A provider, or the person who authenticated a document, as an event names them. */
export type Provider = {
  __typename?: 'Provider';
  /** Redox's Credentials, such as MD; empty when there are none. */
  credentials: Array<Scalars['String']['output']>;
  /** Redox's EmailAddresses; empty when there are none. */
  emailAddresses: Array<Scalars['String']['output']>;
  /** Redox's FirstName. Null: not sent. */
  firstName?: Maybe<Scalars['String']['output']>;
  /** Redox's IDType, such as NPI. Null: not sent. */
  idType?: Maybe<Scalars['String']['output']>;
  /** Redox's LastName. Null: not sent. */
  lastName?: Maybe<Scalars['String']['output']>;
  /** Redox's ID, such as an NPI. Null: not sent. */
  providerId?: Maybe<Scalars['ID']['output']>;
};

/** The responsible provider. */
export type ProviderInput = {
  /** Redox's Address. */
  address?: InputMaybe<AddressInput>;
  /** Redox's Credentials. */
  credentials?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Redox's EmailAddresses. */
  emailAddresses?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Redox's FirstName. */
  firstName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's ID. Must not be blank. */
  id: Scalars['ID']['input'];
  /** Redox's IDType, such as NPI. Must not be blank. */
  idType?: InputMaybe<Scalars['String']['input']>;
  /** Redox's LastName. */
  lastName?: InputMaybe<Scalars['String']['input']>;
  /** Redox's Location. */
  location?: InputMaybe<LocationInput>;
  /** Redox's PhoneNumber. */
  phoneNumber?: InputMaybe<PhoneNumberInput>;
};

/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type Query = {
  __typename?: 'Query';
  /** The health systems that can be queried. Costs no upstream call. */
  destinations: Array<Destination>;
  /**
   * One document by its id. Costs one upstream call, shared with every other document of the operation. Null: no such
   * document. When documents of several patients have the id, the field fails with UPSTREAM_PROTOCOL: the gateway does not
   * guess which patient was meant (`mediaSearch` lists all of them).
   */
  media?: Maybe<Media>;
  /**
   * Documents by any combination of filters. At least one of `patients`, `visitNumbers` and `documentIds` must be given. Costs one
   * upstream call, or none when other fields of the operation already contain it. UNATTRIBUTED: the destination sent documents
   * that do not name what was searched for, or none for one of several patients.
   */
  mediaSearch?: Maybe<MediaConnection>;
  /**
   * Any Patient, Visit or Media by its `id`. A Patient or Visit costs no upstream call until more than its own ids is
   * selected; a Media costs one call (all Media of one operation share it). Null: the document no longer exists.
   * An id that this gateway did not seal is BAD_USER_INPUT.
   */
  node?: Maybe<Node>;
  /**
   * Several nodes at once, in the order of `ids`; the list has the same length. Each costs what `node` costs; an invalid id nulls its
   * own entry only.
   */
  nodes: Array<Maybe<Node>>;
  /**
   * One patient. Costs no upstream call by itself and does not say whether the patient exists: Redox's Media data model
   * knows patients only through their documents, so a patient without documents is a Patient with an empty `media`.
   * Null only together with an error.
   */
  patient?: Maybe<Patient>;
  /**
   * Many patients of one destination, in the order of the argument; the list has the same length. Costs no upstream call by itself;
   * what is selected below is fetched for all of them together, up to 100 patients a call. An invalid entry nulls itself only.
   */
  patients: Array<Maybe<Patient>>;
  /**
   * One visit by its number. Costs no upstream call by itself. Visit numbers belong to a destination, not to a patient: if
   * several patients share the number, `media` holds the documents of all of them, and `patient` fails with
   * AMBIGUOUS_VISIT. Reach the visit through its patient if you can. Null only together with an error.
   */
  visit?: Maybe<Visit>;
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryMediaArgs = {
  destination?: InputMaybe<Scalars['ID']['input']>;
  documentId: Scalars['ID']['input'];
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryMediaSearchArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  destination?: InputMaybe<Scalars['ID']['input']>;
  filter: MediaSearchFilter;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MediaOrder>;
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryNodeArgs = {
  id: Scalars['ID']['input'];
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryNodesArgs = {
  ids: Array<Scalars['ID']['input']>;
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryPatientArgs = {
  destination?: InputMaybe<Scalars['ID']['input']>;
  identifiers: Array<IdentifierInput>;
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryPatientsArgs = {
  destination?: InputMaybe<Scalars['ID']['input']>;
  patients: Array<PatientInput>;
};


/**
 * The entry point of every query. The fields of one operation are planned together: request everything you need in one
 * operation, and the gateway sends the fewest Media Queries that serve it.
 */
export type QueryVisitArgs = {
  destination?: InputMaybe<Scalars['ID']['input']>;
  visitNumber: Scalars['ID']['input'];
};

/** A document to replace another one with. */
export type ReplaceMediaInput = {
  /** Whether the document has been authenticated; if so, name the `authenticator`. */
  authenticated?: InputMaybe<Scalars['Boolean']['input']>;
  /** The person who authenticated the document. */
  authenticator?: InputMaybe<PersonInput>;
  /** Whether the document is visible in the chart. */
  availability?: Availability;
  /**
   * A text of your choice. For ten minutes, the same caller gets the same payload for the same text and input, and nothing is
   * sent again; the same text with another input is BAD_USER_INPUT.
   */
  clientMutationId?: InputMaybe<Scalars['String']['input']>;
  /** The file, either in base64 or as an upload token. */
  content: ContentInput;
  /** When the document was made. A date-time without an offset is UTC and is sent with `Z`. */
  creationDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** Aliases of the destinations to send one message to; the default destination when absent. At least one. */
  destinations?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The Direct messaging address of the sender. */
  directAddressFrom?: InputMaybe<Scalars['String']['input']>;
  /** The Direct messaging address of the receiver. */
  directAddressTo?: InputMaybe<Scalars['String']['input']>;
  /** Free text. */
  documentDescription?: InputMaybe<Scalars['String']['input']>;
  /** The DocumentID of the new document. Must not be blank. */
  documentId: Scalars['ID']['input'];
  /** The kind of document in the destination's own words, such as Consent Form. Must not be blank. */
  documentType: Scalars['String']['input'];
  /** Name of the file. Must not be blank. */
  fileName: Scalars['String']['input'];
  /** Label of the file's format, such as PDF or JPG. Must not be blank. */
  fileType: Scalars['String']['input'];
  /** The persons to notify of the document. */
  notifications?: InputMaybe<Array<PersonInput>>;
  /** The orders of the document. */
  orders?: InputMaybe<Array<OrderInput>>;
  /** The DocumentID of the document to replace. Must not be blank. */
  originalDocumentId: Scalars['ID']['input'];
  /** The patient of the document. */
  patient: PatientDetailsInput;
  /** The responsible provider. */
  provider: ProviderInput;
  /** When the documented service happened. A date-time without an offset is UTC and is sent with `Z`. */
  serviceDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** The visit of the document. */
  visit?: InputMaybe<VisitInput>;
};

/** The result of `replaceMedia`. */
export type ReplaceMediaPayload = {
  __typename?: 'ReplaceMediaPayload';
  /** Always true: a message that Redox does not accept is an error. An accepted document is not yet filed in the chart. */
  accepted: Scalars['Boolean']['output'];
  /** The `clientMutationId` that was given, if any. */
  clientMutationId?: Maybe<Scalars['String']['output']>;
  /**
   * The new document as its first destination has it now. Null: it is not there, or not yet. Costs one upstream call, only when
   * fields of it are selected.
   */
  media?: Maybe<Media>;
  /** Redox's ids for its log of the message. */
  redoxLogIds: Array<Scalars['ID']['output']>;
};

/** A document to save. */
export type SaveMediaInput = {
  /** Whether the document has been authenticated; if so, name the `authenticator`. */
  authenticated?: InputMaybe<Scalars['Boolean']['input']>;
  /** The person who authenticated the document. */
  authenticator?: InputMaybe<PersonInput>;
  /** Whether the document is visible in the chart. */
  availability?: Availability;
  /**
   * A text of your choice. For ten minutes, the same caller gets the same payload for the same text and input, and nothing is
   * sent again; the same text with another input is BAD_USER_INPUT.
   */
  clientMutationId?: InputMaybe<Scalars['String']['input']>;
  /** The file, either in base64 or as an upload token. */
  content: ContentInput;
  /** When the document was made. A date-time without an offset is UTC and is sent with `Z`. */
  creationDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** Aliases of the destinations to send one message to; the default destination when absent. At least one. */
  destinations?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** The Direct messaging address of the sender. */
  directAddressFrom?: InputMaybe<Scalars['String']['input']>;
  /** The Direct messaging address of the receiver. */
  directAddressTo?: InputMaybe<Scalars['String']['input']>;
  /** Free text. */
  documentDescription?: InputMaybe<Scalars['String']['input']>;
  /** Its DocumentID, which you choose: later the document is found, replaced and deleted by it. Must not be blank. */
  documentId: Scalars['ID']['input'];
  /** The kind of document in the destination's own words, such as Consent Form. Must not be blank. */
  documentType: Scalars['String']['input'];
  /** Name of the file. Must not be blank. */
  fileName: Scalars['String']['input'];
  /** Label of the file's format, such as PDF or JPG. Must not be blank. */
  fileType: Scalars['String']['input'];
  /** The persons to notify of the document. */
  notifications?: InputMaybe<Array<PersonInput>>;
  /** The orders of the document. */
  orders?: InputMaybe<Array<OrderInput>>;
  /** The patient of the document. */
  patient: PatientDetailsInput;
  /** The responsible provider. */
  provider: ProviderInput;
  /** When the documented service happened. A date-time without an offset is UTC and is sent with `Z`. */
  serviceDateTime?: InputMaybe<Scalars['DateTime']['input']>;
  /** The visit of the document. */
  visit?: InputMaybe<VisitInput>;
};

/** The result of `saveMedia`. */
export type SaveMediaPayload = {
  __typename?: 'SaveMediaPayload';
  /** Always true: a message that Redox does not accept is an error. An accepted document is not yet filed in the chart. */
  accepted: Scalars['Boolean']['output'];
  /** The `clientMutationId` that was given, if any. */
  clientMutationId?: Maybe<Scalars['String']['output']>;
  /**
   * The document as its first destination has it now, found by patient and document id. Null: it is not there, or not yet.
   * Costs one upstream call, only when fields of it are selected.
   */
  media?: Maybe<Media>;
  /** Redox's ids for its log of the message; Redox's support asks for them. */
  redoxLogIds: Array<Scalars['ID']['output']>;
};

/**
 * Changes in the health systems, as Redox reports them to the gateway. Send a subscription to the same URL as queries, over
 * server-sent events or a multipart response. A subscription operation has exactly one field.
 */
export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Every document that is filed, replaced or deleted from now on, each as soon as Redox reports it. Costs no upstream call, except
   * where `media` is selected, or fields of `patient` and `visit` that are found in documents. The stream ends with UNAUTHENTICATED
   * when the token expires; with CURSOR_EXPIRED when events were missed that can no longer be read; and with OVERLOADED when the client
   * reads too slowly: pass its `extensions.cursor` as `after` to continue. No event is ever skipped. FORBIDDEN: the rights cover only
   * some patients, and `filter.patients` is absent or names other patients. RATE_LIMITED: the caller has too many subscriptions open.
   */
  mediaChanged: MediaChange;
};


/**
 * Changes in the health systems, as Redox reports them to the gateway. Send a subscription to the same URL as queries, over
 * server-sent events or a multipart response. A subscription operation has exactly one field.
 */
export type SubscriptionMediaChangedArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  destination?: InputMaybe<Scalars['ID']['input']>;
  filter?: InputMaybe<MediaChangeFilter>;
};

/** A visit (encounter) of one destination, known only through documents. */
export type Visit = Node & {
  __typename?: 'Visit';
  /** Alias of the destination that was queried. Costs no upstream call. */
  destination: Scalars['ID']['output'];
  /** Sealed id of this visit; a visit reached through a patient stays that patient's. Costs no upstream call. */
  id: Scalars['ID']['output'];
  /**
   * The visit's documents; of a visit reached through a patient, only that patient's. Costs one upstream call for all
   * visits of the operation together, and none when a field that is already loaded contains it.
   */
  media?: Maybe<MediaConnection>;
  /**
   * The patient of the visit. Of a visit reached through a patient or a document: that patient, at no cost. Otherwise: the
   * patient whom the visit's newest document names, which costs as much as `media`; null when some document names no patient,
   * and the error AMBIGUOUS_VISIT when several patients share the number.
   */
  patient?: Maybe<Patient>;
  /** Redox's VisitNumber. Costs no upstream call. */
  visitNumber: Scalars['ID']['output'];
};


/** A visit (encounter) of one destination, known only through documents. */
export type VisitMediaArgs = {
  after?: InputMaybe<Scalars['String']['input']>;
  before?: InputMaybe<Scalars['String']['input']>;
  filter?: InputMaybe<MediaFilter>;
  first?: InputMaybe<Scalars['Int']['input']>;
  last?: InputMaybe<Scalars['Int']['input']>;
  orderBy?: InputMaybe<MediaOrder>;
};

/** The visit of a write. */
export type VisitInput = {
  /** Redox's AccountNumber. Must not be blank. */
  accountNumber?: InputMaybe<Scalars['ID']['input']>;
  /** Where the visit takes place. */
  location?: InputMaybe<LocationInput>;
  /** Redox's VisitNumber. Must not be blank. */
  visitNumber?: InputMaybe<Scalars['ID']['input']>;
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Media: Media;
  Patient: Patient;
  Visit: Visit;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Media:
    ( { __typename: 'Media' }
    & ( GraphQLRecursivePick<FederationTypes['Media'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Media'], {"destination":true,"documentId":true}> ) );
  Patient:
    ( { __typename: 'Patient' }
    & ( GraphQLRecursivePick<FederationTypes['Patient'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Patient'], {"destination":true,"identifier":{"value":true,"idType":true}}> ) );
  Visit:
    ( { __typename: 'Visit' }
    & ( GraphQLRecursivePick<FederationTypes['Visit'], {"id":true}>
        | GraphQLRecursivePick<FederationTypes['Visit'], {"destination":true,"visitNumber":true}> ) );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  AddressInput: AddressInput;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Availability: Availability;
  ContentInput: ContentInput;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  DateTimeRange: DateTimeRange;
  DeleteMediaInput: DeleteMediaInput;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  DeleteMediaPayload: ResolverTypeWrapper<AcceptedWrite>;
  DemographicsInput: DemographicsInput;
  Destination: ResolverTypeWrapper<Destination>;
  Identifier: ResolverTypeWrapper<RedoxIdentifier>;
  IdentifierInput: IdentifierInput;
  LocationInput: LocationInput;
  Media: ResolverTypeWrapper<MediaModel>;
  MediaChange: ResolverTypeWrapper<MediaChangeEvent>;
  MediaChangeFilter: MediaChangeFilter;
  MediaChangeKind: MediaChangeKind;
  MediaConnection: ResolverTypeWrapper<ConnectionModel>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  MediaContent: ResolverTypeWrapper<ContentModel>;
  MediaEdge: ResolverTypeWrapper<EdgeModel>;
  MediaFilter: MediaFilter;
  MediaOrder: MediaOrder;
  MediaOrderField: MediaOrderField;
  MediaSearchFilter: MediaSearchFilter;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Node: ResolverTypeWrapper<NodeModel>;
  OrderDirection: OrderDirection;
  OrderInput: OrderInput;
  PageInfo: ResolverTypeWrapper<ConnectionModel>;
  Patient: ResolverTypeWrapper<PatientModel>;
  PatientDetailsInput: PatientDetailsInput;
  PatientInput: PatientInput;
  PersonInput: PersonInput;
  PhoneNumberInput: PhoneNumberInput;
  Provider: ResolverTypeWrapper<RedoxProvider>;
  ProviderInput: ProviderInput;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReplaceMediaInput: ReplaceMediaInput;
  ReplaceMediaPayload: ResolverTypeWrapper<AcceptedWrite>;
  SaveMediaInput: SaveMediaInput;
  SaveMediaPayload: ResolverTypeWrapper<AcceptedWrite>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  Visit: ResolverTypeWrapper<VisitModel>;
  VisitInput: VisitInput;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  AddressInput: AddressInput;
  String: Scalars['String']['output'];
  ContentInput: ContentInput;
  ID: Scalars['ID']['output'];
  DateTime: Scalars['DateTime']['output'];
  DateTimeRange: DateTimeRange;
  DeleteMediaInput: DeleteMediaInput;
  Boolean: Scalars['Boolean']['output'];
  DeleteMediaPayload: AcceptedWrite;
  DemographicsInput: DemographicsInput;
  Destination: Destination;
  Identifier: RedoxIdentifier;
  IdentifierInput: IdentifierInput;
  LocationInput: LocationInput;
  Media: MediaModel;
  MediaChange: MediaChangeEvent;
  MediaChangeFilter: MediaChangeFilter;
  MediaConnection: ConnectionModel;
  Int: Scalars['Int']['output'];
  MediaContent: ContentModel;
  MediaEdge: EdgeModel;
  MediaFilter: MediaFilter;
  MediaOrder: MediaOrder;
  MediaSearchFilter: MediaSearchFilter;
  Mutation: Record<PropertyKey, never>;
  Node: NodeModel;
  OrderInput: OrderInput;
  PageInfo: ConnectionModel;
  Patient: PatientModel;
  PatientDetailsInput: PatientDetailsInput;
  PatientInput: PatientInput;
  PersonInput: PersonInput;
  PhoneNumberInput: PhoneNumberInput;
  Provider: RedoxProvider;
  ProviderInput: ProviderInput;
  Query: Record<PropertyKey, never>;
  ReplaceMediaInput: ReplaceMediaInput;
  ReplaceMediaPayload: AcceptedWrite;
  SaveMediaInput: SaveMediaInput;
  SaveMediaPayload: AcceptedWrite;
  Subscription: Record<PropertyKey, never>;
  Visit: VisitModel;
  VisitInput: VisitInput;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export type DeleteMediaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['DeleteMediaPayload'] = ResolversParentTypes['DeleteMediaPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  clientMutationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType>;
  redoxLogIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type DestinationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Destination'] = ResolversParentTypes['Destination']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  isDefault?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type IdentifierResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Identifier'] = ResolversParentTypes['Identifier']> = {
  idType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MediaResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Media'] = ResolversParentTypes['Media'], FederationReferenceType extends FederationReferenceTypes['Media'] = FederationReferenceTypes['Media']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Media']> | FederationReferenceType, FederationReferenceType, ContextType>;
  content?: Resolver<Maybe<ResolversTypes['MediaContent']>, ParentType, ContextType>;
  contentReference?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  creationDateTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  destination?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  documentDescription?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  documentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  documentType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fileName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fileType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  patient?: Resolver<Maybe<ResolversTypes['Patient']>, ParentType, ContextType>;
  serviceDateTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  visit?: Resolver<Maybe<ResolversTypes['Visit']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type MediaChangeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaChange'] = ResolversParentTypes['MediaChange']> = {
  authenticated?: Resolver<Maybe<ResolversTypes['Boolean']>, ParentType, ContextType>;
  authenticator?: Resolver<Maybe<ResolversTypes['Provider']>, ParentType, ContextType>;
  availability?: Resolver<Maybe<ResolversTypes['Availability']>, ParentType, ContextType>;
  creationDateTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  destination?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  documentDescription?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  documentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  documentType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fileName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  fileType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['MediaChangeKind'], ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType>;
  originalDocumentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  patient?: Resolver<Maybe<ResolversTypes['Patient']>, ParentType, ContextType>;
  provider?: Resolver<Maybe<ResolversTypes['Provider']>, ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  serviceDateTime?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  visit?: Resolver<Maybe<ResolversTypes['Visit']>, ParentType, ContextType>;
};

export type MediaConnectionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaConnection'] = ResolversParentTypes['MediaConnection']> = {
  asOf?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  edges?: Resolver<Array<ResolversTypes['MediaEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Media']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
  totalCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type MediaContentResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaContent'] = ResolversParentTypes['MediaContent']> = {
  base64?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType, RequireFields<MediaContentBase64Args, 'maxBytes'>>;
  byteLength?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sha256?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType, RequireFields<MediaContentUrlArgs, 'download' | 'expiresIn'>>;
};

export type MediaEdgeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['MediaEdge'] = ResolversParentTypes['MediaEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Media'], ParentType, ContextType>;
};

export type MutationResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  deleteMedia?: Resolver<Maybe<ResolversTypes['DeleteMediaPayload']>, ParentType, ContextType, RequireFields<MutationDeleteMediaArgs, 'input'>>;
  replaceMedia?: Resolver<Maybe<ResolversTypes['ReplaceMediaPayload']>, ParentType, ContextType, RequireFields<MutationReplaceMediaArgs, 'input'>>;
  saveMedia?: Resolver<Maybe<ResolversTypes['SaveMediaPayload']>, ParentType, ContextType, RequireFields<MutationSaveMediaArgs, 'input'>>;
};

export type NodeResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Node'] = ResolversParentTypes['Node']> = {
  __resolveType: TypeResolveFn<'Media' | 'Patient' | 'Visit', ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = Context, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type PatientResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Patient'] = ResolversParentTypes['Patient'], FederationReferenceType extends FederationReferenceTypes['Patient'] = FederationReferenceTypes['Patient']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Patient']> | FederationReferenceType, FederationReferenceType, ContextType>;
  destination?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  identifier?: Resolver<ResolversTypes['Identifier'], ParentType, ContextType>;
  identifiers?: Resolver<Maybe<Array<ResolversTypes['Identifier']>>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['MediaConnection']>, ParentType, ContextType, Partial<PatientMediaArgs>>;
  visit?: Resolver<Maybe<ResolversTypes['Visit']>, ParentType, ContextType, RequireFields<PatientVisitArgs, 'visitNumber'>>;
  visits?: Resolver<Maybe<Array<ResolversTypes['Visit']>>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ProviderResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Provider'] = ResolversParentTypes['Provider']> = {
  credentials?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  emailAddresses?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  firstName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  idType?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  lastName?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  providerId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type QueryResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  destinations?: Resolver<Array<ResolversTypes['Destination']>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType, RequireFields<QueryMediaArgs, 'documentId'>>;
  mediaSearch?: Resolver<Maybe<ResolversTypes['MediaConnection']>, ParentType, ContextType, RequireFields<QueryMediaSearchArgs, 'filter'>>;
  node?: Resolver<Maybe<ResolversTypes['Node']>, ParentType, ContextType, RequireFields<QueryNodeArgs, 'id'>>;
  nodes?: Resolver<Array<Maybe<ResolversTypes['Node']>>, ParentType, ContextType, RequireFields<QueryNodesArgs, 'ids'>>;
  patient?: Resolver<Maybe<ResolversTypes['Patient']>, ParentType, ContextType, RequireFields<QueryPatientArgs, 'identifiers'>>;
  patients?: Resolver<Array<Maybe<ResolversTypes['Patient']>>, ParentType, ContextType, RequireFields<QueryPatientsArgs, 'patients'>>;
  visit?: Resolver<Maybe<ResolversTypes['Visit']>, ParentType, ContextType, RequireFields<QueryVisitArgs, 'visitNumber'>>;
};

export type ReplaceMediaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['ReplaceMediaPayload'] = ResolversParentTypes['ReplaceMediaPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  clientMutationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType>;
  redoxLogIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type SaveMediaPayloadResolvers<ContextType = Context, ParentType extends ResolversParentTypes['SaveMediaPayload'] = ResolversParentTypes['SaveMediaPayload']> = {
  accepted?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  clientMutationId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['Media']>, ParentType, ContextType>;
  redoxLogIds?: Resolver<Array<ResolversTypes['ID']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  mediaChanged?: SubscriptionResolver<ResolversTypes['MediaChange'], "mediaChanged", ParentType, ContextType, Partial<SubscriptionMediaChangedArgs>>;
};

export type VisitResolvers<ContextType = Context, ParentType extends ResolversParentTypes['Visit'] = ResolversParentTypes['Visit'], FederationReferenceType extends FederationReferenceTypes['Visit'] = FederationReferenceTypes['Visit']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Visit']> | FederationReferenceType, FederationReferenceType, ContextType>;
  destination?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  media?: Resolver<Maybe<ResolversTypes['MediaConnection']>, ParentType, ContextType, Partial<VisitMediaArgs>>;
  patient?: Resolver<Maybe<ResolversTypes['Patient']>, ParentType, ContextType>;
  visitNumber?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type Resolvers<ContextType = Context> = {
  DateTime?: GraphQLScalarType;
  DeleteMediaPayload?: DeleteMediaPayloadResolvers<ContextType>;
  Destination?: DestinationResolvers<ContextType>;
  Identifier?: IdentifierResolvers<ContextType>;
  Media?: MediaResolvers<ContextType>;
  MediaChange?: MediaChangeResolvers<ContextType>;
  MediaConnection?: MediaConnectionResolvers<ContextType>;
  MediaContent?: MediaContentResolvers<ContextType>;
  MediaEdge?: MediaEdgeResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  Node?: NodeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  Patient?: PatientResolvers<ContextType>;
  Provider?: ProviderResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  ReplaceMediaPayload?: ReplaceMediaPayloadResolvers<ContextType>;
  SaveMediaPayload?: SaveMediaPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  Visit?: VisitResolvers<ContextType>;
};

