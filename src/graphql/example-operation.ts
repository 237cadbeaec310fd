/** What Apollo Sandbox opens with in sandbox mode: an operation that answers from the synthetic charts. */
export const EXAMPLE_DOCUMENT = `query PatientChart($identifiers: [IdentifierInput!]!) {
  patient(identifiers: $identifiers) {
    visits {
      visitNumber
      media {
        totalCount
        nodes {
          documentId
          documentType
          fileName
          serviceDateTime
        }
      }
    }
  }
}
`;

export const EXAMPLE_VARIABLES = { identifiers: [{ id: 'SYN-000417', idType: 'MR' }] };
