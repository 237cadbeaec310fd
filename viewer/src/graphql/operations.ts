/** All operations of the viewer: code generation finds them and generates their types. */
import { graphql } from '../generated/index.ts';

/** The fields that a tile and the opened document show. The link is valid for as long as people look at a chart. */
export const DocumentFields = graphql(`
  fragment DocumentFields on Media {
    id
    destination
    documentId
    documentType
    documentDescription
    fileType
    fileName
    creationDateTime
    serviceDateTime
    contentReference
    visit { id visitNumber }
    content { mediaType byteLength sha256 url(expiresIn: 3600) }
  }
`);

export const Destinations = graphql(`
  query Destinations {
    destinations { id isDefault }
  }
`);

/** The fields for each patient in the list: one Media Query for up to a hundred patients. */
export const PatientList = graphql(`
  query PatientList($patients: [PatientInput!]!, $destination: ID) {
    patients(patients: $patients, destination: $destination) {
      id
      media(first: 1) { totalCount nodes { id serviceDateTime } }
    }
  }
`);

/** Everything that the page of a chart shows at first: one Media Query, however many fields it has. */
export const Chart = graphql(`
  query Chart($patient: [IdentifierInput!]!, $destination: ID, $pageSize: Int!) {
    patient(identifiers: $patient, destination: $destination) {
      id
      destination
      identifiers { value idType }
      visits { id visitNumber }
      # As the list of patients asks: in the cache it is the same field, so that the list shows what the chart has now.
      newest: media(first: 1) { totalCount nodes { id serviceDateTime } }
      timeline: media(first: 1000) {
        totalCount
        nodes { id documentType serviceDateTime visit { id } }
      }
      media(first: $pageSize) {
        totalCount
        asOf
        pageInfo { hasNextPage endCursor }
        nodes { ...DocumentFields }
      }
    }
  }
`);

/** A page of the documents that match the filters, and every page after the first. */
export const Documents = graphql(`
  query Documents($patient: [IdentifierInput!]!, $destination: ID, $filter: MediaFilter, $pageSize: Int!, $after: String) {
    patient(identifiers: $patient, destination: $destination) {
      id
      media(filter: $filter, first: $pageSize, after: $after) {
        totalCount
        asOf
        pageInfo { hasNextPage endCursor }
        nodes { ...DocumentFields }
      }
    }
  }
`);

export const SaveDocument = graphql(`
  mutation SaveDocument($input: SaveMediaInput!) {
    saveMedia(input: $input) { accepted redoxLogIds }
  }
`);

export const ReplaceDocument = graphql(`
  mutation ReplaceDocument($input: ReplaceMediaInput!) {
    replaceMedia(input: $input) { accepted redoxLogIds }
  }
`);

export const DeleteDocument = graphql(`
  mutation DeleteDocument($input: DeleteMediaInput!) {
    deleteMedia(input: $input) { accepted redoxLogIds }
  }
`);

/** Enough to say what happened; the chart is then read again. */
export const ChartChanges = graphql(`
  subscription ChartChanges($patients: [PatientInput!]!, $destination: ID, $after: String) {
    mediaChanged(filter: { patients: $patients }, destination: $destination, after: $after) {
      cursor
      kind
      documentType
    }
  }
`);
